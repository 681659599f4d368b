import type { AlertDesk } from '../../chatops/alerts/alert-desk.ts';
import type { AlertRule } from '../../chatops/alerts/alert-rule.ts';
import type { AlertThread } from '../../chatops/alerts/alert-thread.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Claim, Letter } from '../../ports/outbox.ts';
import { NotNow } from '../gate.ts';
import { renderAlert, renderReport } from '../render.ts';
import { type Traces, trace } from '../traces.ts';
import { codeOf } from '../trouble.ts';
import type { Voices } from '../voices.ts';
import { rootIsGone, saidIn } from './cards.ts';
import type { Mail, Post } from './mail.ts';

export interface AlertParts {
  /** Absent where none come. */
  readonly alerts?: Pick<AlertDesk, 'find' | 'address' | 'rules'> | undefined;
  readonly traces: Traces;
  readonly clock: Clock;
  readonly calledAs: string;
  readonly voices: Voices;
  readonly botName: () => string;
}

/** Shows a group of alerts as it is at this moment; posts it where there is no message of it. One that has ended and was followed by another stays as it is. */
export async function showAlert(
  claim: Claim,
  { alertId }: Extract<Letter, { kind: 'alert' }>,
  mail: Mail,
  parts: AlertParts,
): Promise<void> {
  const alert = await parts.alerts?.find(alertId);
  if (!alert || !parts.alerts) return;
  const { channel, ts } = alert.thread;
  const post = postOf(alert, parts.alerts.rules, parts);
  if (ts !== undefined) return refresh(ts, post, mail);
  // Slack took it before we knew: a crash or a cut between its yes and our note of it.
  const found = claim.tries > 0 ? await parts.traces.root(channel, claim.id, alert.startedAt) : undefined;
  const posted = found ?? (await mail.post(post)).ts;
  const isFirst = await parts.alerts.address(alertId, posted);
  if (found !== undefined) return refresh(found, post, mail);
  const now = isFirst ? undefined : await parts.alerts.find(alertId);
  if (now?.thread.ts !== undefined && now.thread.ts !== posted) await mail.remove(channel, posted);
}

/** Who deletes the message does not want to see it; the alert itself is untouched. */
async function refresh(ts: string, post: Post, mail: Mail): Promise<void> {
  await mail.update(ts, post).catch((error) => {
    if (codeOf(error) !== 'message_not_found') throw error;
  });
}

/** Says something in the thread of a group of alerts, once. */
export async function sayRemark(
  claim: Claim,
  { alertId, report }: Extract<Letter, { kind: 'remark' }>,
  mail: Mail,
  parts: AlertParts,
): Promise<void> {
  const alert = await parts.alerts?.find(alertId);
  if (!alert) return;
  const { channel, ts } = alert.thread;
  if (ts === undefined)
    throw new NotNow(new Date(parts.clock.now().getTime() + 2000), 'the message of the alert is not posted yet');
  if (claim.tries > 0 && (await saidIn(channel, ts, parts))?.hasLetter(claim.id)) return;
  // Slash commands do not work in threads.
  const { text, blocks } = renderReport(report, {
    ...{ id: claim.id, calledAs: `@${parts.botName()}`, filesFollow: false },
    language: parts.voices.inChannel(channel),
  });
  await mail.post({ channel, text, blocks, metadata: trace(claim.id), thread: ts }).catch((error) => {
    if (!rootIsGone.has(codeOf(error) ?? '')) throw error;
  });
}

function postOf(alert: AlertThread, rules: readonly AlertRule[], { calledAs, clock, voices }: AlertParts): Post {
  const { channel } = alert.thread;
  const { text, blocks } = renderAlert(alert, rules, calledAs, clock.now(), voices.inChannel(channel));
  return { channel, text, blocks, metadata: trace(`alert:${alert.id}`) };
}
