import type { AlertThread } from '../alerts/alert-thread.ts';
import type { Approval } from '../approval.ts';
import type { Text, Value } from '../report.ts';
import type { HomeSection, Seen } from './home.ts';

/** Votes that this person may give, work that waits to be gone on with, and alerts that nobody has taken upon them. */
export async function waitingSection(seen: Seen): Promise<HomeSection> {
  const open = await seen.parts.keepers.approvals.unsettled();
  const paused = await pausedApprovals(seen, open);
  const lines = await Promise.all([
    ...open.filter((one) => mayVote(one, seen)).map((one) => vote(one, seen)),
    ...paused.map((one) => goOn(one, seen)),
    ...seen.firing
      .filter((one) => !one.acknowledged && seen.may('operator', one.target))
      .map((one) => alert(one, seen)),
  ]);
  return {
    title: lines.length === 0 ? 'Nothing waits for you' : `Waiting for you (${lines.length})`,
    lines: lines.slice(0, 15),
  };
}

const mayVote = ({ state, plan, requester, votes }: Approval, { actor, may }: Seen): boolean =>
  state === 'pending' &&
  may('approver', plan.target) &&
  requester.id !== actor.id &&
  votes.every(({ by }) => by.id !== actor.id);

/** What stopped with steps left holds its target: whose lease it is says which approval. */
async function pausedApprovals({ parts, may }: Seen, open: readonly Approval[]): Promise<readonly Approval[]> {
  const leases = await parts.keepers.leases.list();
  const known = new Set(open.map(({ id }) => id));
  const others = leases.filter(({ approval }) => !known.has(approval));
  const found = await Promise.all(others.map(({ approval }) => parts.keepers.approvals.find(approval)));
  return found
    .filter((one) => one !== undefined)
    .filter(
      ({ state, plan }) =>
        ['paused', 'failed'].includes(state) && (may('operator', plan.target) || may('approver', plan.target)),
    );
}

async function vote({ plan, requester, votes, rule, expiresAt, plannedBy }: Approval, { parts }: Seen): Promise<Text> {
  return [
    `${plan.action} of ${plan.target}, asked for by `,
    { person: requester.id },
    `: ${votes.length} of ${rule.votes} votes, until `,
    { time: expiresAt.toISOString() },
    ...open(await parts.linkTo(plannedBy)),
  ];
}

async function goOn({ plan, state, runs }: Approval, { parts }: Seen): Promise<Text> {
  const what = `${plan.action} of ${plan.target}`;
  const how =
    state === 'paused'
      ? `${what} waits for somebody to go on, or to take it back`
      : `${what} stopped in the middle, and holds it`;
  return [how, ...open(await parts.linkTo(runs.at(-1) ?? ''))];
}

async function alert({ alerts, target, thread, startedAt }: AlertThread, { parts }: Seen): Promise<Text> {
  const names = [...new Set(alerts.filter(({ endedAt }) => !endedAt).map(({ name }) => name))].slice(0, 3).join(', ');
  const link = thread.ts === undefined ? undefined : parts.linkToMessage(thread.channel, thread.ts);
  return [`${names} on ${target}, nobody has taken it, since `, { time: startedAt.toISOString() }, ...open(link)];
}

export const open = (link: string | undefined): readonly Value[] =>
  link === undefined ? [] : [' · ', { link, label: 'Open' }];
