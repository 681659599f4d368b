import { z } from 'zod';
import { type ApiRemoval, apiRemovals } from '../facts/api-removals.ts';
import type { StoredUse } from '../observed.ts';
import { removalOf } from '../removals.ts';
import { eachIfAny, type Looking, named } from './read.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const Applied = z.object({ apiVersion: z.string(), kind: z.string() });
const Metadata = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    annotations: z.object({ [lastApplied]: z.string().optional() }).nullish(),
    managedFields: z
      .array(
        z.object({
          manager: z.string().optional(),
          apiVersion: z.string().optional(),
          time: z.coerce.date().optional(),
        }),
      )
      .nullish(),
  }),
});
type Metadata = z.infer<typeof Metadata>;

/** They live for an hour, and there are more of them than of all else. */
const passedOver: readonly string[] = ['events'];

/**
 * Objects that bear the name of a version that goes between two minors, from their metadata alone, counted by who wrote them. They are read in a
 * version that is served now: how they were written stays in their managedFields and in what kubectl applied last.
 */
export async function readStoredUses(looking: Looking, from: number, to: number): Promise<readonly StoredUse[]> {
  const uses = new Map<string, StoredUse>();
  for (const [path, kind] of pathsOf(from, to)) {
    for await (const object of eachIfAny(looking, { path, metadataOnly: true }, Metadata))
      for (const use of usesIn(object, kind)) addTo(uses, use, to);
  }
  return [...uses.values()];
}

/** Where objects of kinds that lose a version can be listed: in the version that replaces it where that is served already. */
export function pathsOf(from: number, to: number): ReadonlyMap<string, string> {
  const rows = apiRemovals().rows.filter(
    ({ removedIn = Infinity, isServed, isStored, resource }) =>
      removedIn > from &&
      removedIn <= to &&
      isServed &&
      isStored &&
      resource !== undefined &&
      !passedOver.includes(resource),
  );
  return new Map(rows.map((row) => [pathOf(row, from), row.kind] as const));
}

function pathOf({ apiVersion, replacement, resource }: ApiRemoval, from: number): string {
  const served = replacement && replacement.availableIn <= from ? replacement.apiVersion : apiVersion;
  return `${served.includes('/') ? '/apis' : '/api'}/${served}/${resource}`;
}

function usesIn({ metadata }: Metadata, kind: string): readonly StoredUse[] {
  const about = { kind, count: 1, example: named(metadata) };
  const managed = (metadata.managedFields ?? []).flatMap(({ manager, apiVersion, time }): readonly StoredUse[] =>
    apiVersion === undefined ? [] : [{ ...about, apiVersion, via: 'managedFields', manager, newestAt: time }],
  );
  const applied = appliedIn(metadata.annotations?.[lastApplied]);
  return applied
    ? [...managed, { ...about, ...applied, via: 'last-applied', manager: undefined, newestAt: undefined }]
    : managed;
}

function appliedIn(text: string | undefined): z.infer<typeof Applied> | undefined {
  if (text === undefined) return undefined;
  try {
    return Applied.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function addTo(uses: Map<string, StoredUse>, use: StoredUse, to: number): void {
  const removedIn = removalOf(use.apiVersion, use.kind)?.removedIn;
  if (removedIn === undefined || removedIn > to) return;
  const key = [use.apiVersion, use.kind, use.via, use.manager].join(' ');
  const before = uses.get(key);
  const times = [before?.newestAt, use.newestAt].flatMap((at) => (at ? [at.getTime()] : []));
  const newestAt = times.length > 0 ? new Date(Math.max(...times)) : undefined;
  uses.set(key, before ? { ...before, count: before.count + 1, newestAt } : use);
}
