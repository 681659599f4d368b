import { createHash } from 'node:crypto';
import { groupVersionOf, type Kind, type Kinds } from './kinds.ts';
import { pageNotFound, resourceNotFound } from './status-error.ts';

/** A group and version that another server stands for, and that does not answer: '{ group: "metrics.k8s.io", version: "v1beta1" }'. */
export interface Unavailable {
  readonly group: string;
  readonly version: string;
}

export interface Discovery {
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Discovered {
  readonly kinds: Kinds;
  readonly unavailable: readonly Unavailable[];
  /** Where the API server says it is: '10.0.0.11:6443'. */
  readonly address: string;
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What is served, at /api, /apis and below, in the form of old (by group and version) or in one answer where the client takes that. */
export function discover(path: string, accept: string, discovered: Discovered): Discovery {
  const [root, group, version, ...more] = path.split('/').filter((step) => step !== '');
  const wantsAll = accept.split(',').some((range) => range.trim() === aggregatedType);
  if (more.length > 0) throw pageNotFound();
  if (root === 'api' && group === undefined)
    return wantsAll ? aggregated(discovered, true) : plain(versionsOf(discovered));
  if (root === 'api') return plain(resourceList(discovered, '', group ?? ''));
  if (group === undefined) return wantsAll ? aggregated(discovered, false) : plain(groupList(discovered));
  if (version === undefined) return plain(oneGroup(discovered, group));
  return plain(resourceList(discovered, group, version));
}

const plain = (body: object): Discovery => ({ body, headers: {} });

const versionsOf = ({ address }: Discovered) => ({
  ...{ kind: 'APIVersions', versions: ['v1'] },
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

/** Names of the groups, the core group aside, with their versions, preferred first. */
function groupsOf({ kinds, unavailable }: Discovered): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { group, version } of [...kinds.all(), ...unavailable]) {
    if (group === '') continue;
    found.set(group, (found.get(group) ?? new Set()).add(version));
  }
  return new Map([...found].map(([group, versions]) => [group, [...versions].sort(byPreference)]));
}

/** v2 before v1 before v1beta1. */
const byPreference = (one: string, other: string): number => rank(other) - rank(one);
function rank(version: string): number {
  const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return (stage === undefined ? 2_000_000 : stage === 'beta' ? 1_000_000 : 0) + Number(major) * 1000 + Number(minor);
}

function groupFacts(name: string, versions: readonly string[]) {
  const said = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: said, preferredVersion: said[0] };
}

const groupList = (discovered: Discovered) => ({
  ...{ kind: 'APIGroupList', apiVersion: 'v1' },
  groups: [...groupsOf(discovered)].map(([name, versions]) => groupFacts(name, versions)),
});

function oneGroup(discovered: Discovered, name: string) {
  const versions = groupsOf(discovered).get(name);
  if (!versions) throw pageNotFound();
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupFacts(name, versions) };
}

const inVersion = ({ kinds }: Discovered, group: string, version: string): readonly Kind[] =>
  kinds.all().filter((kind) => kind.group === group && kind.version === version);

function resourceList(discovered: Discovered, group: string, version: string) {
  const kinds = inVersion(discovered, group, version);
  if (kinds.length === 0) throw discovered.kinds.hasGroup(group) ? resourceNotFound() : pageNotFound();
  return {
    // The core group's list, the oldest of them, does not say its own version.
    ...{ kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }) },
    groupVersion: groupVersionOf({ group, version }),
    resources: kinds.flatMap(resourceFacts),
  };
}

function resourceFacts(kind: Kind): readonly object[] {
  const { resource, singular, namespaced, verbs, shortNames, categories, subresources = [] } = kind;
  return [
    {
      ...{ name: resource, singularName: singular, namespaced, kind: kind.kind, verbs },
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
      ...(verbs.includes('watch') ? { storageVersionHash: hashOf(`${kind.group}/${kind.kind}`) } : {}),
    },
    ...subresources.map(({ name, kind: of, verbs: may, group, version }) => ({
      ...{ name: `${resource}/${name}`, singularName: '', namespaced },
      ...(group === undefined ? {} : { group, version }),
      ...{ kind: of, verbs: may },
    })),
  ];
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');

function aggregated(discovered: Discovered, isCore: boolean): Discovery {
  const groups: ReadonlyMap<string, readonly string[]> = isCore ? new Map([['', ['v1']]]) : groupsOf(discovered);
  const items = [...groups].map(([name, versions]) => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => versionFacts(discovered, name, version)),
  }));
  const body = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  const etag = createHash('sha512').update(JSON.stringify(body)).digest('hex').toUpperCase();
  const headers = { 'Cache-Control': 'public', 'Content-Type': aggregatedType, ETag: `"${etag}"`, Vary: 'Accept' };
  return { body, headers };
}

function versionFacts(discovered: Discovered, group: string, version: string): object {
  const isStale = discovered.unavailable.some((one) => one.group === group && one.version === version);
  if (isStale) return { version, freshness: 'Stale' };
  return { version, resources: inVersion(discovered, group, version).map(aggregatedFacts), freshness: 'Current' };
}

function aggregatedFacts(kind: Kind): object {
  const { group, version, namespaced, subresources = [], shortNames, categories } = kind;
  // An API server leaves group and version out for what it serves itself.
  const own = kind.isCustom ? { group, version } : { group: '', version: '' };
  return {
    ...{ resource: kind.resource, responseKind: { ...own, kind: kind.kind } },
    ...{ scope: namespaced ? 'Namespaced' : 'Cluster', singularResource: kind.singular, verbs: kind.verbs },
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((one) => ({
            subresource: one.name,
            responseKind: { group: one.group ?? '', version: one.version ?? '', kind: one.kind },
            verbs: one.verbs,
          })),
        }),
  };
}
