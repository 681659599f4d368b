import { Fault } from '../../../chatops/errors.ts';
import { bytesInWords } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type DefragLedger, keepLedger, restOf, shrinkageInWords } from './defrag-ledger.ts';
import { type DefragPlan, isFull, type MemberPlan } from './plan-defrag.ts';
import { notWell, settle, type Upkeep } from './settle.ts';

/** Where the work stands: the newest plan and what was done. */
export interface DefragState {
  readonly plan: DefragPlan;
  readonly ledger: DefragLedger;
}

export const memberStep = ({ name }: Pick<MemberPlan, 'name'>): string => `Defragment ${name}`;

/**
 * Defragments what is left in the ledger, one member at a time, whoever leads by then last. After each, all members must be well before the
 * next one's turn; at the first that is not, throws a Fault that is not retryable. A person's stop takes effect between members.
 */
export async function defragmentMembers(
  upkeep: Upkeep,
  clock: Clock,
  begun: DefragState,
  context: RunContext,
  stepsAfter: readonly string[],
): Promise<DefragState> {
  let state = begun;
  for (;;) {
    const [next, ...later] = turns(state);
    context.ahead([...(next ? [next, ...later].map(memberStep) : []), ...stepsAfter]);
    if (!next) return state;
    state = await context.step(memberStep(next), () => defragmentOne(upkeep, clock, state, next, context));
  }
}

/** Members whose turn is still to come, in order. One that somebody else has defragmented meanwhile is passed over. */
export function turns({ plan, ledger }: DefragState): readonly MemberPlan[] {
  const left = new Set(restOf(ledger).map(({ id }) => id));
  return plan.members.filter(({ id, isDue }) => left.has(id) && (isDue || ledger.wasFull));
}

async function defragmentOne(
  upkeep: Upkeep,
  clock: Clock,
  { ledger, plan }: DefragState,
  member: MemberPlan,
  context: RunContext,
): Promise<DefragState> {
  const { etcd, cluster, limits, signal } = upkeep;
  context.detail(`${member.role}, ${bytesInWords(member.databaseBytes)}; it answers nothing until it is done`);
  const begun = clock.now().getTime();
  await keepLedger({ ...ledger, at: { id: member.id, beforeBytes: member.databaseBytes } }, context);
  try {
    await etcd.defragment(cluster.name, member.endpoint, { timeLimitMs: limits.defragmentMs, signal });
  } catch (error) {
    if (wasTurnedAway(error)) await keepLedger({ ...ledger, at: undefined }, context);
    throw stopped(cluster, `${member.name} failed while it was defragmented`, error);
  }
  const tookMs = clock.now().getTime() - begun;
  const settled = await settle(upkeep, plan).catch((error: unknown) => {
    throw stopped(cluster, `Stopped after ${member.name}, because not all is well`, error);
  });
  const afterBytes = settled.members.find(({ id }) => id === member.id)?.databaseBytes ?? member.inUseBytes;
  const { id, name, role, databaseBytes: beforeBytes } = member;
  const done = { id, name, role, beforeBytes, afterBytes, tookMs };
  context.detail(shrinkageInWords(done));
  const after = { ...ledger, at: undefined, done: [...ledger.done, done] };
  await keepLedger(after, context);
  mustHaveNoNewAlarm(after, settled);
  return { plan: settled, ledger: after };
}

function mustHaveNoNewAlarm({ wasFull }: DefragLedger, plan: DefragPlan): void {
  if (wasFull || !isFull(plan)) return;
  throw notWell(
    'Stopped, because NOSPACE was raised meanwhile',
    `It makes room first when asked again: defrag ${plan.cluster}`,
  );
}

/** Before it did anything: etcd let us not in, or not do this. */
const wasTurnedAway = (error: unknown): boolean =>
  error instanceof Fault && ['ETCD_AUTH', 'ETCD_PERMISSION', 'ETCD_TLS'].includes(error.code);

/** No attempt may go on by itself once a member is not well. */
function stopped({ name }: Cluster, where: string, error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  const { port, operation, code, message } = error;
  const next = `${error.next ?? 'See that all members are well.'} Then see what is left: defrag ${name}`;
  return new Fault(`${where}: ${message}`, { port, operation, code, retryable: false, next, cause: error });
}
