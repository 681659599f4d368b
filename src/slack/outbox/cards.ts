import type { RunRecord } from '../../chatops/run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Letter } from '../../ports/outbox.ts';
import type { Runs } from '../../ports/runs.ts';
import { renderCard } from '../render.ts';
import { type Traces, trace } from '../traces.ts';
import { codeOf } from '../trouble.ts';
import type { Voices } from '../voices.ts';
import type { Mail, Post } from './mail.ts';

export const cardOf = (runId: string): string => `card:${runId}`;

export interface CardParts {
  readonly runs: Runs;
  readonly traces: Traces;
  readonly clock: Clock;
  readonly calledAs: string;
  readonly voices: Voices;
  /** The bot's name in mentions, as people type it. */
  readonly botName: () => string;
}

/** How commands are typed where a run speaks: slash commands do not work in threads, so what was asked by a mention says that. */
export const calledOf = (
  { thread }: RunRecord,
  { calledAs, botName }: Pick<CardParts, 'calledAs' | 'botName'>,
): string => (thread?.under === undefined ? calledAs : `@${botName()}`);

/** A run that was withdrawn at the door: its person was told, and there is no message to show. */
export const wasWithdrawn = (run: RunRecord): boolean =>
  run.thread?.ts === undefined && run.state === 'refused' && run.attempt === 0;

/** Shows a run's root message as the run is at this moment; posts it where there is none. */
export async function showCard(
  { runId }: Extract<Letter, { kind: 'card' }>,
  tries: number,
  mail: Mail,
  parts: CardParts,
): Promise<void> {
  const run = await parts.runs.find(runId);
  if (!run?.thread || run.thread.root === 'gone' || wasWithdrawn(run)) return;
  if (run.thread.ts !== undefined) return refresh(run, run.thread.channel, run.thread.ts, mail, parts);
  // A root message that Slack took before we knew: a crash or a cut between its yes and our note of it.
  const found = tries > 0 ? await cardIn(run, run.thread.channel, parts) : undefined;
  if (found === undefined) return postRoot(run, run.thread.channel, mail, parts);
  await parts.runs.address(run.id, { channel: run.thread.channel, ts: found });
  await refresh(run, run.thread.channel, found, mail, parts);
}

/** Where the root message of a run is: in the thread of the message that asked for it, or in the channel itself. */
async function cardIn(run: RunRecord, channel: string, parts: Pick<CardParts, 'traces'>): Promise<string | undefined> {
  const under = run.thread?.under;
  const said = under === undefined ? undefined : await saidIn(channel, under, parts);
  return said?.tsOf(cardOf(run.id)) ?? parts.traces.root(channel, cardOf(run.id), run.createdAt);
}

/** Slack's words for a thread whose root was deleted. */
export const rootIsGone = new Set([
  'thread_not_found',
  'message_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
]);

export type Said = Awaited<ReturnType<Traces['thread']>>;

/** What an earlier try has said already; nothing in a thread that is gone. */
export async function saidIn(
  channel: string,
  ts: string,
  { traces }: Pick<CardParts, 'traces'>,
): Promise<Said | undefined> {
  return traces.thread(channel, ts).catch((error) => {
    if (rootIsGone.has(codeOf(error) ?? '')) return undefined;
    throw error;
  });
}

async function postRoot(run: RunRecord, channel: string, mail: Mail, parts: CardParts): Promise<void> {
  const { ts } = await mail.post(cardPost(run, channel, parts));
  const isFirst = await parts.runs.address(run.id, { channel, ts });
  const now = isFirst ? undefined : await parts.runs.find(run.id);
  // Someone else's message came first: two of them would be one too many.
  if (now?.thread?.ts !== undefined && now.thread.ts !== ts) await mail.remove(channel, ts);
}

async function refresh(run: RunRecord, channel: string, ts: string, mail: Mail, parts: CardParts): Promise<void> {
  try {
    await mail.update(ts, cardPost(run, channel, parts));
  } catch (error) {
    if (codeOf(error) !== 'message_not_found') throw error;
    await replaceRoot(run, channel, ts, mail, parts);
  }
}

/**
 * People deleted the message: it is posted anew, once. Who deletes that one too does not want to see it. Either is remembered, so that no
 * later edit meets it again.
 */
async function replaceRoot(run: RunRecord, channel: string, gone: string, mail: Mail, parts: CardParts): Promise<void> {
  if (run.thread?.root === 'anew') {
    await parts.runs.rootDeleted(run.id, gone);
    return;
  }
  const found = await rootNow(run, channel, gone, parts);
  if (found !== undefined) await mail.update(found, cardPost(run, channel, parts));
  const anew = found ?? (await mail.post(cardPost(run, channel, parts))).ts;
  const isFirst = await parts.runs.rootDeleted(run.id, gone, anew);
  if (!isFirst && found === undefined) await mail.remove(channel, anew);
}

/** The root message that took the place of a deleted one. */
export async function rootNow(
  run: RunRecord,
  channel: string,
  gone: string,
  parts: Pick<CardParts, 'traces'>,
): Promise<string | undefined> {
  const found = await cardIn(run, channel, parts);
  return found === gone ? undefined : found;
}

function cardPost(run: RunRecord, channel: string, parts: CardParts): Post {
  const shown = renderCard(run, calledOf(run, parts), parts.clock.now(), parts.voices.inChannel(channel));
  return { channel, ...shown, metadata: trace(cardOf(run.id), run.id), thread: run.thread?.under };
}
