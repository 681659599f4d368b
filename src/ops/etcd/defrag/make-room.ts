import { bytesInWords } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { quotasAt } from '../quota.ts';
import { type SnapshotPorts, takeSnapshot } from '../snapshot/take-snapshot.ts';
import { keepLedger } from './defrag-ledger.ts';
import type { DefragState } from './defragment-members.ts';
import { isFull } from './plan-defrag.ts';
import { notWell, settle, type Upkeep } from './settle.ts';

/** What is done about a full cluster before its members are defragmented, and after. */
export const fullSteps = { save: 'Save a snapshot', compact: 'Compact the history', clear: 'Clear NOSPACE' } as const;

/**
 * Saves a snapshot, unless a former attempt of this run did, then compacts no more history than it holds and no more than there was when the
 * work began: who reads the last few seconds is not disturbed. Each member must have freed its pages before it is worth defragmenting.
 */
export async function makeRoom(
  ports: SnapshotPorts,
  upkeep: Upkeep,
  begun: DefragState,
  context: RunContext,
): Promise<DefragState> {
  const saved = begun.ledger.snapshot
    ? begun
    : await context.step(fullSteps.save, () => save(ports, upkeep.cluster, begun, context));
  return context.step(fullSteps.compact, () => compact(upkeep, saved, context));
}

async function save(
  ports: SnapshotPorts,
  cluster: Cluster,
  { plan, ledger }: DefragState,
  context: RunContext,
): Promise<DefragState> {
  const { runId, askedAt, askedBy: actor, signal } = context;
  const reason = 'before room is made: NOSPACE stands';
  const request = { cluster, runId, askedAt, actor, reason, wishes: { acceptAlarms: true } };
  const { manifest } = await takeSnapshot(ports, request, {
    signal,
    step: (_, work) => work(),
    chosen: ({ why }) => context.detail(`from ${why}`),
    progress: (done, expected) => context.progress(done, expected, 'bytes'),
    beforeCommit: context.stillOurs,
  });
  const after = { ...ledger, snapshot: { id: manifest.id, revision: revisionHeldBy(manifest).toString() } };
  await keepLedger(after, context);
  return { plan, ledger: after };
}

const revisionHeldBy = ({ revision }: BackupManifest): bigint =>
  revision.kind === 'exact' ? revision.revision : revision.atLeast;

async function compact(upkeep: Upkeep, { plan, ledger }: DefragState, context: RunContext): Promise<DefragState> {
  const { etcd, cluster, limits, signal } = upkeep;
  const revision = revisionToCompact({ plan, ledger });
  context.detail(`up to revision ${revision}`);
  for (const { endpoint } of plan.members) {
    await etcd.compact(cluster.name, endpoint, revision, { timeLimitMs: limits.compactMs, signal });
  }
  const after = { ...ledger, compactedTo: revision.toString() };
  await keepLedger(after, context);
  return { plan: await settle(upkeep, plan), ledger: after };
}

/** The same in all attempts; never above what the snapshot holds or any member has. */
function revisionToCompact({ plan, ledger }: DefragState): bigint {
  if (ledger.compactedTo !== undefined) return BigInt(ledger.compactedTo);
  const held = ledger.snapshot ? [BigInt(ledger.snapshot.revision)] : [];
  const revisions = [...held, ...plan.members.map(({ revision }) => revision)];
  return revisions.toSorted((a, b) => Number(a - b))[0] ?? 0n;
}

/**
 * Takes NOSPACE away and looks whether it stays away. Throws Fault when it cannot: a database that is still over its quota brings the alarm
 * back at the next write.
 */
export async function clearAlarms(
  upkeep: Upkeep,
  { plan, ledger }: DefragState,
  context: RunContext,
): Promise<DefragState> {
  const { etcd, cluster, signal } = upkeep;
  await mustFitQuota(upkeep, plan);
  // Through the leader, who comes last.
  for (const { endpoint } of plan.members.slice(-1)) {
    for (const alarm of plan.alarms) await etcd.disarm(cluster.name, endpoint, alarm, { signal });
  }
  const after = { ...ledger, isDisarmed: true };
  await keepLedger(after, context);
  const settled = await settle(upkeep, plan);
  if (isFull(settled)) throw notWell('NOSPACE came back at once', raiseQuota);
  return { plan: settled, ledger: after };
}

const raiseQuota =
  'What is in use does not fit: raise --quota-backend-bytes of every member, or delete what is not needed, then ask again.';

async function mustFitQuota({ etcd, cluster, signal }: Upkeep, { members }: DefragState['plan']): Promise<void> {
  const endpoints = members.map(({ endpoint }) => endpoint);
  const quotas = await quotasAt(etcd, cluster, endpoints, { signal });
  const over = members.flatMap(({ name, databaseBytes }, at) => {
    const quotaBytes = quotas[at];
    if (quotaBytes === undefined || databaseBytes < quotaBytes) return [];
    return `${name} has ${bytesInWords(databaseBytes)} of a quota of ${bytesInWords(quotaBytes)}`;
  });
  if (over.length > 0) throw notWell(`NOSPACE was left standing: ${over.join(', ')}`, raiseQuota);
}
