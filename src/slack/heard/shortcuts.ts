import type { RespondFn } from '@slack/bolt';
import { z } from 'zod';
import type { Actor } from '../../chatops/access.ts';
import type { Report } from '../../chatops/report.ts';
import { FromPerson, senderOf } from './from-person.ts';
import { aboutThread, placeOf, type Room } from './room.ts';

/** The message shortcuts, by their callback ids in the manifest. */
export const logsShortcut = 'run.logs';
export const askShortcut = 'alert.ask';

const Shortcut = FromPerson.extend({
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }),
  /** Of whatever app: `text`, blocks and attachments, as it likes. */
  message: z.looseObject({ ts: z.string(), thread_ts: z.string().optional() }),
});
type Shortcut = z.infer<typeof Shortcut>;

/** "Logs of this run" out of a message's menu, already acknowledged: the way in threads, where slash commands do not work. */
export async function hearShortcut(room: Room, body: unknown, respond: RespondFn): Promise<void> {
  const shortcut = Shortcut.parse(body);
  const { channel, message } = shortcut;
  const thread = message.thread_ts ?? message.ts;
  await heard(room, shortcut, respond, async (actor, requestId) =>
    aboutThread(room, 'logs', actor, { channel: channel.id, thread, requestId }),
  );
}

/** "Ask Salvor" out of the menu of any message, such as another app's of an alert. */
export async function hearAsking(room: Room, body: unknown, respond: RespondFn): Promise<void> {
  const shortcut = Shortcut.parse(body);
  const { channel, message } = shortcut;
  await heard(room, shortcut, respond, async (actor) =>
    room.offers(textsIn(message).join(' '), actor, placeOf(channel.id)),
  );
}

/** Every text of a message, however deep: each app lays its own out otherwise. */
function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value.slice(0, 10_000)];
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  return Object.values(value).flatMap((one) => textsIn(one, depth + 1));
}

async function heard(
  room: Room,
  shortcut: Shortcut,
  respond: RespondFn,
  work: (actor: Actor, requestId: string) => Promise<Report | undefined>,
): Promise<void> {
  const { trigger_id: trigger, user, channel, message } = shortcut;
  const key = `shortcut:${trigger}`;
  const listener = { user: user.id, channel: channel.id, thread: message.thread_ts, respond };
  await room.hearing.handle({ kind: 'shortcut', key, listener }, async () => {
    const actor = await room.people.actor(senderOf(shortcut));
    return work(actor, `slack:${key}`);
  });
}
