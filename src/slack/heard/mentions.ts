import { z } from 'zod';
import { Refusal } from '../../chatops/errors.ts';
import type { Report } from '../../chatops/report.ts';
import { SharedFile } from '../attached-files.ts';
import { wordsToBot } from '../words.ts';
import { aboutThread, placeOf, type Room, say } from './room.ts';
import { threadWordOf } from './thread-words.ts';

/** A plain message of a person. Anything with a subtype or a bot's id is somebody else speaking: never a command (CVE-2026-32895). */
const Mention = z.object({
  event_id: z.string(),
  event: z.object({
    type: z.literal('app_mention'),
    user: z.string(),
    text: z.string(),
    channel: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    /** The writer's workspace, in channels shared with others. */
    user_team: z.string().optional(),
    team: z.string().optional(),
    edited: z.unknown().optional(),
    subtype: z.undefined().optional(),
    bot_id: z.undefined().optional(),
    files: z.array(SharedFile).optional(),
  }),
});
type Mention = z.infer<typeof Mention>;

/** `@salvor …`: a command, or one word about the run in whose thread it is said. Answers whether it was one. */
export async function hearMention(room: Room, body: unknown): Promise<boolean> {
  const mention = Mention.safeParse(body).data;
  const words = mention && wordsToBot(mention.event.text, room.identity().botUserId);
  if (!mention || words === undefined) return false;
  const { user, channel, thread_ts: thread } = mention.event;
  const key = `event:${mention.event_id}`;
  const listener = { user, channel, thread, calledAs: `@${room.identity().botName}` };
  await room.hearing.handle({ kind: 'mention', key, listener }, () => obey(room, mention, words, `slack:${key}`));
  return true;
}

async function obey(room: Room, { event }: Mention, words: string, requestId: string): Promise<Report | undefined> {
  // Slack sends a mention again when its message is edited: what was asked must not change under the answer.
  if (event.edited !== undefined) throw new Refusal('I do not act on edited messages.', 'Write a new one.');
  const sender = { user: event.user, team: event.user_team ?? event.team };
  const word = threadWordOf(words);
  if (word === undefined || event.thread_ts === undefined) {
    const { files } = event;
    return say(room, sender, {
      ...{ words, channel: placeOf(event.channel), requestId, under: event.thread_ts ?? event.ts },
      ...(files && files.length > 0 ? { files: () => room.files.read(files) } : {}),
    });
  }
  const actor = await room.people.actor(sender);
  return aboutThread(room, word, actor, { channel: event.channel, thread: event.thread_ts, requestId });
}
