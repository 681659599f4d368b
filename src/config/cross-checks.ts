import { stepUp } from './approval-checks.ts';
import type { ClusterOutline, Outline, RegistryOutline, TargetOutline } from './outline.ts';
import type { Path } from './problems.ts';
import { registryChecks } from './registry-checks.ts';
import { restoreChecks } from './restore-checks.ts';
import { type Jobs, scheduleChecks } from './schedule-checks.ts';

/** One thing that is wrong between two places of the file. */
export interface Finding {
  readonly path: Path;
  readonly expected: string;
}

/** What the shape cannot say: names that must exist, settings that go together, places that must not collide. */
export function crossChecks(outline: Outline, jobs?: Jobs): readonly Finding[] {
  const { clusters, registries } = outline;
  if ([clusters, registries].every((all) => all !== undefined && Object.keys(all).length === 0))
    return [{ path: ['clusters'], expected: 'must name at least one cluster, or registries one registry' }];
  return [
    ...Object.entries(clusters ?? {}).flatMap(([name, cluster]) => (cluster ? ofCluster(name, cluster, outline) : [])),
    ...Object.entries(registries ?? {}).flatMap(([name, registry]) =>
      registry ? ofRegistry(name, registry, outline) : [],
    ),
    ...Object.entries(outline.schedules ?? {}).flatMap(([name, schedule]) =>
      (['clusters', 'registries'] as const).flatMap((section) =>
        (schedule?.[section] ?? []).flatMap((target, index) =>
          mustBeUnder(section, outline[section], target, ['schedules', name, section, index]),
        ),
      ),
    ),
    ...(jobs ? scheduleChecks(outline, jobs) : []),
    ...ofAudit(outline),
    ...overlaps(outline),
  ];
}

function ofCluster(name: string, cluster: ClusterOutline, outline: Outline): readonly Finding[] {
  const { etcd = {}, backup = {} } = cluster;
  const at: Path = ['clusters', name];
  return [
    ...ofTarget(cluster, outline, at),
    ...transport(etcd, [...at, 'etcd']),
    ...together(etcd, ['certificate', 'key'], [...at, 'etcd']),
    ...together(etcd, ['username', 'password'], [...at, 'etcd']),
    ...mustBeUnder('buckets', outline.buckets, backup.bucket, [...at, 'backup', 'bucket']),
    ...mustBeUnder('buckets', outline.buckets, backup.copy?.bucket, [...at, 'backup', 'copy', 'bucket']),
    ...restoreChecks(cluster, outline, at),
  ];
}

function ofRegistry(name: string, registry: RegistryOutline, outline: Outline): readonly Finding[] {
  const at: Path = ['registries', name];
  return [...ofTarget(registry, outline, at), ...registryChecks(name, registry, outline, at)];
}

/** Who may do what, as it stands with clusters and registries alike. */
function ofTarget(target: TargetOutline, outline: Outline, at: Path): readonly Finding[] {
  return [
    ...(['viewers', 'operators', 'approvers'] as const).flatMap((role) =>
      (target[role] ?? []).flatMap((list, index) =>
        mustBeUnder('people', outline.people ?? {}, list, [...at, role, index]),
      ),
    ),
    ...stepUp(target, outline, [...at, 'approval', 'stepUp']),
  ];
}

/** A bot holds the keys of that bucket, and is to hold none of a cluster's. */
function ofAudit(outline: Outline): readonly Finding[] {
  const bucket = outline.audit?.copy?.bucket;
  const path: Path = ['audit', 'copy', 'bucket'];
  const user = Object.entries(outline.clusters ?? {}).find(
    ([, its]) => bucket !== undefined && [its?.backup?.bucket, its?.backup?.copy?.bucket].includes(bucket),
  );
  return [
    ...mustBeUnder('buckets', outline.buckets, bucket, path),
    ...(user
      ? [
          {
            path,
            expected: `must be one of its own, with its own keys, which bots hold: ${user[0]} has its backups there`,
          },
        ]
      : []),
  ];
}

/** Nothing is said of a name that cannot be read, nor of a section that cannot. */
function mustBeUnder(
  section: string,
  names: Readonly<Record<string, unknown>> | undefined,
  name: string | undefined,
  path: Path,
): readonly Finding[] {
  if (names === undefined || name === undefined || Object.hasOwn(names, name)) return [];
  return [{ path, expected: `must be a name under ${section}; "${name}" is not there` }];
}

function transport(etcd: NonNullable<ClusterOutline['etcd']>, at: Path): readonly Finding[] {
  const isPlain = (endpoint: string | undefined) => endpoint?.startsWith('http:') === true;
  const endpoints = etcd.endpoints ?? [];
  const plain = etcd.allowHttp ? [] : endpoints.flatMap((endpoint, index) => (isPlain(endpoint) ? [index] : []));
  const wantsCa = !etcd.ca && endpoints.some((endpoint) => endpoint?.startsWith('https:'));
  return [
    ...plain.map((index) => ({
      path: [...at, 'endpoints', index],
      expected: 'must be https; for plain http also say allowHttp: true',
    })),
    ...(wantsCa
      ? [{ path: [...at, 'ca'], expected: 'must be given: the CA file that signed the https endpoints' }]
      : []),
  ];
}

/** Said of the one that is not there: where it is there and cannot be read, that is the problem. */
function together<Name extends string>(
  settings: Readonly<Partial<Record<Name, unknown>>>,
  [one, other]: readonly [Name, Name],
  at: Path,
): readonly Finding[] {
  if (!settings[one] === !settings[other]) return [];
  const [given, absent] = settings[one] ? [one, other] : [other, one];
  return [{ path: [...at, absent], expected: `must be given as well: ${given} is` }];
}

interface Place {
  /** A cluster, or the audit. */
  readonly whose: string;
  readonly path: Path;
  readonly place: string;
}

/** Clusters whose backups would lie in those of another one, or among copies of the audit. Sorted, a place stands before everything that it holds. */
function overlaps(outline: Outline): readonly Finding[] {
  const places = placesOf(outline).toSorted((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  const found: Finding[] = [];
  let holder: Place | undefined;
  for (const one of places) {
    if (!holder || !one.place.startsWith(holder.place)) holder = one;
    else found.push({ path: one.path, expected: `must be apart from that of ${holder.whose}: one holds the other` });
  }
  return found;
}

function placesOf(outline: Outline): readonly Place[] {
  const clusters = Object.entries(outline.clusters ?? {}).flatMap(([cluster, its]) => {
    const path: Path = ['clusters', cluster, 'backup'];
    return [
      { ...its?.backup, whose: cluster, path: [...path, 'prefix'] },
      { ...its?.backup?.copy, whose: cluster, path: [...path, 'copy', 'prefix'] },
    ];
  });
  const audit = { ...outline.audit?.copy, whose: 'the audit', path: ['audit', 'copy', 'prefix'] };
  return [...clusters, audit].flatMap(({ bucket, prefix, whose, path }) => {
    if (bucket === undefined || prefix === undefined) return [];
    return [{ whose, path, place: `${realBucket(outline, bucket)}/${prefix}/` }];
  });
}

/** Two names in salvor.yaml may mean one bucket: what counts is the store and the bucket's name there. */
function realBucket({ buckets = {} }: Outline, alias: string): string {
  const its = Object.hasOwn(buckets, alias) ? buckets[alias] : undefined;
  const store = its?.endpoint === undefined ? 'aws' : URL.parse(its.endpoint)?.origin;
  return its?.bucket === undefined || store === undefined ? alias : `${store} ${its.bucket}`;
}
