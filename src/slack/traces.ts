import type { MessageMetadata, WebClient } from '@slack/web-api';
import { z } from 'zod';

/** What our messages carry unseen, so that they can be found again: which letter made them, of which run. */
const eventType = 'salvor_letter';

const Posted = z.object({
  ts: z.string(),
  bot_id: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
  files: z.array(z.object({ name: z.string().nullish(), title: z.string().nullish() })).optional(),
});
type Posted = z.infer<typeof Posted>;

/** A busy channel is read back so far, newest first: a thousand messages. */
const pages = 5;
const pageSize = 200;

/** What an alert says is of no run. */
export function trace(letterId: string, runId?: string): MessageMetadata {
  return { event_type: eventType, event_payload: { letter: letterId, ...(runId === undefined ? {} : { run: runId }) } };
}

/** Looks for messages of this bot; nobody else's metadata is believed. */
export interface Traces {
  /** The newest root message in a channel that a letter made, since a time. */
  root(channel: string, letterId: string, since: Date): Promise<string | undefined>;
  /** What this bot has said in a thread: by which letters, and with which files. */
  thread(
    channel: string,
    rootTs: string,
  ): Promise<{
    hasLetter(id: string): boolean;
    tsOf(id: string): string | undefined;
    hasFile(name: string): boolean;
  }>;
  /** Of which run a thread is; undefined when it is of none. */
  runOf(channel: string, rootTs: string): Promise<string | undefined>;
}

export function createTraces(client: WebClient, botId: () => string): Traces {
  const isOurs = (message: Posted) => message.bot_id === botId();
  const payloadOf = ({ metadata }: Posted) => (metadata?.event_type === eventType ? metadata.event_payload : {});
  const runIn = (message: Posted) => {
    const { run } = payloadOf(message);
    return typeof run === 'string' ? run : undefined;
  };
  return {
    async root(channel, letterId, since) {
      const oldest = `${Math.floor(since.getTime() / 1000) - 60}`;
      for await (const message of history(client, { channel, oldest })) {
        if (isOurs(message) && payloadOf(message).letter === letterId) return message.ts;
      }
      return undefined;
    },
    async thread(channel, rootTs) {
      const ours = (await repliesTo(client, channel, rootTs)).filter(isOurs);
      const letters = new Map(ours.map((message) => [payloadOf(message).letter, message.ts]));
      const names = new Set(ours.flatMap((message) => (message.files ?? []).map((file) => file.name)));
      return { hasLetter: (id) => letters.has(id), tsOf: (id) => letters.get(id), hasFile: (name) => names.has(name) };
    },
    async runOf(channel, rootTs) {
      const asked = { channel, latest: rootTs, oldest: rootTs, inclusive: true, limit: 1, include_all_metadata: true };
      const { messages } = await client.conversations.history(asked);
      const [root] = z.array(Posted).parse(messages ?? []);
      if (!root || root.ts !== rootTs) return undefined;
      const own = isOurs(root) ? runIn(root) : undefined;
      // Under a person's message, or an alert, stand the runs that it asked for; the last one is meant.
      return (
        own ??
        (await repliesTo(client, channel, rootTs))
          .filter(isOurs)
          .map(runIn)
          .findLast((run) => run !== undefined)
      );
    },
  };
}

async function* history(client: WebClient, where: { channel: string; oldest: string }): AsyncIterable<Posted> {
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const asked = { ...where, limit: pageSize, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
    const { messages, response_metadata: rest } = await client.conversations.history(asked);
    yield* z.array(Posted).parse(messages ?? []);
    cursor = rest?.next_cursor;
    if (!cursor) return;
  }
}

/** A thread that is not there has no replies. */
async function repliesTo(client: WebClient, channel: string, ts: string): Promise<readonly Posted[]> {
  const { messages } = await client.conversations.replies({ channel, ts, limit: 1000, include_all_metadata: true });
  return z.array(Posted).parse(messages ?? []);
}
