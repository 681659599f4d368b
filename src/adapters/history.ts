import { hasChanged } from '../chatops/endings.ts';
import { leaseTarget } from '../chatops/held-back.ts';
import type { RunRecord } from '../chatops/run.ts';
import type { History, PastWork } from '../ports/history.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import type { Runs } from '../ports/runs.ts';

/** As many runs of a target as are looked through, of whatever kind. */
const mostRuns = 200;

/** Read from the record of runs, which outlives every process. */
export function createHistory({
  runs,
  leases,
}: {
  readonly runs: Pick<Runs, 'list'>;
  readonly leases: Pick<Leases, 'find'>;
}): History {
  return {
    async approvedWork(target, job) {
      const listed = await runs.list({ target, limit: mostRuns });
      const done = listed.filter((run) => run.job === job && run.approval && run.approval.mode !== 'check');
      const [any] = done;
      const lease = any && (await leases.find(leaseTarget(any)));
      const byApproval = Map.groupBy(done, (run) => run.approval?.id ?? '');
      return [...byApproval].flatMap(([approval, its]) => pastWork(approval, its, lease));
    },
  };
}

/** `runs` newest first. The first of all was asked for by who asked for the work; those after it by who went on with it. */
function pastWork(approval: string, runs: readonly RunRecord[], lease: Lease | undefined): readonly PastWork[] {
  const [newest] = runs;
  const first = runs.at(-1);
  if (!newest || !first) return [];
  return [
    {
      ...{ approval, run: newest.id, mode: newest.approval?.mode ?? 'run', state: newest.state },
      at: newest.endedAt ?? newest.startedAt ?? newest.createdAt,
      isPaused: newest.report?.isPaused === true,
      hasChanged: runs.some(hasChanged),
      isHeld: lease?.approval === approval,
      title: newest.report?.title,
      by: first.actor.name,
      payload: newest.payload,
    },
  ];
}
