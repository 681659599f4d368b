import { approvers } from './approval-checks.ts';
import type { Finding } from './cross-checks.ts';
import type { ClusterOutline, Outline, RestoreOutline } from './outline.ts';
import type { Path } from './problems.ts';

type Member = NonNullable<NonNullable<RestoreOutline['members']>[number]>;

/** Restores: what must go together before anybody may rely on a plan. */
export function restoreChecks(cluster: ClusterOutline, outline: Outline, at: Path): readonly Finding[] {
  const { restore } = cluster;
  return [
    ...(restore ? approvers(cluster, 'a restore', outline, [...at, 'approvers']) : []),
    ...(restore ? members(restore, [...at, 'restore', 'members']) : []),
    ...(restore ? endpoints(cluster, restore, [...at, 'etcd', 'endpoints']) : []),
  ];
}

function members({ members: listed = [] }: RestoreOutline, path: Path): readonly Finding[] {
  const known = listed.map((member) => member ?? {});
  return [
    ...twice(known, 'name', ({ name }) => name, path),
    ...twice(known, 'peerUrl', ({ peerUrl }) => origin(peerUrl), path),
    ...twice(known, 'clientUrl', ({ clientUrl }) => origin(clientUrl), path),
    ...twice(known, 'dataDir', ({ host, dataDir }) => host && dataDir && `${host} ${dataDir}`, path),
    ...known.flatMap((member, index) => (isWalInside(member) ? [insideOne([...path, index, 'walDir'])] : [])),
  ];
}

function twice(
  listed: readonly Member[],
  setting: keyof Member,
  of: (member: Member) => string | undefined,
  path: Path,
): readonly Finding[] {
  const values = listed.map(of);
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (value === undefined || first === index) return [];
    const whose = listed[first]?.name ?? `member ${first + 1}`;
    return [{ path: [...path, index, setting], expected: `must be its own: ${whose} has the same` }];
  });
}

/** The data directory is moved aside as a whole, and what lies in it would go with it. */
const isWalInside = ({ dataDir, walDir }: Member): boolean =>
  dataDir !== undefined && walDir !== undefined && `${walDir}/`.startsWith(`${dataDir.replace(/\/+$/, '')}/`);

const insideOne = (path: Path): Finding => ({
  path,
  expected: 'must lie outside the data directory, or be left away: then it is where etcd has it by itself',
});

/** What is asked about a cluster and what is restored must be the same machines. */
function endpoints({ etcd }: ClusterOutline, restore: RestoreOutline, path: Path): readonly Finding[] {
  const known = restore.members?.map((member) => origin(member?.clientUrl));
  if (!known || known.includes(undefined)) return [];
  return (etcd?.endpoints ?? []).flatMap((endpoint, index) =>
    endpoint === undefined || known.includes(origin(endpoint))
      ? []
      : [{ path: [...path, index], expected: 'must be the clientUrl of a member under restore' }],
  );
}

const origin = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : URL.parse(url)?.origin;
