import { ApiError, refusedWith } from '../failures.ts';
import { asRecord, parseJson } from '../json.ts';
import type { Tier } from '../limits.ts';
import type { Channel, Json, JsonObject } from '../model.ts';
import type { Slack } from '../slack.ts';
import { directMessage, isMember, type State } from '../state.ts';

/** One Web API method. */
export interface Method {
  readonly tier: Tier;
  /** All are needed; a method that needs one by kind of channel asks with `requireScope`. */
  readonly scopes: readonly string[];
  readonly token?: 'bot' | 'app' | 'none';
  /** Throws ApiError. */
  run(call: Call): JsonObject;
}

export interface Call {
  readonly slack: Slack;
  readonly state: State;
  readonly args: Arguments;
}

export type Methods = Readonly<Record<string, Method>>;

/** What a client sent, whether as JSON or as a form whose values are text. */
export interface Arguments {
  readonly all: JsonObject;
  has(name: string): boolean;
  /** Empty when absent. */
  text(name: string): string;
  /** Throws ApiError `invalid_arguments` when absent. */
  required(name: string): string;
  number(name: string, otherwise: number): number;
  flag(name: string): boolean;
  /** A structure: as it is, or written as JSON in a text. Throws ApiError `invalidAs` for broken JSON. */
  json(name: string, invalidAs: string): Json | undefined;
}

export function readArguments(all: JsonObject): Arguments {
  const text = (name: string): string => {
    const value = all[name];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  };
  return {
    all,
    has: (name) => all[name] !== undefined && all[name] !== null && all[name] !== '',
    text,
    required(name) {
      const value = text(name);
      if (!value) throw refusedWith('invalid_arguments', [`missing required field: ${name}`]);
      return value;
    },
    number: (name, otherwise) =>
      text(name) === '' || Number.isNaN(Number(text(name))) ? otherwise : Number(text(name)),
    flag: (name) => all[name] === true || ['true', '1'].includes(text(name)),
    json(name, invalidAs) {
      const value = all[name];
      if (typeof value !== 'string' || value === '') return value === '' ? undefined : value;
      const parsed = parseJson(value);
      if (parsed === undefined) throw new ApiError(invalidAs);
      return parsed;
    },
  };
}

export function requireScope(state: State, scope: string): void {
  if (state.app.scopes.includes(scope)) return;
  throw new ApiError('missing_scope', { needed: scope, provided: state.app.scopes.join(',') });
}

/** A channel the bot can see: every public one, and those it is a member of. Throws ApiError `channel_not_found`. */
export function seenChannel(state: State, id: string): Channel {
  const channel = state.channels.get(id);
  const isHidden = channel && channel.kind !== 'public' && !isMember(channel, state.app.botUserId);
  if (!channel || isHidden) throw new ApiError('channel_not_found');
  return channel;
}

/** A channel the bot may write to now. Takes an id, a `#name`, or a user id (their direct message). Throws ApiError. */
export function writableChannel(state: State, given: string): Channel {
  const channel = seenChannel(state, addressedChannel(state, given));
  if (channel.isArchived) throw new ApiError('is_archived');
  if (!isMember(channel, state.app.botUserId)) throw new ApiError('not_in_channel');
  return channel;
}

function addressedChannel(state: State, given: string): string {
  const person = state.people.get(given);
  if (person?.isBot) throw new ApiError('cannot_dm_bot');
  if (person) return directMessage(state, person.id).id;
  if (state.channels.has(given)) return given;
  const name = given.replace(/^#/, '');
  return [...state.channels.values()].find((channel) => channel.kind !== 'im' && channel.name === name)?.id ?? given;
}

/** One page of `items` by Slack's cursors. Throws ApiError `invalid_cursor`, `invalid_limit`. */
export function page<T>(
  args: Arguments,
  items: readonly T[],
  usual: number,
): { readonly items: readonly T[]; readonly next: string } {
  const cursor = args.text('cursor');
  const start = cursor ? offsetOf(cursor) : 0;
  const limit = args.number('limit', usual) || usual;
  if (limit < 0 || limit > 1000) throw new ApiError('invalid_limit');
  const end = start + limit;
  const next = end < items.length ? Buffer.from(JSON.stringify({ offset: end })).toString('base64') : '';
  return { items: items.slice(start, end), next };
}

function offsetOf(cursor: string): number {
  const { offset } = asRecord(parseJson(Buffer.from(cursor, 'base64').toString('utf8')));
  if (typeof offset !== 'number') throw new ApiError('invalid_cursor');
  return offset;
}

export function cursorJson(next: string): JsonObject {
  return { response_metadata: { next_cursor: next } };
}
