import type { Approval } from '../chatops/approval.ts';
import { tendApprovals } from '../chatops/tend-approvals.ts';
import { untraced } from '../chatops/untraced.ts';
import type { SlackApp } from '../slack/app.ts';
import type { Foundation } from './foundation.ts';
import { repeatedly } from './repeatedly.ts';

/** A worker that is about to begin waits for an answer of ours. */
const everyMs = 1000;

type Tended = Pick<Foundation, 'keepers' | 'registry' | 'runs' | 'outbox' | 'clock' | 'logger' | 'tracer'>;

/** Looks after approvals every second. Every bot does. */
export function tendEverySecond(
  { keepers, registry, runs, outbox, clock, logger, tracer = untraced }: Tended,
  slack: Pick<SlackApp, 'actorNow' | 'approvals'>,
): { close(): Promise<void> } {
  const start = (approval: Approval) =>
    tracer.entering('approval start', { approval: approval.id, target: approval.plan.target }, () =>
      slack.approvals.start(approval),
    );
  const parts = {
    ...{
      approvals: keepers.approvals,
      audit: keepers.audit,
      leases: keepers.leases,
      desk: { start },
      jobs: registry.jobs,
      runs,
      outbox,
      clock,
      logger,
    },
    actorOf: ({ id: user, team }: { readonly id: string; readonly team?: string | undefined }) =>
      slack.actorNow({ user, team }),
  };
  const failed = 'approvals could not be looked after';
  return repeatedly(() => tendApprovals(parts), { everyMs, failed, logger });
}
