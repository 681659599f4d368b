import { announceChange, announceMessage } from '../events.ts';
import { ApiError, refusedWith } from '../failures.ts';
import { asRecord, asRecords, isRecord } from '../json.ts';
import { messageJson } from '../message-json.ts';
import { findMessage, postMessage, removeMessage, replaceMessage } from '../messages.ts';
import type { Block, Channel, JsonObject, Message } from '../model.ts';
import { isMember } from '../state.ts';
import { messageBlocks } from '../stored-blocks.ts';
import { type Call, type Methods, seenChannel, writableChannel } from './method.ts';

const longestPost = 40_000;
const longestUpdate = 4000;
const longestMarkdown = 12_000;
const mostAttachments = 100;

export const chatMethods = {
  'chat.postMessage': { tier: 'posting', scopes: ['chat:write'], run: post },
  'chat.postEphemeral': { tier: 4, scopes: ['chat:write'], run: postEphemeral },
  'chat.update': { tier: 3, scopes: ['chat:write'], run: update },
  'chat.delete': { tier: 3, scopes: ['chat:write'], run: remove },
  'chat.getPermalink': { tier: 'special', scopes: [], run: permalink },
} as const satisfies Methods;

interface Content {
  readonly text: string;
  readonly isTruncated: boolean;
  readonly blocks: readonly Block[];
  readonly attachments: readonly JsonObject[];
}

function contentOf(call: Call): Content {
  const { args, state } = call;
  const markdown = args.text('markdown_text');
  if (markdown && (args.has('text') || args.has('blocks'))) throw new ApiError('markdown_text_conflict');
  if (markdown.length > longestMarkdown) throw new ApiError('msg_too_long');
  const text = markdown || args.text('text');
  const blocks = markdown ? [{ type: 'markdown', text: markdown }] : args.json('blocks', 'invalid_blocks_format');
  const attachments = asRecords(args.json('attachments', 'invalid_attachments'));
  if (attachments.length > mostAttachments) throw new ApiError('too_many_attachments');
  return {
    text: text.slice(0, longestPost),
    isTruncated: text.length > longestPost,
    blocks: messageBlocks(state, blocks),
    attachments,
  };
}

function isNothing(content: Content): boolean {
  return content.text === '' && content.blocks.length === 0 && content.attachments.length === 0;
}

/**
 * The thread a post goes to. Slack does not refuse a thread that is gone: the reply lands in the channel, and only the missing
 * `thread_ts` in the answer tells. Source: slack-go/slack issue 1571, caipe-io/ai-platform-engineering pull request 1034.
 */
function threadOf(call: Call, channel: Channel): string | undefined {
  const threadTs = call.args.text('thread_ts');
  if (!threadTs) return undefined;
  if (!/^\d+\.\d{6}$/.test(threadTs)) throw refusedWith('invalid_thread_ts', [`${threadTs} is not a valid thread_ts`]);
  const asked = findMessage(call.state, channel.id, threadTs);
  return asked && !asked.onlyYou ? (asked.thread_ts ?? asked.ts) : undefined;
}

function metadataOf(call: Call): JsonObject | undefined {
  const metadata = call.args.json('metadata', 'invalid_metadata_format');
  if (metadata === undefined || metadata === null) return undefined;
  const { event_type: type, event_payload: payload } = asRecord(metadata);
  if (typeof type !== 'string' || !isRecord(payload)) throw new ApiError('invalid_metadata_schema');
  return asRecord(metadata);
}

function post(call: Call): JsonObject {
  const { args, state, slack } = call;
  const channel = writableChannel(state, args.required('channel'));
  const content = contentOf(call);
  if (isNothing(content)) throw new ApiError('no_text');
  const threadTs = threadOf(call, channel);
  const metadata = metadataOf(call);
  const message = postMessage(state, {
    channel: channel.id,
    user: state.app.botUserId,
    byApp: true,
    ...content,
    ...(threadTs ? { thread_ts: threadTs, broadcast: args.flag('reply_broadcast') } : {}),
    ...(metadata ? { metadata } : {}),
  });
  announceMessage(slack, channel, message);
  const warnings = content.isTruncated
    ? { response_metadata: { warnings: ['message_truncated'] }, warning: 'message_truncated' }
    : {};
  return { channel: channel.id, ts: message.ts, message: messageJson(state, message), ...warnings };
}

function postEphemeral(call: Call): JsonObject {
  const { args, state } = call;
  const channel = writableChannel(state, args.required('channel'));
  const user = args.required('user');
  if (!isMember(channel, user)) throw new ApiError('user_not_in_channel');
  const content = contentOf(call);
  if (isNothing(content)) throw new ApiError('no_text');
  const threadTs = args.text('thread_ts');
  const message = postMessage(state, {
    channel: channel.id,
    user: state.app.botUserId,
    byApp: true,
    ...content,
    ...(threadTs ? { thread_ts: threadTs } : {}),
    onlyYou: user,
  });
  return { message_ts: message.ts };
}

/** The app's own, ordinary message at `channel` and `ts`. Only-you messages cannot be found, as on Slack. */
function ownMessage(call: Call, notOwn: string): { readonly channel: Channel; readonly message: Message } {
  // Only chat.postMessage takes the name of a channel or person.
  const channel = writableChannel(call.state, seenChannel(call.state, call.args.required('channel')).id);
  const message = findMessage(call.state, channel.id, call.args.required('ts'));
  if (!message || message.onlyYou) throw new ApiError('message_not_found');
  if (message.bot_id !== call.state.app.botId) throw new ApiError(notOwn);
  return { channel, message };
}

function update(call: Call): JsonObject {
  const { args, state, slack } = call;
  const { channel, message } = ownMessage(call, 'cant_update_message');
  if (args.text('text').length > longestUpdate) throw new ApiError('msg_too_long');
  const content = contentOf(call);
  if (isNothing(content)) throw new ApiError('no_text');
  const metadata = metadataOf(call);
  const next: Message = {
    ...message,
    text: content.text,
    // Blocks stay only where neither they nor a text are sent: text alone takes them away.
    blocks: args.has('blocks') || args.has('text') || args.has('markdown_text') ? content.blocks : message.blocks,
    attachments: args.has('attachments') ? content.attachments : message.attachments,
    edited: { user: state.app.botUserId, ts: `${Math.floor(state.clock.now().getTime() / 1000)}.000000` },
    ...(args.flag('reply_broadcast') && message.thread_ts ? { subtype: 'thread_broadcast' as const } : {}),
    ...(metadata ? { metadata } : {}),
  };
  replaceMessage(state, next);
  announceChange(slack, channel, message, next);
  return { channel: channel.id, ts: message.ts, text: next.text, message: messageJson(state, next) };
}

function remove(call: Call): JsonObject {
  const { channel, message } = ownMessage(call, 'cant_delete_message');
  removeMessage(call.state, message);
  announceChange(call.slack, channel, message, undefined);
  return { channel: channel.id, ts: message.ts };
}

function permalink(call: Call): JsonObject {
  const { args, state, slack } = call;
  const channel = seenChannel(state, args.required('channel'));
  const message = findMessage(state, channel.id, args.required('message_ts'));
  if (!message) throw new ApiError('message_not_found');
  const inThread = message.thread_ts && message.thread_ts !== message.ts;
  const thread = inThread ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : '';
  return {
    channel: channel.id,
    permalink: `${slack.baseUrl()}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`,
  };
}
