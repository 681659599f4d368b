import type { LocalSlack } from './local-slack.ts';
import type { Message } from './model.ts';
import { channelNamed } from './state.ts';
import { factsOf, newFacts } from './transcript/facts.ts';
import { clip, coloured, indent, plain } from './transcript/lines.ts';
import { clockOf, harmless, headOf, messageLines } from './transcript/message.ts';
import { type Names, namesIn, type Setting } from './transcript/setting.ts';

export { type Names, namesIn } from './transcript/setting.ts';

export interface TranscriptOptions {
  readonly names: Names;
  /** Columns; 100 unless told. */
  readonly width?: number;
  readonly isColoured?: boolean;
  /** IANA name; the machine's own unless told. */
  readonly timeZone?: string;
  /** What `3 minutes ago` counts from; now unless told. */
  readonly now?: Date;
}

const threadBar = '  │ ';

/**
 * A conversation for a terminal: oldest first, every thread below its root. Messages may come in any order; a reply
 * whose root is not among them stands by itself.
 */
export function transcript(given: readonly Message[], options: TranscriptOptions): string {
  const setting = settingOf(options);
  const messages = given.map(harmless);
  const roots = messages.filter((message) => isRoot(message, messages)).toSorted(byTime);
  return `${roots.map((root) => threadLines(root, messages, setting).join('\n')).join('\n\n')}\n`;
}

function threadLines(root: Message, messages: readonly Message[], setting: Setting): readonly string[] {
  const replies = messages
    .filter((message) => message.thread_ts === root.ts && message.ts !== root.ts)
    .toSorted(byTime);
  const printed = replies.flatMap((reply) => messageLines(reply, setting, setting.width - threadBar.length));
  return [...messageLines(root, setting, setting.width), ...indent(printed, setting.paint('faint', threadBar))];
}

function isRoot({ ts, thread_ts: root }: Message, among: readonly Message[]): boolean {
  return !root || root === ts || !among.some((message) => message.ts === root);
}

function byTime(one: Message, other: Message): number {
  return one.ts < other.ts ? -1 : 1;
}

function settingOf({ names, width = 100, isColoured = false, timeZone, now }: TranscriptOptions): Setting {
  const reader = { now: (now ?? new Date()).getTime(), locale: 'en-GB', ...(timeZone ? { timeZone } : {}) };
  return { names, width, paint: isColoured ? coloured : plain, reader };
}

export type FollowOptions = Omit<TranscriptOptions, 'names' | 'now'>;

/**
 * Prints what is said in `channel` from now on through `write`, a line at a time: new messages whole, and of a message
 * that is edited only the facts that are new, one a line. Only-you messages are printed too, marked with for whom.
 * The returned function ends it.
 */
export function follow(
  slack: Pick<LocalSlack, 'state' | 'on'>,
  channel: string,
  write: (line: string) => void,
  options: FollowOptions = {},
): () => void {
  const { state } = slack;
  const { id } = channelNamed(state, channel);
  const seen = new Map<string, Seen>();
  const clean = new WeakMap<Message, Message>();
  let lastTold = '';
  const setting = () => settingOf({ ...options, names: namesIn(state), now: state.clock.now() });
  const current = () => [...(state.messages.get(id)?.values() ?? [])].map(cleaned);
  function cleaned(message: Message): Message {
    const known = clean.get(message) ?? harmless(message);
    clean.set(message, known);
    return known;
  }

  /** What the other messages of its thread say already: a result that stands in the thread is not told again. */
  const factsBeside = (message: Message): readonly string[] =>
    [...seen.values()]
      .filter((one) => one.message.ts !== message.ts && threadOf(one.message) === threadOf(message))
      .flatMap(({ facts }) => facts);

  const look = () => {
    for (const message of current()) {
      const before = seen.get(message.ts);
      if (before?.message === message) continue;
      const told = before
        ? news(before, message, factsBeside(message), lastTold, setting())
        : whole(message, lastTold, current(), setting());
      seen.set(message.ts, { message, facts: factsOf(message, setting()) });
      if (told.length > 0) lastTold = message.ts;
      for (const line of told) write(line);
    }
    for (const [ts, { message }] of seen) {
      if (state.messages.get(id)?.has(ts)) continue;
      seen.delete(ts);
      write(`${clockOf(ts, setting())}  (a message of ${setting().names.person(message.user)} was deleted)`);
    }
  };
  for (const message of current()) seen.set(message.ts, { message, facts: factsOf(message, setting()) });
  return slack.on('changed', look);
}

interface Seen {
  readonly message: Message;
  readonly facts: readonly string[];
}

/** A new message, with a reminder of the thread it belongs to when another was told of last. */
function whole(message: Message, lastTold: string, among: readonly Message[], setting: Setting): readonly string[] {
  if (isRoot(message, among)) return messageLines(message, setting, setting.width);
  const root = among.find(({ ts }) => ts === message.thread_ts);
  const last = among.find(({ ts }) => ts === lastTold);
  const isSameThread = last !== undefined && (last.ts === root?.ts || last.thread_ts === root?.ts);
  const reminder = root && !isSameThread ? [reminderOf(root, setting)] : [];
  const lines = messageLines(message, setting, setting.width - threadBar.length);
  return [...reminder, ...indent(lines, setting.paint('faint', threadBar))];
}

function threadOf({ ts, thread_ts: root }: Message): string {
  return root ?? ts;
}

function news(
  before: Seen,
  message: Message,
  known: readonly string[],
  lastTold: string,
  setting: Setting,
): readonly string[] {
  const facts = newFacts([...before.facts, ...known], factsOf(message, setting));
  if (facts.length === 0) return [];
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const margin = isReply ? setting.paint('faint', threadBar) : '';
  const reminder = lastTold === message.ts ? [] : [margin + reminderOf(message, setting)];
  return [...reminder, ...indent(facts, `${margin}       ${setting.paint('faint', '↻')} `)];
}

/** Which message is meant, on one line: its head and how it begins. */
function reminderOf(message: Message, setting: Setting): string {
  const [first = ''] = factsOf(message, { ...setting, paint: plain });
  return `${headOf(message, setting)} ${setting.paint('faint', clip(`… ${first}`, 60))}`;
}
