import type { Audit, AuditEntry } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectAt, Objects } from '../ports/objects.ts';
import { type Link, noEntry, parseEntry, verifyChain } from './audit-chain.ts';

/*
 * Who may write to Redis may cut off the end of the audit, or write all of it anew, and leave a whole chain. So it is copied to where nobody can
 * change it: ranges of entries as JSON lines, under names that sort by their numbers. Entries never change, so copies that overlap, as two bots
 * make them at the same moment, say the same.
 */

/** Where copies lie, and how long nobody may delete one. */
export interface CopyPlace {
  /** By its name in salvor.yaml. */
  readonly bucket: string;
  readonly prefix: string;
  /** Object Lock in compliance mode; undefined where the bucket has none. */
  readonly retainDays?: number | undefined;
}

export interface CopyParts {
  readonly audit: Pick<Audit, 'all'>;
  readonly objects: Pick<Objects, 'firstVersions' | 'get' | 'put'>;
  readonly clock: Clock;
  readonly place: CopyPlace;
  readonly signal?: AbortSignal;
}

/** How far the copies go: the last entry copied, and under which key. */
export interface Copied extends Link {
  readonly key?: string;
}

export const nothingCopied: Copied = { seq: 0, hash: noEntry };

/** What one round did. `broken`: the record and its copies do not agree, as a sentence, and nothing more is copied. */
export interface CopyRound {
  readonly copied: Copied;
  readonly stored: readonly string[];
  readonly broken?: string;
}

/**
 * Copies what is not copied yet, `known` being how far the copies went as of the round before. Nothing is copied that does not continue what is:
 * the copies stay one whole chain, and what was done to the one in Redis can be told. Throws Fault; safe to repeat, and for several at once.
 */
export async function copyAudit(parts: CopyParts, known: Copied): Promise<CopyRound> {
  const { audit } = parts;
  const stored: string[] = [];
  const newest = await newestCopy(parts, known);
  if (typeof newest === 'string') return { copied: known, stored, broken: newest };
  let copied = newest;
  const seam = await seamWith(audit, copied);
  if (seam !== undefined) return { copied, stored, broken: seam };
  for await (const page of audit.all(copied.seq)) {
    const { broken } = await verifyChain([page], copied);
    if (broken) return { copied, stored, broken: `Entry ${broken.seq} of the audit is broken: ${broken.why}.` };
    const next = await storeRange(page, parts);
    if (typeof next === 'string') return { copied, stored, broken: next };
    copied = next;
    stored.push(next.key);
  }
  return { copied, stored };
}

/** How far the copies go by now: other bots make them too. A sentence where the newest cannot be read. */
async function newestCopy(parts: CopyParts, known: Copied): Promise<Copied | string> {
  const { objects, place, signal } = parts;
  let newest: Range | undefined;
  const after = known.key === undefined ? {} : { after: known.key };
  for await (const range of rangesIn(objects, place, { ...after, ...(signal ? { signal } : {}) })) {
    if (range.last > (newest?.last ?? known.seq)) newest = range;
  }
  if (!newest) return known;
  const entries = await readCopy(parts, newest);
  const last = entries?.at(-1);
  return last ? { seq: last.seq, hash: last.hash, key: newest.key } : notReadable(newest);
}

/** Why the record does not go on where the copies end; undefined when it does. */
async function seamWith(audit: CopyParts['audit'], { seq, hash }: Copied): Promise<string | undefined> {
  if (seq === 0) return undefined;
  for await (const [entry] of audit.all(seq - 1)) {
    return entry?.hash === hash ? undefined : `Entry ${seq} of the audit is not what its copy says.`;
  }
  return `The audit ends before entry ${seq}, which was copied: its end was cut off.`;
}

