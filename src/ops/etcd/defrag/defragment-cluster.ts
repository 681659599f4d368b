import { unless } from '../../../chatops/interruption.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { SnapshotPorts } from '../snapshot/take-snapshot.ts';
import { type DefragLedger, keepLedger, newLedger, readLedger } from './defrag-ledger.ts';
import { type DefragState, defragmentMembers, memberStep, turns } from './defragment-members.ts';
import { clearAlarms, fullSteps, makeRoom } from './make-room.ts';
import type { DefragPlan } from './plan-defrag.ts';
import { type DefragLimits, settle, type Upkeep, usualLimits } from './settle.ts';

const waitStep = 'Wait until all are well';

/**
 * Carries a plan out that somebody agreed to, or what former attempts of the run left of theirs: members one at a time, the leader last; where
 * NOSPACE stands a snapshot and a compaction first, and the alarm cleared at the end. The run's memory holds at every moment what was changed.
 * Throws Fault, not retryable, as soon as a member is not well.
 */
export async function defragmentCluster(
  ports: SnapshotPorts,
  cluster: Cluster,
  plan: DefragPlan,
  context: RunContext,
  limits: DefragLimits = usualLimits,
): Promise<DefragState> {
  const upkeep = { etcd: ports.etcd, cluster, limits, signal: unless(context.signal, 'cancelled') };
  const ledger = readLedger(context) ?? newLedger(plan);
  await keepLedger(ledger, context);
  const { wasFull } = ledger;
  const after = wasFull ? [fullSteps.clear] : [];
  context.ahead([waitStep, ...(wasFull ? before(ledger) : []), ...turns({ plan, ledger }).map(memberStep), ...after]);
  const begun = await context.step(waitStep, () => begin(upkeep, { plan, ledger }, context));
  const ready = wasFull ? await makeRoom(ports, upkeep, begun, context) : begun;
  const done = await defragmentMembers(upkeep, ports.clock, ready, context, after);
  return wasFull ? context.step(fullSteps.clear, () => clearAlarms(upkeep, done, context)) : done;
}

const before = ({ snapshot }: DefragLedger) => [...(snapshot ? [] : [fullSteps.save]), fullSteps.compact];

/** What a worker that died had begun, its member goes on with: that takes its time, and may be done by now. */
async function begin(upkeep: Upkeep, { plan, ledger }: DefragState, context: RunContext): Promise<DefragState> {
  const { limits } = upkeep;
  const settleMs = ledger.at ? Math.max(limits.defragmentMs, limits.settleMs) : limits.settleMs;
  const settled = await settle({ ...upkeep, limits: { ...limits, settleMs } }, plan);
  const member = settled.members.find(({ id }) => id === ledger.at?.id);
  if (!ledger.at || !member || member.isDue) return { plan: settled, ledger };
  const { id, name, role, databaseBytes: afterBytes } = member;
  const done = { id, name, role, beforeBytes: ledger.at.beforeBytes, afterBytes };
  const after = { ...ledger, at: undefined, done: [...ledger.done, done] };
  await keepLedger(after, context);
  return { plan: settled, ledger: after };
}
