import { type Approval, isOpenApproval } from './approval.ts';
import { counted, firstFew } from './format.ts';
import { deedInWords, type Plan } from './plan.ts';
import type { Action, Fact, Report, Value } from './report.ts';

/** An approval as it is now, for everybody in the channel: one message, edited in place. */
export function approvalReport(approval: Approval): Report {
  const { plan } = approval;
  return {
    ...headline(approval),
    facts: [
      { label: 'Asked by', value: [{ person: approval.requester.id }, ': ', { code: approval.words }] },
      ...subjectOf(plan),
      ...(isOpenApproval(approval) ? whatItMeans(plan) : []),
      { label: 'Votes', value: votes(approval) },
      ...until(approval),
      { label: 'Plan', value: `${counted(plan.steps.length, 'step')}, SHA-256 ${approval.digest.slice(0, 12)}…` },
    ],
    ...closing(approval),
    actions: actionsOf(approval),
  };
}

function headline({ state, plan, votes, rule, ended, runs, superseded }: Approval): Pick<Report, 'tone' | 'title'> {
  const what = deedInWords(plan);
  switch (state) {
    case 'pending':
      return { tone: 'warning', title: `Approval needed: ${what} (${votes.length} of ${rule.votes})` };
    case 'approved':
      return { tone: 'warning', title: `Approved: ${what} begins as soon as a worker takes it` };
    case 'running':
      return { tone: 'warning', title: `Under way: ${what}, run ${runs.at(-1) ?? ''}` };
    case 'paused':
      return { tone: 'warning', title: `Paused: ${what} waits for somebody to go on with it or to take it back` };
    case 'done':
      return { tone: 'good', title: `Done: ${what}` };
    case 'failed':
      return { tone: 'bad', title: `Not done: ${what} stopped in the middle` };
    case 'undone':
      return { tone: 'neutral', title: `Rolled back: ${what}` };
    case 'rejected':
      return { tone: 'neutral', title: `Rejected by ${ended?.by ?? 'somebody'}: ${what}` };
    case 'expired':
      return { tone: 'neutral', title: `Expired: ${what}` };
    case 'superseded':
      return {
        tone: 'neutral',
        title: superseded?.by ? `Superseded: ${what}` : `Superseded, can no longer be done as planned: ${what}`,
      };
    case 'cancelled':
      return { tone: 'neutral', title: `Withdrawn by ${ended?.by ?? 'somebody'}: ${what}` };
  }
}

/** What was observed that says what is done, whoever may have typed less: from which backup, over which versions. */
export const subjectOf = ({ observed }: Plan): readonly { readonly label: string; readonly value: string }[] =>
  ['Backup', 'Way'].flatMap((label) => {
    const value = observed[label];
    return value === undefined ? [] : [{ label, value }];
  });

/** Warnings come first: what is lost by them and by resource must still be seen. */
const mostLosses = 6;

function whatItMeans(plan: Plan): readonly Fact[] {
  const hidden = plan.losses.length - mostLosses;
  const no = plan.steps.findIndex(({ isPointOfNoReturn }) => isPointOfNoReturn);
  return [
    ...plan.losses.slice(0, mostLosses).map((value, index) => ({ label: index === 0 ? 'What is lost' : 'And', value })),
    ...(hidden > 0 ? [{ label: 'And', value: `${hidden} more: see the plan in this thread` }] : []),
    ...(no < 0
      ? []
      : [
          {
            label: 'No way back from',
            value: `${plan.steps[no]?.name}, step ${no + 1} of ${plan.steps.length}`,
          },
        ]),
    { label: 'Way back', value: plan.wayBack },
  ];
}

function votes({ votes: cast, rule, plan }: Approval): Value[] {
  const others = `${cast.length} of ${rule.votes}, by approvers of ${plan.target} other than who asked`;
  const by = cast.flatMap(({ by: { id } }, index): Value[] => [index === 0 ? ': ' : ', ', { person: id }]);
  return [others, ...by];
}

function until(approval: Approval): readonly Fact[] {
  if (!isOpenApproval(approval)) return [];
  const label = approval.state === 'pending' ? 'Votes count until' : 'Must begin until';
  return [{ label, value: [{ time: approval.expiresAt.toISOString() }] }];
}

function closing({ state, ended, superseded, words }: Approval): Pick<Report, 'text' | 'changed' | 'next'> {
  const again: Report['next'] = ['To ask anew: ', { command: words }];
  switch (state) {
    case 'rejected':
    case 'cancelled':
      return {
        ...(ended?.reason === undefined ? {} : { text: [{ quote: ended.reason }] }),
        changed: 'nothing',
        next: again,
      };
    case 'expired':
      return { changed: 'nothing', next: again };
    case 'superseded':
      return {
        text: `What was agreed to holds no more: ${firstFew((superseded?.differences ?? []).map((one) => one.replace(/\.$/, '')))}.`,
        changed: 'nothing',
        next: superseded?.by ? 'The plan as it is now asks for its own approval, in this thread.' : again,
      };
    default:
      return {};
  }
}

function actionsOf({ id, state }: Approval): readonly Action[] {
  if (state === 'pending')
    return [
      { label: 'Review and approve', does: 'approve', on: id, style: 'primary' },
      { label: 'Reject', does: 'reject', on: id, style: 'danger' },
    ];
  return state === 'approved' ? [{ label: 'Withdraw', does: 'withdraw', on: id, style: 'danger' }] : [];
}
