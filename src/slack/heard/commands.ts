import type { RespondFn } from '@slack/bolt';
import { z } from 'zod';
import { plainWords } from '../words.ts';
import { askingFor } from './forms.ts';
import { placeOf, type Room, say } from './room.ts';

const Command = z.object({
  text: z.string(),
  user_id: z.string(),
  team_id: z.string(),
  channel_id: z.string(),
  channel_name: z.string().optional(),
  trigger_id: z.string(),
});

/** A slash command, already acknowledged. */
export async function hearCommand(room: Room, body: unknown, respond: RespondFn): Promise<void> {
  const typed = Command.parse(body);
  const key = `command:${typed.trigger_id}`;
  const listener = { user: typed.user_id, channel: typed.channel_id, respond };
  const sender = { user: typed.user_id, team: typed.team_id };
  const channel = placeOf(typed.channel_id, typed.channel_name);
  const where = { sender, channel, trigger: typed.trigger_id };
  await room.hearing.handle({ kind: 'command', key, listener }, () =>
    askingFor(room, where, () =>
      say(room, sender, { words: plainWords(typed.text), channel, requestId: `slack:${key}` }),
    ),
  );
}
