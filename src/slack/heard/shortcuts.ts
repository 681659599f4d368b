import type { RespondFn } from '@slack/bolt';
import { z } from 'zod';
import { aboutThread, type Room } from './room.ts';

/** The message shortcut, by its callback id in the manifest. */
export const logsShortcut = 'run.logs';

const Shortcut = z.object({
  trigger_id: z.string(),
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }),
});

/** "Logs of this run" out of a message's menu, already acknowledged: the way in threads, where slash commands do not work. */
export async function hearShortcut(room: Room, body: unknown, respond: RespondFn): Promise<void> {
  const { trigger_id: trigger, user, team, channel, message } = Shortcut.parse(body);
  const key = `shortcut:${trigger}`;
  const thread = message.thread_ts ?? message.ts;
  const listener = { user: user.id, channel: channel.id, thread: message.thread_ts, respond };
  await room.hearing.handle({ kind: 'shortcut', key, listener }, async () => {
    const actor = await room.people.actor({ user: user.id, team: user.team_id ?? team?.id });
    return aboutThread(room, 'logs', actor, { channel: channel.id, thread, requestId: `slack:${key}` });
  });
}
