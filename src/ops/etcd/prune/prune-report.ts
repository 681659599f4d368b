import { bytesInWords, counted, numberInWords } from '../../../chatops/format.ts';
import type { Report } from '../../../chatops/report.ts';
import { confirmationOf } from './confirm-prune.ts';
import { goingInWords, goingTable, planFacts, sizeOf } from './plan-in-words.ts';
import type { Hold, PrunePlan } from './plan-prune.ts';
import type { Pruned } from './remove-backups.ts';
import { removedInWords } from './tally.ts';

/** What a prune came to: a plan to be confirmed, or what became of a confirmed one. */
export interface PruneResult {
  readonly plan: PrunePlan;
  readonly pruned?: Pruned;
}

export function pruneReport({ plan, pruned }: PruneResult): Report {
  if (pruned) return prunedReport(plan, pruned);
  if (plan.hold) return heldReport(plan, plan.hold);
  return plan.removals.length + plan.leftovers.length === 0 ? idleReport(plan) : plannedReport(plan);
}

function heldReport(plan: PrunePlan, { why, next }: Hold): Report {
  const title = `${plan.cluster.name}: nothing may be removed: ${why}`;
  return { tone: 'warning', title, facts: planFacts(plan), next, measures: measuresOf(plan) };
}

function idleReport(plan: PrunePlan): Report {
  const title = `${plan.cluster.name}: nothing to remove; ${counted(plan.decisions.length, 'backup')} stay`;
  return { tone: 'good', title, facts: planFacts(plan), measures: measuresOf(plan) };
}

function plannedReport(plan: PrunePlan): Report {
  const { cluster, removals, leftovers, decisions } = plan;
  const words = `prune ${cluster.name} --confirm ${confirmationOf(plan)}`;
  const going =
    removals.length > 0
      ? `${numberInWords(removals.length)} of ${counted(decisions.length, 'backup')} would go`
      : `${counted(leftovers.length, 'leftover object')} would go`;
  const size = bytesInWords(sizeOf(removals) + sizeOf(leftovers));
  const copies = cluster.backup.copy ? ', with their copies' : '';
  return {
    tone: 'neutral',
    title: `${cluster.name}: ${going}, ${size}; nothing is removed yet`,
    facts: planFacts(plan),
    ...(removals.length > 0 ? { table: goingTable(plan) } : {}),
    changed: 'nothing',
    next: ['To remove exactly these: ', { command: words }],
    actions: [
      {
        label: 'Remove them',
        does: 'command',
        on: words,
        style: 'danger',
        confirm: `Of ${cluster.name}: ${goingInWords(plan)}${copies}. Nothing brings them back.`,
      },
    ],
    measures: measuresOf(plan),
  };
}

const mostRows = 500;

function prunedReport(plan: PrunePlan, { removed, stayed }: Pruned): Report {
  const { name } = plan.cluster;
  const words = removedInWords(removed);
  const what = words ?? 'nothing';
  const stays = stayed.length === 0 ? '' : `; ${numberInWords(stayed.length)} stayed`;
  const rows = stayed.slice(0, mostRows).map((one) => [one.name, one.why]);
  const table = { caption: 'Was to go and stayed', columns: ['What', 'Why'], rows };
  return {
    tone: stayed.length > 0 ? 'warning' : 'good',
    title: `${name}: removed ${what}${stays}`,
    facts: planFacts({ ...plan, removals: [], leftovers: [] }),
    ...(stayed.length > 0 ? { table } : {}),
    changed: words === undefined ? 'nothing' : `${words} removed`,
    measures: { ...measuresOf(plan), removed: removed.backups, freedBytes: removed.freedBytes },
  };
}

function measuresOf({ decisions, removals, hold }: PrunePlan) {
  return {
    backups: decisions.length,
    removable: removals.length,
    removableBytes: sizeOf(removals),
    held: hold ? 1 : 0,
  };
}
