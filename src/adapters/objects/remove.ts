import { DeleteObjectCommand, DeleteObjectsCommand, type _Error as S3Error } from '@aws-sdk/client-s3';
import { Fault } from '../../chatops/errors.ts';
import { inParallel } from '../../chatops/in-parallel.ts';
import type { Removal } from '../../ports/objects.ts';
import { lockedFault, lockOf, type VersionAt } from './lock.ts';
import { isNamed, isNotOffered, statusOf, toFault } from './to-fault.ts';
import { doesKeepVersions, versionsOf } from './versions.ts';
import { ask, unless, until, type Way } from './way.ts';

/** S3's own limit on a batch. */
const batchSize = 1_000;
const requestsAtOnce = 8;

export async function remove(way: Way, key: string, signal?: AbortSignal): Promise<void> {
  const kept = (await removeEach(way, [key], 'remove', signal)).get(key);
  if (kept) throw kept;
}

export async function removeAll(way: Way, keys: readonly string[], signal?: AbortSignal): Promise<readonly Removal[]> {
  const wanted = [...new Set(keys)];
  const kept = await removeEach(way, wanted, 'removeAll', signal);
  return wanted.map((key) => removalOf(key, kept.get(key)));
}

function removalOf(key: string, fault: Fault | undefined): Removal {
  if (!fault) return { key, state: 'removed' };
  return { key, state: 'kept', why: fault.message, isLocked: fault.code === 'S3_LOCKED' };
}

/** Why the store kept a key, for each that it kept. */
type Kept = Map<string, Fault>;

async function removeEach(
  way: Way,
  keys: readonly string[],
  operation: 'remove' | 'removeAll',
  signal?: AbortSignal,
): Promise<Kept> {
  const kept: Kept = new Map();
  if (keys.length === 0) return kept;
  const keepsVersions = await doesKeepVersions(way, operation, signal);
  for (const some of inBatches(keys)) {
    const doomed = keepsVersions ? await doomedVersions(way, some, kept, signal) : some.map((key) => ({ key }));
    for (const batch of inBatches(doomed)) await removeBatch(way, batch, kept, signal);
  }
  return kept;
}

/** Every version of these keys, oldest first, but none of a key that has a locked one among several. */
async function doomedVersions(
  way: Way,
  keys: readonly string[],
  kept: Kept,
  signal?: AbortSignal,
): Promise<readonly VersionAt[]> {
  const found = new Map<string, readonly VersionAt[]>();
  await inParallel(keys, requestsAtOnce, async (key) => {
    const versions = await versionsOf(way, key, signal);
    found.set(key, versions);
    // One alone is deleted or refused; of several the store would delete some and keep others.
    const locked = versions.length > 1 ? await firstLocked(way, versions, signal) : undefined;
    if (locked) kept.set(key, locked);
  });
  return keys.filter((key) => !kept.has(key)).flatMap((key) => found.get(key) ?? []);
}

async function firstLocked(way: Way, versions: readonly VersionAt[], signal?: AbortSignal): Promise<Fault | undefined> {
  for (const version of versions) {
    const locked = lockedFault(way, version.key, await lockOf(way, version, signal));
    if (locked) return locked;
  }
  return undefined;
}

async function removeBatch(way: Way, batch: readonly VersionAt[], kept: Kept, signal?: AbortSignal): Promise<void> {
  const together = batch.length > 1 ? await inOneRequest(way, batch, signal) : undefined;
  const refused = together ?? (await oneByOne(way, batch, signal));
  await inParallel(refused, requestsAtOnce, async (refusal) => {
    kept.set(refusal.at.key, (await lockBehind(way, refusal, signal)) ?? refusal.fault);
  });
}

interface Refused {
  readonly at: VersionAt;
  readonly fault: Fault;
}

/** What the store refused of a batch; undefined where it takes none, or not with the digest that was sent. */
async function inOneRequest(
  way: Way,
  batch: readonly VersionAt[],
  signal?: AbortSignal,
): Promise<readonly Refused[] | undefined> {
  const Objects = batch.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
  const command = new DeleteObjectsCommand({ Bucket: way.bucket, Delete: { Objects, Quiet: true } });
  const send = () => unless(takesNoBatch, way.client.send(command, until(signal)));
  const answer = await ask(way, { operation: 'removeAll' }, send, signal);
  return answer && (answer.Errors ?? []).flatMap((error) => refusedOf(way, error));
}

function refusedOf(way: Way, { Key = '', VersionId, Code = '', Message }: S3Error): readonly Refused[] {
  if (gone.includes(Code)) return [];
  const fault = toFault(Object.assign(new Error(Message), { Code }), { ...way, operation: 'remove', key: Key });
  return [{ at: { key: Key, ...(VersionId === undefined ? {} : { versionId: VersionId }) }, fault }];
}

/** Some stores know no batches, others want an MD5 of the list; what is wrong besides that a single request says as well. */
function takesNoBatch(error: unknown): boolean {
  return isNotOffered(error) || [400, 411].includes(statusOf(error) ?? 0);
}

async function oneByOne(way: Way, batch: readonly VersionAt[], signal?: AbortSignal): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  await inParallel(batch, requestsAtOnce, async (at) => {
    const fault = await removeOne(way, at, signal);
    if (fault) refused.push({ at, fault });
  });
  return refused;
}

/** Answers why the store keeps this one; throws when it fails as a whole. */
async function removeOne(way: Way, { key, versionId }: VersionAt, signal?: AbortSignal): Promise<Fault | undefined> {
  const command = new DeleteObjectCommand({ Bucket: way.bucket, Key: key, VersionId: versionId });
  try {
    await ask(way, { operation: 'remove', key }, () => way.client.send(command, until(signal)), signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // Some servers answer 404 where AWS answers 204.
    if (isNamed(error.cause, ...gone)) return undefined;
    if (['S3_ACCESS_DENIED', 'S3_REFUSED'].includes(error.code)) return error;
    throw error;
  }
}

/** Denied is what a store calls a lock as well as a missing permission; so ask. Where it does not say, it stays a refusal. */
async function lockBehind(way: Way, { at, fault }: Refused, signal?: AbortSignal): Promise<Fault | undefined> {
  if (fault.retryable) return undefined;
  try {
    return lockedFault(way, at.key, await lockOf(way, at, signal), fault.cause);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

const gone = ['NoSuchKey', 'NoSuchVersion'];

function* inBatches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += batchSize) yield all.slice(from, from + batchSize);
}
