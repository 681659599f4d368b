import { Fault } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { ClusterSurvey, Etcd } from '../../../ports/etcd.ts';
import { findTrouble } from './find-trouble.ts';
import { type DefragPlan, planDefrag } from './plan-defrag.ts';

/** How long to wait for what members do. */
export interface DefragLimits {
  /** Until all members are well again. */
  readonly settleMs: number;
  /** Until a member has written its database anew. */
  readonly defragmentMs: number;
  /** Until a member has freed its history. */
  readonly compactMs: number;
}

export const usualLimits: DefragLimits = { settleMs: 60_000, defragmentMs: 15 * 60_000, compactMs: 10 * 60_000 };

/** What upkeep of one cluster works with. */
export interface Upkeep {
  readonly etcd: Etcd;
  readonly cluster: Cluster;
  readonly limits: DefragLimits;
  /** Fires when what is under way has to be left as it is. */
  readonly signal: AbortSignal;
}

/**
 * Waits until every member knows a leader and has applied what is committed, and plans anew: who leads may have changed. Throws Fault, never
 * retryable, when one is not well in time or the cluster is not well enough for the next member to stand still.
 */
export async function settle({ etcd, cluster, limits, signal }: Upkeep, before: DefragPlan): Promise<DefragPlan> {
  const wait = { timeLimitMs: limits.settleMs, signal };
  await Promise.all(before.members.map(({ endpoint }) => etcd.catchUp(cluster.name, endpoint, wait)));
  const survey = await etcd.survey(cluster.name, { signal });
  mustBeWell(survey);
  return planDefrag(cluster, survey);
}

function mustBeWell(survey: ClusterSurvey): void {
  const trouble = findTrouble(survey);
  if (trouble) throw notWell(trouble.message, trouble.next);
}

/** The outside broke what it had promised when the work began. */
export function notWell(message: string, next: string): Fault {
  return new Fault(message, { port: 'etcd', operation: 'defragment', code: 'ETCD_NOT_WELL', retryable: false, next });
}