async function storeRange(page: readonly AuditEntry[], parts: CopyParts): Promise<Required<Copied> | string> {
  const { objects, clock, place, signal } = parts;
  const { 0: first, length, [length - 1]: last } = page;
  if (!first || !last) throw new Error('an empty page of the audit');
  const range = { key: keyOf(place, first.seq, last.seq), first: first.seq, last: last.seq };
  const body = Buffer.from(page.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const isNew = await objects.put({ bucket: place.bucket, key: range.key }, body, {
    ...{ contentType: 'application/x-ndjson', ifAbsent: true },
    ...(place.retainDays === undefined ? {} : { lock: lockFor(place.retainDays, clock) }),
    ...(signal ? { signal } : {}),
  });
  // Another bot was first. Read, not trusted: what is there must end in the very same entry.
  const there = isNew ? page : await readCopy(parts, { ...range, version: await firstVersionOf(range.key, parts) });
  return there?.at(-1)?.hash === last.hash ? { seq: last.seq, hash: last.hash, key: range.key } : notReadable(range);
}

async function firstVersionOf(key: string, { objects, place }: CopyParts): Promise<string | undefined> {
  for await (const { version } of objects.firstVersions(place.bucket, { prefix: key })) return version;
  return undefined;
}

const lockFor = (days: number, clock: Clock) => ({
  retention: { mode: 'compliance', until: new Date(clock.now().getTime() + days * 86_400_000) } as const,
  legalHold: false,
});

/** What the copies prove of a record whose own chain is whole. */
export interface CopiesVerdict {
  /** The last entry that is copied; 0 where none is. */
  readonly upTo: number;
  /** The first: those before it may be gone once their locks have ended. */
  readonly from: number;
  /** What does not agree, as a sentence. */
  readonly broken?: string;
}

/** Reads every copy and holds it against `hashes`, those of the record from its first entry on. Throws Fault. */
export async function verifyCopies(
  parts: Omit<CopyParts, 'audit' | 'clock'>,
  hashes: readonly string[],
): Promise<CopiesVerdict> {
  let from = 0;
  let upTo = 0;
  for await (const range of rangesIn(parts.objects, parts.place, {})) {
    if (from === 0) from = range.first;
    else if (range.first > upTo + 1)
      return { from, upTo, broken: `No copy holds entries ${upTo + 1} to ${range.first - 1}.` };
    const broken = await troubleWith(range, parts, hashes);
    if (broken !== undefined) return { from, upTo, broken };
    upTo = Math.max(upTo, range.last);
  }
  if (upTo <= hashes.length) return { from, upTo };
  return { from, upTo, broken: `Its end was cut off: copies go on to entry ${upTo}, and it ends at ${hashes.length}.` };
}

async function troubleWith(
  range: Range,
  parts: Omit<CopyParts, 'audit' | 'clock'>,
  hashes: readonly string[],
): Promise<string | undefined> {
  const entries = await readCopy(parts, range);
  if (!entries) return notReadable(range);
  const other = entries.find(({ seq, hash }) => seq <= hashes.length && hashes[seq - 1] !== hash);
  return other && `Entry ${other.seq} is not what its copy says, ${range.key}.`;
}

/** As it was first put: that version is the locked one, and whoever may write there can put another over it, or a marker that hides it. */
interface Range {
  readonly key: string;
  readonly version?: string | undefined;
  readonly first: number;
  readonly last: number;
}

const digits = 12;
const numbered = (seq: number): string => String(seq).padStart(digits, '0');
const keyOf = ({ prefix }: CopyPlace, first: number, last: number): string =>
  `${prefix}/${numbered(first)}-${numbered(last)}.jsonl`;

/** The copies by the numbers of their first entries; what else lies there is none of ours. */
async function* rangesIn(
  objects: CopyParts['objects'],
  { bucket, prefix }: CopyPlace,
  options: { readonly after?: string; readonly signal?: AbortSignal },
): AsyncGenerator<Range> {
  for await (const { key, version } of objects.firstVersions(bucket, { prefix: `${prefix}/`, ...options })) {
    const [, first, last] = /^(\d{12})-(\d{12})\.jsonl$/.exec(key.slice(prefix.length + 1)) ?? [];
    if (first !== undefined && last !== undefined) yield { key, version, first: Number(first), last: Number(last) };
  }
}

const notReadable = ({ key }: Range): string => `The copy ${key} is not what was written there.`;

/** The entries of a copy, a chain from its first number to its last; undefined where it is not that any more. */
async function readCopy(
  { objects, place, signal }: Pick<CopyParts, 'objects' | 'place' | 'signal'>,
  { key, version, first, last }: Range,
): Promise<readonly AuditEntry[] | undefined> {
  const text = await textAt(objects, { bucket: place.bucket, key }, { version, ...(signal ? { signal } : {}) });
  const entries = text?.split('\n').slice(0, -1).map(parseEntry) ?? [];
  const { broken, entries: upTo } = await verifyChain([entries], {
    seq: first - 1,
    hash: entries[0]?.previous ?? noEntry,
  });
  return broken || upTo !== last ? undefined : entries;
}

async function textAt(
  objects: CopyParts['objects'],
  at: ObjectAt,
  options: Parameters<Objects['get']>[1],
): Promise<string | undefined> {
  const found = await objects.get(at, options);
  return found && Buffer.concat(await Array.fromAsync(found.body)).toString('utf8');
}
