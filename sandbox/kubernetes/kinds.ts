import { z } from 'zod';

export interface Deprecation {
  /** '1.33': the first release that warns. */
  readonly since: string;
  /** The first release without it. */
  readonly removed?: string;
  /** What to use: 'discovery.k8s.io/v1 EndpointSlice'. */
  readonly use?: string;
  /** Said instead of all that. */
  readonly warning?: string;
}

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Where it is of another group than its resource. */
  readonly group?: string;
  readonly version?: string;
}

/** One resource in one version of its group, as an API server serves it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly Subresource[];
  /** What a field selector may name besides metadata.name and metadata.namespace. */
  readonly fields?: readonly string[];
  readonly deprecated?: Deprecation;
  /** Made by a CustomResourceDefinition. */
  readonly isCustom?: boolean;
}

export type KindFacts = Omit<Kind, 'singular' | 'verbs'> & Partial<Pick<Kind, 'singular' | 'verbs'>>;

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
export const readWrite = ['get', 'patch', 'update'];

export const kindOf = (facts: KindFacts): Kind => ({
  ...facts,
  singular: facts.singular ?? facts.kind.toLowerCase(),
  verbs: facts.verbs ?? allVerbs,
});

/** 'networking.k8s.io/v1beta1', or 'v1'. */
export const groupVersionOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** Objects are stored once, whatever the version they are asked for in. */
export const collectionOf = ({ group, resource }: Pick<Kind, 'group' | 'resource'>): string => `${group}/${resource}`;

/** What an API server serves; grows with custom resources. */
export interface Kinds {
  all(): readonly Kind[];
  find(group: string, version: string, resource: string): Kind | undefined;
  hasGroup(group: string): boolean;
  add(kind: Kind): void;
}

export function createKinds(first: readonly Kind[]): Kinds {
  const kinds = new Map<string, Kind>();
  const nameOf = (group: string, version: string, resource: string) => `${group}/${version}/${resource}`;
  const add = (kind: Kind) => void kinds.set(nameOf(kind.group, kind.version, kind.resource), kind);
  first.forEach(add);
  return {
    all: () => [...kinds.values()],
    find: (group, version, resource) => kinds.get(nameOf(group, version, resource)),
    hasGroup: (group) => [...kinds.values()].some((kind) => kind.group === group),
    add,
  };
}

const Definition = z.object({
  spec: z.object({
    group: z.string(),
    scope: z.enum(['Namespaced', 'Cluster']),
    names: z.object({ plural: z.string(), kind: z.string(), shortNames: z.array(z.string()).optional() }),
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        deprecated: z.boolean().optional(),
        deprecationWarning: z.string().optional(),
      }),
    ),
  }),
});

/** The kinds that a CustomResourceDefinition makes. */
export function customKindsOf(definition: unknown): readonly Kind[] {
  const { group, scope, names, versions } = Definition.parse(definition).spec;
  return versions
    .filter(({ served }) => served)
    .map(({ name, deprecated, deprecationWarning: warning }) =>
      kindOf({
        ...{ group, version: name, resource: names.plural, kind: names.kind, namespaced: scope === 'Namespaced' },
        ...(names.shortNames ? { shortNames: names.shortNames } : {}),
        ...(deprecated ? { deprecated: { since: '', ...(warning === undefined ? {} : { warning }) } } : {}),
        isCustom: true,
      }),
    );
}
