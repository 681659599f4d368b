import { randomBytes } from 'node:crypto';
import { ApiError } from './failures.ts';
import { asRecords, asText } from './json.ts';
import { findMessage, postMessage, removeMessage, replaceMessage } from './messages.ts';
import type { Json, JsonObject, Message } from './model.ts';
import type { State } from './state.ts';
import { messageBlocks } from './stored-blocks.ts';

const mostUses = 5;
const lifetimeMs = 30 * 60_000;
const longestText = 40_000;

/** Where an answer goes: the channel and person of the interaction, and the message clicked on. */
export interface Origin {
  readonly channel: string;
  readonly user: string;
  readonly ts?: string;
}

export interface ResponseUrls {
  issue(origin: Origin): string;
  /** Takes one of the five uses and answers. Throws ApiError `used_url`, `expired_url`, or what the message is refused for. */
  use(id: string, body: JsonObject): void;
}

export function createResponseUrls(state: State, baseUrl: () => string): ResponseUrls {
  const issued = new Map<string, { readonly origin: Origin; readonly expiresAtMs: number; readonly uses: number }>();
  return {
    issue(origin) {
      const id = `${state.team.id}/${issued.size + 1}/${randomBytes(12).toString('hex')}`;
      issued.set(id, { origin, expiresAtMs: state.clock.now().getTime() + lifetimeMs, uses: 0 });
      return `${baseUrl()}/commands/${id}`;
    },
    use(id, body) {
      const url = issued.get(id);
      if (!url || state.clock.now().getTime() >= url.expiresAtMs) throw new ApiError('expired_url');
      if (url.uses >= mostUses) throw new ApiError('used_url');
      answer(state, url.origin, body);
      issued.set(id, { ...url, uses: url.uses + 1 });
    },
  };
}

/** Posts, replaces or deletes as `body` says; into a thread only where it names one. What is said at a command's ack goes through here as well. */
export function answer(state: State, origin: Origin, body: JsonObject): void {
  const source = origin.ts ? findMessage(state, origin.channel, origin.ts) : undefined;
  if (isTrue(body.delete_original)) {
    if (!source) throw new ApiError('message_not_found');
    removeMessage(state, source);
    return;
  }
  const content = contentOf(state, body);
  if (isTrue(body.replace_original) && source) {
    replaceMessage(state, replaced(state, source, content));
    return;
  }
  const threadTs = asText(body.thread_ts);
  postMessage(state, {
    channel: origin.channel,
    user: state.app.botUserId,
    byApp: true,
    ...content,
    ...(threadTs ? { thread_ts: threadTs } : {}),
    ...(body.response_type === 'in_channel' ? {} : { onlyYou: origin.user }),
  });
}

/** Slack's own examples write these flags as texts. */
function isTrue(flag: Json | undefined): boolean {
  return flag === true || flag === 'true';
}

type Content = Pick<Message, 'text' | 'blocks' | 'attachments'>;

function contentOf(state: State, body: JsonObject): Content {
  const text = asText(body.text).slice(0, longestText);
  const blocks = messageBlocks(state, body.blocks);
  const attachments = asRecords(body.attachments);
  if (!text && blocks.length === 0 && attachments.length === 0) throw new ApiError('no_text');
  return { text, blocks, attachments };
}

function replaced(state: State, source: Message, content: Content): Message {
  const seconds = Math.floor(state.clock.now().getTime() / 1000);
  return { ...source, ...content, edited: { user: state.app.botUserId, ts: `${seconds}.000000` } };
}
