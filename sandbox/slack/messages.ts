import type { Block, JsonObject, Message, StoredFile } from './model.ts';
import { isMember, type State } from './state.ts';

export interface Draft {
  readonly channel: string;
  readonly user: string;
  readonly byApp: boolean;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly attachments?: readonly JsonObject[];
  readonly files?: readonly StoredFile[];
  readonly thread_ts?: string;
  readonly broadcast?: boolean;
  readonly onlyYou?: string;
  readonly metadata?: JsonObject;
}

const lastMicroseconds = new WeakMap<State, Map<string, number>>();

/** A timestamp no other message of the channel has, later than all before it, whatever the clock does. */
export function nextTimestamp(state: State, channel: string): string {
  const ofState = lastMicroseconds.get(state) ?? new Map<string, number>();
  lastMicroseconds.set(state, ofState);
  const now = state.clock.now().getTime() * 1000;
  const microseconds = Math.max(now, (ofState.get(channel) ?? 0) + 1);
  ofState.set(channel, microseconds);
  const seconds = Math.floor(microseconds / 1_000_000);
  return `${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}`;
}

/** Stores a message and returns it with its timestamp; a first reply makes its root a thread. */
export function postMessage(state: State, draft: Draft): Message {
  const ofChannel = state.messages.get(draft.channel) ?? new Map<string, Message>();
  state.messages.set(draft.channel, ofChannel);
  const message: Message = {
    ts: nextTimestamp(state, draft.channel),
    channel: draft.channel,
    user: draft.user,
    text: draft.text,
    blocks: draft.blocks ?? [],
    attachments: draft.attachments ?? [],
    files: draft.files ?? [],
    reactions: [],
    ...(draft.byApp ? { bot_id: state.app.botId } : {}),
    ...(draft.thread_ts ? { thread_ts: draft.thread_ts } : {}),
    ...(draft.thread_ts && draft.broadcast ? { subtype: 'thread_broadcast' as const } : {}),
    ...(draft.onlyYou ? { onlyYou: draft.onlyYou } : {}),
    ...(draft.metadata ? { metadata: draft.metadata } : {}),
  };
  ofChannel.set(message.ts, message);
  const root = draft.thread_ts && !draft.onlyYou ? ofChannel.get(draft.thread_ts) : undefined;
  if (root) ofChannel.set(root.ts, { ...root, thread_ts: root.ts });
  state.changed();
  return message;
}

export function findMessage(state: State, channel: string, ts: string): Message | undefined {
  return state.messages.get(channel)?.get(ts);
}

/** Puts `message` in the place of the one with its ts. */
export function replaceMessage(state: State, message: Message): void {
  state.messages.get(message.channel)?.set(message.ts, message);
  state.changed();
}

export function removeMessage(state: State, message: Message): void {
  state.messages.get(message.channel)?.delete(message.ts);
  state.changed();
}

/** Oldest first, as `user` sees the channel: nothing to those outside a private one, only-you messages to that person alone. */
export function visibleMessages(state: State, channel: string, user?: string): readonly Message[] {
  const about = state.channels.get(channel);
  const closed = user !== undefined && about !== undefined && about.kind !== 'public' && !isMember(about, user);
  if (closed) return [];
  const all = [...(state.messages.get(channel)?.values() ?? [])];
  return all.filter((message) => message.onlyYou === undefined || message.onlyYou === user);
}

/** Root and replies of one thread, oldest first. */
export function threadMessages(messages: readonly Message[], rootTs: string): readonly Message[] {
  return messages.filter((message) => message.ts === rootTs || message.thread_ts === rootTs);
}

/** What the channel itself shows: roots, and replies also sent to the channel. */
export function isInChannelView(message: Message): boolean {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === 'thread_broadcast';
}

export function repliesTo(state: State, message: Message): readonly Message[] {
  const all = state.messages.get(message.channel)?.values() ?? [];
  return [...all].filter((other) => other.thread_ts === message.ts && other.ts !== message.ts && !other.onlyYou);
}
