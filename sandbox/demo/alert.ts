import type { SandboxAlertmanager } from '../alertmanager.ts';
import type { EtcdCluster } from '../etcd.ts';
import type { Message } from '../slack/model.ts';
import { OffScript, play, type Stage, wordsOf } from './play.ts';

export interface Alerted {
  readonly etcd: Pick<EtcdCluster, 'members'>;
  readonly alertmanager: Pick<SandboxAlertmanager, 'url' | 'post'>;
}

/** As etcd's own rules name it and word it. */
const alert = {
  labels: { alertname: 'etcdMembersDown', cluster: 'prod-1', job: 'etcd', severity: 'warning' },
  annotations: { summary: 'etcd cluster "etcd": members are down (1).' },
};

/**
 * A member of etcd dies, Alertmanager is told so in Prometheus' place, and all that comes of it stands in one message. Throws OffScript where something else
 * comes of it.
 */
export async function playAlert({ etcd, alertmanager }: Alerted, stage: Stage): Promise<void> {
  const member = etcd.members.at(-1);
  if (!member) throw new Error('the sandbox was started without etcd');
  const { slack, channel, say } = stage;
  say(`\n   ${member.name} dies. The demo tells Alertmanager what Prometheus would: ${alert.labels.alertname} fires.`);
  await member.kill();
  await alertmanager.post([alert]);
  const { ts } = await seen('offers a snapshot', /etcdMembersDown fires on prod-1.*Suggested.*snapshot prod-1/s, stage);
  await within('tells in its thread who leads and what is saved', stage, () => isAnswered(ts, member.name, stage));
  await play([{ title: 'Vera may only look. Alice takes it upon her.', acts: [refused] }], stage);
  say('\n      alice presses Acknowledge');
  const pressed = await slack.clicks('alice', { channel, ts }, 'Acknowledge');
  if (!pressed.ok) throw new OffScript(`Acknowledge was answered by Slack: ${pressed.error}`);
  await seen('is acknowledged', /etcdMembersDown fires on prod-1.*Acknowledged/s, stage, ts);
  say(`\n   Somebody starts ${member.name} again, and the alert is over.`);
  await member.restart();
  await alertmanager.post([{ ...alert, endsAt: new Date().toISOString() }]);
  await seen('is resolved', /Resolved after .*etcdMembersDown on prod-1/s, stage, ts);
}

const refused = { by: 'vera', presses: 'Acknowledge', told: 'operator right' };

/** The one message of the alert, once it says so; it is the one at `ts` from then on. */
function seen(what: string, says: RegExp, stage: Stage, ts?: string): Promise<Message> {
  return within(what, stage, () => {
    const cards = stage.slack
      .messages(stage.channel)
      .filter((message) => message.onlyYou === undefined && wordsOf(message).includes(alert.labels.alertname));
    if (cards.length > 1) throw new OffScript(`The alert has ${cards.length} messages, not one.`);
    return cards.find((card) => says.test(wordsOf(card)) && (ts === undefined || card.ts === ts));
  });
}

/** Both facts are there, and the one names who does not answer. */
function isAnswered(ts: string, member: string, { slack, channel }: Stage): boolean {
  const answers = slack
    .messages(channel, { thread: ts })
    .slice(1)
    .filter(({ text }) => text.startsWith('Done: '));
  return answers.length > 1 && answers.some((answer) => wordsOf(answer).includes(member));
}

async function within<T>(what: string, { slack, patienceMs = 120_000 }: Stage, look: () => T) {
  try {
    return await slack.waitFor(look, { timeoutMs: patienceMs });
  } catch (cause) {
    if (cause instanceof OffScript) throw cause;
    throw new OffScript(`No message of the alert ${what} after ${patienceMs / 1000} s.`, { cause });
  }
}

/** What a person types to have one fire: of a rule whose action is dangerous, and can only be offered. */
export const fireByHand = ({ url }: Pick<SandboxAlertmanager, 'url'>): string =>
  `amtool --alertmanager.url=${url} alert add etcdInsufficientMembers cluster=prod-1 severity=critical`;
