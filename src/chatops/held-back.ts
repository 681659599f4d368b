import type { Freeze, Freezes } from '../ports/freezes.ts';
import type { Leases } from '../ports/leases.ts';
import type { Approval } from './approval.ts';
import { Refusal } from './errors.ts';
import type { Text } from './report.ts';
import type { Run } from './run.ts';
import { type Aimed, kindOf, type TargetKind } from './target.ts';

export interface Holders {
  readonly freezes: Pick<Freezes, 'holding'>;
  readonly leases: Pick<Leases, 'find'>;
}

/** What dangerous work holds, and what keeps all other writes away from it: `etcd/prod-1`, `harbor/reg-eu`. */
export const leaseTarget = (run: Aimed & Pick<Run, 'target'>): string => `${heldOf[kindOf(run)]}/${run.target}`;

const heldOf: Readonly<Record<TargetKind, string>> = { cluster: 'etcd', registry: 'harbor' };

/**
 * Throws Refusal unless the target is still held for this approval. What stopped in the middle may be gone on with or taken back only then:
 * once it is released others may have changed it.
 */
export async function mustHold(
  { leases }: Pick<Holders, 'leases'>,
  { id, plan: { target }, words }: Pick<Approval, 'id' | 'plan' | 'words'>,
  { targetKind }: Aimed,
): Promise<void> {
  const lease = await leases.find(leaseTarget({ target, targetKind }));
  if (lease?.approval === id) return;
  throw new Refusal(`${target} is no longer held for this: others may have changed it since.`, [
    'To plan it anew: ',
    { command: words },
  ]);
}

/**
 * Throws Refusal when the target is frozen, or another approval's work holds it: reads go on, nothing else does. Asked at the door and again
 * when a worker begins. Throws Fault where it cannot be asked: then nothing is begun. `hasWayBack` says that the run is of work that stopped, or
 * stops now, before its point of no return.
 *
 * One thing a freeze lets pass: an approver takes back what has not come so far. A freeze is to keep a cluster as it is, and one with its API servers
 * stopped is not to be kept so; going back loses nothing, since nobody could write meanwhile. To lift the freeze first would let others begin on
 * other clusters, and one of all takes a right on every cluster, which an approver of this one may not have. Going on, and going back later, wait.
 */
export async function mustNotBeHeldBack(
  { freezes, leases }: Holders,
  run: Pick<Run, 'queue' | 'target' | 'targetKind' | 'approval'>,
  hasWayBack = false,
): Promise<void> {
  if (run.queue === 'read') return;
  const { target } = run;
  const freeze = await freezes.holding(target);
  if (freeze && !run.approval?.despiteFreeze) {
    const next: Text =
      run.approval && hasWayBack
        ? ['An approver may take it back all the same: ', { command: `rollback ${run.approval.id}` }]
        : ['Once it is time again: ', { command: `freeze off ${freeze.target}` }];
    throw new Refusal(frozenInWords(target, freeze), next);
  }
  const lease = await leases.find(leaseTarget(run));
  if (!lease || lease.approval === run.approval?.id) return;
  throw new Refusal(`${target} is held by run ${lease.run}: nothing else may change it meanwhile.`, [
    'See what it has done: ',
    { command: `runs ${lease.run}` },
  ]);
}

function frozenInWords(name: string, { target, by, reason }: Pick<Freeze, 'target' | 'by' | 'reason'>): string {
  if (target === 'all')
    return reason === undefined ? `Everything is frozen by ${by}.` : `Everything is frozen by ${by}: ${reason}.`;
  return reason === undefined ? `${name} is frozen by ${by}.` : `${name} is frozen by ${by}: ${reason}.`;
}
