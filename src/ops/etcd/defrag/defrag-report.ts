import { codeOf } from '../../../chatops/confirmation.ts';
import { bytesInWords, counted, durationInWords, numberInWords } from '../../../chatops/format.ts';
import type { Action, Report, Table } from '../../../chatops/report.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { DefragLedger } from './defrag-ledger.ts';
import type { DefragState } from './defragment-members.ts';
import { agreementOf, type DefragPlan, dueOf, isFull, type MemberPlan, percentInWords } from './plan-defrag.ts';

/** A plan as people see it before anything is done: which members, in which order and why, and the button that does it. */
export function planReport(plan: DefragPlan, cluster: Cluster): Report {
  const due = dueOf(plan);
  const common = { table: planTable(plan), measures: measuresOf(plan) };
  if (due.length === 0) {
    const title = `${plan.cluster}: no member is worth defragmenting`;
    return { tone: 'good', title, facts: [thresholdOf(cluster)], ...common };
  }
  const words = `defrag ${plan.cluster} --confirm ${codeOf(agreementOf(plan))}`;
  return {
    tone: isFull(plan) ? 'warning' : 'neutral',
    title: titleOf(plan),
    text: courseOf(plan),
    facts: [
      { label: 'Order', value: orderInWords(due), onCard: true },
      ...(isFull(plan) ? [] : [{ label: 'To win', value: bytesInWords(sumOf(due)) }, thresholdOf(cluster)]),
    ],
    ...common,
    changed: 'nothing',
    next: ['To do just this: ', { command: words }],
    actions: [actionOf(plan, words)],
  };
}

function titleOf(plan: DefragPlan): string {
  if (isFull(plan)) return `${plan.cluster} is full: NOSPACE stands, and etcd refuses every write`;
  const due = dueOf(plan);
  const amount = bytesInWords(sumOf(due));
  const all = counted(plan.members.length, 'member');
  if (plan.members.length === 1) return `${plan.cluster}: its only member is worth defragmenting, ${amount} to win`;
  return due.length === 1
    ? `${plan.cluster}: ${due.length} of ${all} is worth defragmenting, ${amount} to win`
    : `${plan.cluster}: ${due.length} of ${all} are worth defragmenting, ${amount} to win`;
}

/** What will happen, for whoever has to agree to it. */
const courseOf = (plan: DefragPlan): string =>
  isFull(plan) ? `${courseWhenFull} ${standstill(plan)}` : standstill(plan);

const courseWhenFull =
  'First a snapshot, then the history that it holds is compacted: who lists or watches from an older revision is told so and begins anew, as Kubernetes does by itself. Then the members, and last of all NOSPACE is cleared.';

function standstill({ members }: DefragPlan): string {
  const disk = 'Each needs as much free disk as it has in use.';
  if (members.length === 1) return `It is the only member: while it works, nothing can be read or written. ${disk}`;
  const leads = members.some(({ isDue, role }) => isDue && role === 'leader');
  return [
    'One member at a time: it answers nothing while it works, nor does an API server that talks to it alone; the next one’s turn comes when all are well.',
    ...(leads ? ['While the leader works, last of all, writes wait.'] : []),
    disk,
  ].join(' ');
}

/** The leader's turn comes last. */
function orderInWords(members: readonly MemberPlan[]): string {
  const leader = members.find(({ role }) => role === 'leader')?.name;
  const others = members.flatMap(({ name }) => (name === leader ? [] : [name])).join(', ');
  if (leader === undefined) return others;
  return others === '' ? `the leader ${leader}` : `${others}, and last the leader ${leader}`;
}

function actionOf(plan: DefragPlan, on: string): Action {
  const members = counted(dueOf(plan).length, 'member');
  const label = isFull(plan) ? 'Make room' : `Defragment ${members}`;
  const confirm = `${plan.cluster}: ${orderInWords(dueOf(plan))}, one at a time. A stop takes effect between members.`;
  return { label, does: 'command', on, style: 'primary', confirm };
}

const thresholdOf = ({ defrag: { fragmentedShare, fragmentedBytes } }: Cluster) => ({
  label: 'Worth it from',
  value: `${percentInWords(fragmentedShare)} and ${bytesInWords(fragmentedBytes)} fragmented`,
});

function planTable(plan: DefragPlan): Table {
  return {
    caption: `Members of ${plan.cluster}, in the order of work`,
    columns: ['Member', 'Role', 'Database', 'In use', 'Fragmented', 'Decision'],
    rows: plan.members.map((member) => [
      member.name,
      member.role,
      bytesInWords(member.databaseBytes),
      bytesInWords(member.inUseBytes),
      percentInWords(member.fragmentedShare),
      `${member.isDue ? 'defragment' : 'leave'}: ${member.why}`,
    ]),
  };
}

/** What was done, once it is done. */
export function doneReport({ plan, ledger }: DefragState): Report {
  const { snapshot, compactedTo, done } = ledger;
  return {
    tone: 'good',
    title: doneTitle(plan.cluster, ledger),
    facts: [
      ...(snapshot ? [{ label: 'Snapshot', value: [{ code: snapshot.id }, ', taken first'], onCard: true }] : []),
      ...(compactedTo === undefined
        ? []
        : [{ label: 'Compacted', value: `up to revision ${numberInWords(BigInt(compactedTo))}` }]),
      { label: 'Health', value: 'every member has a leader and is up to date; no alarm stands', onCard: true },
    ],
    ...(done.length > 0 ? { table: doneTable(plan.cluster, ledger) } : {}),
    measures: measuresOf(plan),
  };
}

function doneTitle(cluster: string, { done, due, wasFull }: DefragLedger): string {
  const won = done.reduce((sum, { beforeBytes, afterBytes }) => sum + Math.max(0, beforeBytes - afterBytes), 0);
  const what = `${counted(done.length, 'member')} defragmented, ${bytesInWords(won)} won`;
  if (wasFull) return `${cluster} has room again: ${what}, NOSPACE cleared`;
  const passed = due.length - done.length;
  return `${cluster}: ${what}${passed > 0 ? `; ${counted(passed, 'member')} no longer worth it` : ''}`;
}

function doneTable(cluster: string, { done }: DefragLedger): Table {
  return {
    caption: `Members of ${cluster} that were defragmented, in this order`,
    columns: ['Member', 'Role', 'Before', 'After', 'Took'],
    rows: done.map(({ name, role, beforeBytes, afterBytes, tookMs }) => [
      name,
      role,
      bytesInWords(beforeBytes),
      bytesInWords(afterBytes),
      tookMs === undefined ? 'not known' : durationInWords(tookMs),
    ]),
  };
}

/** Of the member that has most of it. */
function measuresOf({ members }: DefragPlan): NonNullable<Report['measures']> {
  const most = (of: (member: MemberPlan) => number) => Math.max(0, ...members.map(of));
  return {
    databaseBytes: most((member) => member.databaseBytes),
    fragmentedBytes: most((member) => member.fragmentedBytes),
    fragmentedShare: most((member) => member.fragmentedShare),
  };
}

const sumOf = (members: readonly MemberPlan[]): number => members.reduce((sum, one) => sum + one.fragmentedBytes, 0);
