import type { KnownBlock } from '@slack/types';
import type { MessageMetadata, WebClient } from '@slack/web-api';
import type { File } from '../../chatops/report.ts';
import type { Logger } from '../../ports/logger.ts';
import { type Gate, postLimit, updateLimit } from '../gate.ts';
import { codeOf, troubleIn } from '../trouble.ts';

export interface Post {
  readonly channel: string;
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly metadata: MessageMetadata;
  readonly thread?: string | undefined;
  readonly broadcast?: boolean;
}

export interface Posted {
  readonly ts: string;
  /** Slack puts a reply to a message that is gone into the channel, and says so only by leaving this away. */
  readonly thread: string | undefined;
}

/** The calls that say something in the chat, each through the gate. */
export interface Mail {
  post(post: Post): Promise<Posted>;
  update(ts: string, post: Post): Promise<void>;
  upload(channel: string, thread: string | undefined, file: File): Promise<void>;
  remove(channel: string, ts: string): Promise<void>;
}

/** Blocks that this workspace's Slack does not take. The same text without them is better than silence. */
const aboutBlocks = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

export function createMail(client: WebClient, gate: Gate, logger: Logger): Mail {
  async function readably<T>(post: Post, send: (blocks: KnownBlock[] | undefined) => Promise<T>): Promise<T> {
    try {
      return await send(post.blocks);
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (!aboutBlocks.has(code)) throw error;
      logger.error({ code, ...post.metadata.event_payload }, 'Slack refused the blocks of a message; sent as text');
      return send(undefined);
    }
  }

  return {
    post: (post) =>
      readably(post, (blocks) =>
        gate.through('chat.postMessage', postLimit(post.channel), async () => {
          const answer = await client.chat.postMessage({ ...content(post, blocks), ...placeOf(post) });
          return { ts: answer.ts ?? '', thread: answer.message?.thread_ts };
        }),
      ),
    update: (ts, post) =>
      readably(post, async (blocks) => {
        await gate.through('chat.update', updateLimit, () =>
          client.chat.update({
            channel: post.channel,
            ts,
            text: post.text,
            metadata: post.metadata,
            ...(blocks ? { blocks } : {}),
          }),
        );
      }),
    async upload(channel, thread, { name, title, altText, base64 }) {
      const file = Buffer.from(base64, 'base64');
      const facts = { channel_id: channel, file, filename: name, title, ...(altText ? { alt_text: altText } : {}) };
      const send = () => client.filesUploadV2(thread === undefined ? facts : { ...facts, thread_ts: thread });
      try {
        await gate.through('files.uploadV2', undefined, send);
      } catch (error) {
        const trouble = troubleIn(error);
        if (trouble?.kind !== 'refused' && trouble?.kind !== 'locked-out') throw error;
        // What the file belongs to is said already; trying for ever would not bring it.
        logger.error({ code: trouble.code, file: name }, 'Slack refused a file');
      }
    },
    async remove(channel, ts) {
      await client.chat.delete({ channel, ts });
    },
  };
}

function content({ channel, text, metadata }: Post, blocks: KnownBlock[] | undefined) {
  const quiet = { unfurl_links: false, unfurl_media: false, mrkdwn: blocks !== undefined };
  return { channel, text, metadata, ...quiet, ...(blocks ? { blocks } : {}) };
}

function placeOf({ thread, broadcast }: Post) {
  if (thread === undefined) return {};
  return broadcast === true ? { thread_ts: thread, reply_broadcast: true as const } : { thread_ts: thread };
}
