import { channelJson, channelTypeOf } from '../channel-json.ts';
import { announceJoin } from '../events.ts';
import { ApiError } from '../failures.ts';
import { messageJson } from '../message-json.ts';
import { findMessage, isInChannelView, threadMessages, visibleMessages } from '../messages.ts';
import type { Channel, JsonObject, Message } from '../model.ts';
import { directMessage, isMember, type State } from '../state.ts';
import { type Call, cursorJson, type Methods, page, requireScope, seenChannel } from './method.ts';

export const conversationsMethods = {
  'conversations.list': { tier: 2, scopes: [], run: list },
  'conversations.info': { tier: 3, scopes: [], run: info },
  'conversations.members': { tier: 4, scopes: [], run: members },
  'conversations.history': { tier: 3, scopes: [], run: history },
  'conversations.replies': { tier: 3, scopes: [], run: replies },
  'conversations.open': { tier: 3, scopes: ['im:write'], run: open },
  'conversations.join': { tier: 3, scopes: ['channels:join'], run: join },
} as const satisfies Methods;

const scopeFamilies = { channel: 'channels', group: 'groups', im: 'im' } as const;

function requireFor(state: State, channel: Channel, what: 'read' | 'history'): void {
  requireScope(state, `${scopeFamilies[channelTypeOf(channel)]}:${what}`);
}

const typeNames: Readonly<Record<string, Channel['kind']>> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
};
const readScopes: Readonly<Record<Channel['kind'], string>> = {
  public: 'channels:read',
  private: 'groups:read',
  im: 'im:read',
};

function list({ args, state }: Call): JsonObject {
  const kinds = (args.text('types') || 'public_channel').split(',').map((type) => {
    const kind = typeNames[type.trim()];
    if (!kind && type.trim() !== 'mpim') throw new ApiError('invalid_types');
    return kind;
  });
  for (const kind of kinds) if (kind) requireScope(state, readScopes[kind]);
  const seen = [...state.channels.values()].filter(
    (channel) =>
      kinds.includes(channel.kind) &&
      (channel.kind === 'public' || isMember(channel, state.app.botUserId)) &&
      !(args.flag('exclude_archived') && channel.isArchived),
  );
  const { items, next } = page(args, seen, 100);
  return { channels: items.map((channel) => channelJson(state, channel)), ...cursorJson(next) };
}

function info({ args, state }: Call): JsonObject {
  const channel = seenChannel(state, args.required('channel'));
  requireFor(state, channel, 'read');
  return { channel: channelJson(state, channel) };
}

function members({ args, state }: Call): JsonObject {
  const channel = seenChannel(state, args.required('channel'));
  requireFor(state, channel, 'read');
  const { items, next } = page(args, channel.members, 100);
  return { members: items, ...cursorJson(next) };
}

function readable(call: Call): Channel {
  const channel = seenChannel(call.state, call.args.required('channel'));
  requireFor(call.state, channel, 'history');
  if (!isMember(channel, call.state.app.botUserId)) throw new ApiError('not_in_channel');
  return channel;
}

function between({ args }: Call): (message: Message) => boolean {
  const oldest = args.number('oldest', 0);
  const latest = args.number('latest', Number.POSITIVE_INFINITY);
  const inclusive = args.flag('inclusive');
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

/** Newest first; replies only where they were sent to the channel as well. */
function history(call: Call): JsonObject {
  const channel = readable(call);
  const found = visibleMessages(call.state, channel.id).filter(isInChannelView).filter(between(call)).toReversed();
  return messagesPage(call, found, 100);
}

/** The root first, then its replies, oldest first. */
function replies(call: Call): JsonObject {
  const channel = readable(call);
  const ts = call.args.required('ts');
  const asked = findMessage(call.state, channel.id, ts);
  if (!asked || asked.onlyYou) throw new ApiError('thread_not_found');
  const thread = threadMessages(visibleMessages(call.state, channel.id), asked.thread_ts ?? ts);
  return messagesPage(
    call,
    thread.filter((message) => message.ts === ts || between(call)(message)),
    1000,
  );
}

function messagesPage({ args, state }: Call, found: readonly Message[], usual: number): JsonObject {
  const { items, next } = page(args, found, usual);
  const messages = items.map((message) => messageJson(state, message));
  return { messages, has_more: next !== '', ...(next ? cursorJson(next) : {}) };
}

function open({ args, state }: Call): JsonObject {
  const users = args.required('users').split(',');
  const person = state.people.get(users[0] ?? '');
  if (!person || users.length > 1) throw new ApiError('user_not_found');
  if (person.isBot) throw new ApiError('cannot_dm_bot');
  return { channel: channelJson(state, directMessage(state, person.id)) };
}

function join({ args, state, slack }: Call): JsonObject {
  const channel = seenChannel(state, args.required('channel'));
  if (channel.kind !== 'public') throw new ApiError('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new ApiError('is_archived');
  const { botUserId } = state.app;
  if (isMember(channel, botUserId)) return { channel: channelJson(state, channel), warning: 'already_in_channel' };
  const joined = { ...channel, members: [...channel.members, botUserId] };
  state.channels.set(channel.id, joined);
  state.changed();
  announceJoin(slack, joined, botUserId, botUserId);
  return { channel: channelJson(state, joined) };
}
