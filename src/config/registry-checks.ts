import { approvers } from './approval-checks.ts';
import type { Finding } from './cross-checks.ts';
import type { Outline, RegistryOutline } from './outline.ts';
import type { Path } from './problems.ts';
import { usualPaths } from './registry-schema.ts';

/** Registries: what must go together before anybody may rely on a plan. */
export function registryChecks(
  name: string,
  registry: RegistryOutline,
  outline: Outline,
  at: Path,
): readonly Finding[] {
  return [
    ...ownName(name, outline, at),
    ...transport(registry, at),
    ...approvers(registry, 'an upgrade', outline, [...at, 'approvers']),
    ...outsideInstallDir(registry, at),
    ...ownData(name, registry, outline, at),
  ];
}

/** People say a name alone, and rights are on it. */
const ownName = (name: string, { clusters = {} }: Outline, path: Path): readonly Finding[] =>
  Object.hasOwn(clusters, name) ? [{ path, expected: 'must have a name of its own: a cluster is called so' }] : [];

function transport({ url, allowHttp, ca }: RegistryOutline, at: Path): readonly Finding[] {
  const isPlain = url?.startsWith('http:') === true;
  if (isPlain && !allowHttp)
    return [{ path: [...at, 'url'], expected: 'must be https; for plain http also say allowHttp: true' }];
  return isPlain && ca ? [{ path: [...at, 'ca'], expected: 'must not be there: the url is plain http' }] : [];
}

/** What holds one name keeps nobody from the other: two upgrades could change one Harbor at once. */
function ownData(
  name: string,
  { host, dataDir }: RegistryOutline,
  { registries = {} }: Outline,
  at: Path,
): readonly Finding[] {
  const lies = (dir: string | undefined) => dir ?? usualPaths.dataDir;
  const other = Object.entries(registries).find(
    ([its, one]) => its < name && host !== undefined && one?.host === host && lies(one?.dataDir) === lies(dataDir),
  );
  if (!other) return [];
  return [{ path: [...at, 'dataDir'], expected: `must be its own: ${other[0]} has ${lies(dataDir)} on ${host}` }];
}

/** The install directory is moved aside as a whole, and what lies in it would go with it. */
function outsideInstallDir(registry: RegistryOutline, at: Path): readonly Finding[] {
  const { installDir = usualPaths.installDir, wrapper } = registry;
  const others = { ...usualPaths, ...registry, wrapper };
  return (['dataDir', 'workDir', 'packages', 'wrapper'] as const).flatMap((setting) => {
    const path = others[setting];
    if (path === undefined || !`${path}/`.startsWith(`${installDir}/`)) return [];
    const why = 'which is moved aside as a whole when a version is replaced';
    return [{ path: [...at, setting], expected: `must lie outside ${installDir}, the install directory, ${why}` }];
  });
}
