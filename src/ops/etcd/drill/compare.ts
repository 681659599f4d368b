import { numberInWords } from '../../../chatops/format.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { ScratchEtcd } from '../../../ports/scratch.ts';
import type { BackupRevision } from '../backup/manifest.ts';
import { countResources } from './count-resources.ts';
import { readSample, type Sample } from './sample.ts';

/** What a restored etcd must have, as far as anybody knows. */
export interface Expected {
  readonly revision?: BackupRevision;
  readonly live?: number | undefined;
  /** Living keys by resource, as in a manifest. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
}

export interface Compared {
  /** What differs, a sentence each. */
  readonly findings: readonly string[];
  readonly revision: bigint;
  readonly live: number;
  readonly resources: Readonly<Record<string, number>>;
  /** Keys that went away meanwhile because their leases ended. */
  readonly expired: number;
  readonly sample: Sample;
}

const mostResourcesNamed = 5;

/**
 * Compares a restored etcd with what was backed up, key counts exactly. They are asked for as of the backup's own revision: leases go on
 * ending in the restored etcd, and each of them takes its keys away with a revision of its own. That is the only thing that may make its
 * newest revision a later one, since nobody writes to it; so it may be later by no more than keys have gone.
 */
export async function compare(
  etcd: ScratchEtcd,
  expected: Expected,
  options: AskOptions,
  random: () => number,
): Promise<Compared> {
  const newest = await etcd.revision(options);
  const wanted = expected.revision?.kind === 'exact' ? expected.revision.revision : newest;
  const isThere = wanted <= newest;
  const revision = isThere ? wanted : newest;
  const then = { ...options, revision };
  const live = await etcd.count('', then);
  const expired = live - (await etcd.count('', options));
  const { counts, prefixes } = await countResources(etcd, Object.keys(expected.resources ?? {}), then);
  const sample = await readSample(etcd, prefixes, then, random);
  const findings = [
    ...aboutRevision(newest, expected.revision, expired),
    ...aboutNumber('keys', live, expected.live),
    ...aboutResources(counts, expected.resources ?? {}),
    ...sample.findings,
  ];
  return { findings, revision, live, resources: counts, expired, sample };
}

function aboutRevision(found: bigint, wanted: BackupRevision | undefined, expired: number): readonly string[] {
  if (!wanted) return [];
  const from = wanted.kind === 'exact' ? wanted.revision : wanted.atLeast;
  const to = (wanted.kind === 'exact' ? wanted.revision : wanted.atMost) + BigInt(expired);
  if (found < from)
    return [
      `etcd is at revision ${numberInWords(found)} where ${numberInWords(from)} was backed up: writes are missing.`,
    ];
  if (found <= to) return [];
  return [`etcd is at revision ${numberInWords(found)}, later than the ${numberInWords(to)} that was backed up.`];
}

function aboutNumber(what: string, found: number, wanted: number | undefined): readonly string[] {
  if (wanted === undefined || found === wanted) return [];
  return [`etcd has ${numberInWords(found)} ${what} where ${numberInWords(wanted)} were backed up.`];
}

function aboutResources(
  found: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): readonly string[] {
  const differing = Object.entries(wanted).flatMap(([name, count]) => aboutNumber(name, found[name] ?? count, count));
  const more = differing.length - mostResourcesNamed;
  return [...differing.slice(0, mostResourcesNamed), ...(more > 0 ? [`So it is with ${more} more resources.`] : [])];
}
