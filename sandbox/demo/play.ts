import type { LocalSlack } from '../slack/local-slack.ts';
import type { Attached, Message } from '../slack/model.ts';
import type { Outcome } from '../slack/slack.ts';

/** What somebody does in the channel, and what must come of it before the next one has their turn. */
export interface Act {
  readonly by: string;
  readonly types?: string | undefined;
  /** Attached to what is typed, which is a message then: a slash command carries none. */
  readonly files?: readonly Attached[];
  /** Sent so often at the same moment; once unless told. */
  readonly times?: number;
  /** In place of typing: agrees to the newest plan, in its dialog, by this name of its target. */
  readonly approves?: string;
  /** In place of typing: the button of this name under the newest message that has it. */
  readonly presses?: string;
  /** Words of what is told to them alone, in place of a run. */
  readonly told?: string;
  /** How the one run that this starts must end, by the first word of its card. It starts none unless told. */
  readonly ends?: 'Done' | 'Done so far' | 'Refused';
}

export interface Scene {
  /** What it shows, for whoever reads along. */
  readonly title: string;
  readonly acts: readonly Act[];
}

export interface Stage {
  readonly slack: Pick<LocalSlack, 'types' | 'clicks' | 'submits' | 'views' | 'messages' | 'waitFor'>;
  readonly channel: string;
  readonly say: (line: string) => void;
  /** For each thing that is waited for; two minutes unless told. */
  readonly patienceMs?: number;
}

/** The play went otherwise than written; a sentence for whoever watches. */
export class OffScript extends Error {
  override readonly name = 'OffScript';
}

/** Plays scenes one after the other. Throws OffScript as soon as something else comes of an act than it says. */
export async function play(scenes: readonly Scene[], stage: Stage): Promise<void> {
  for (const { title, acts } of scenes) {
    stage.say(`\n   ${title}`);
    for (const act of acts) await perform(act, stage);
  }
}

async function perform(act: Act, stage: Stage): Promise<void> {
  const before = new Set(answersTo(act, stage).map(({ ts }) => ts));
  const times = act.times ?? 1;
  const expected = act.approves === undefined ? times : act.ends === undefined ? 1 : 2;
  const outcomes = await doneBy(act, times, stage);
  for (const outcome of outcomes) if (!outcome.ok) throw offScript(act, `was answered by Slack: ${outcome.error}`);
  const said = outcomes.flatMap((outcome) => ('ts' in outcome && outcome.ts ? [outcome.ts] : []));
  const answers = await within(act, stage, 'has no answer', () => {
    const found = answersTo(act, stage, said).filter(({ ts }) => !before.has(ts));
    return found.length >= expected && found;
  });
  checkWhispers(act, answers);
  const card = checkCards(act, answers);
  if (card) await seesItEnd(act, card, said, stage);
}

async function doneBy(act: Act, times: number, stage: Stage): Promise<readonly Outcome[]> {
  if (act.approves !== undefined) return [await approve(act, stage)];
  if (act.presses !== undefined) return [await press(act, act.presses, stage)];
  return type(act, times, stage);
}

function type(act: Act, times: number, { slack, channel, say }: Stage): Promise<readonly Outcome[]> {
  const { by, types = '', files = [] } = act;
  const beside = files.length > 0 ? `, with ${files.map(({ name }) => name).join(', ')}` : '';
  say(`\n      ${by} types${times > 1 ? `, ${times} times at once` : ''}: ${types}${beside}`);
  return Promise.all(Array.from({ length: times }, () => slack.types(by, channel, types, { files })));
}

const reviews = 'Review and approve';

/** Presses the button of the newest approval, reads the dialog, types the target's name and sends it off. */
export async function approve(act: Act, stage: Stage): Promise<Outcome> {
  const { slack, say } = stage;
  const { by, approves = '' } = act;
  say(`\n      ${by} presses ${reviews}, and types in the dialog: ${approves}`);
  const pressed = await clickNewest(act, reviews, stage);
  if (!pressed.ok) return pressed;
  const view = await within(act, stage, 'is shown no dialog', () => slack.views(by).at(-1));
  return slack.submits(by, view.id, { target: { typed: approves } });
}

function press(act: Act, button: string, stage: Stage): Promise<Outcome> {
  stage.say(`\n      ${act.by} presses ${button}`);
  return clickNewest(act, button, stage);
}

async function clickNewest(act: Act, button: string, stage: Stage): Promise<Outcome> {
  const { slack, channel } = stage;
  const { ts } = await within(act, stage, `finds no button ${button}`, () =>
    slack.messages(channel).findLast((message) => wordsOf(message).includes(`"${button}"`)),
  );
  return slack.clicks(act.by, { channel, ts }, button);
}

/** Cards of runs, and what this person alone was told. The card of what was `said` in a message is the first of the bot's in its thread. */
function answersTo({ by }: Act, { slack, channel }: Stage, said: readonly string[] = []): readonly Message[] {
  const ofBot = (where: { readonly thread?: string }) =>
    slack.messages(channel, { as: by, ...where }).filter((message) => message.bot_id !== undefined);
  // Bad news from a thread is told in the channel too.
  const inChannel = ofBot({}).filter(({ subtype }) => subtype !== 'thread_broadcast');
  return [...inChannel, ...said.flatMap((thread) => ofBot({ thread }).slice(0, 1))];
}

const isWhisper = ({ onlyYou }: Message): boolean => onlyYou !== undefined;

function checkWhispers(act: Act, answers: readonly Message[]): void {
  const whispers = answers.filter(isWhisper);
  const surprise = whispers.find((message) => act.told === undefined || !wordsOf(message).includes(act.told));
  if (surprise) throw offScript(act, `was answered, to them alone: ${surprise.text}`);
  if (act.told !== undefined && whispers.length === 0) throw offScript(act, `was not answered with “${act.told}”.`);
}

function checkCards(act: Act, answers: readonly Message[]): Message | undefined {
  const cards = answers.filter((message) => !isWhisper(message));
  const wanted = act.ends === undefined ? 0 : 1;
  if (cards.length !== wanted) throw offScript(act, `started ${cards.length} runs, not ${wanted}.`);
  return cards[0];
}

/** By the state on its card, not by what its report says: reports change their words. */
async function seesItEnd(act: Act, { ts }: Message, said: readonly string[], stage: Stage): Promise<void> {
  const { text } = await within(act, stage, 'has not ended', () =>
    answersTo(act, stage, said).find((message) => message.ts === ts && hasEnded(message)),
  );
  if (!text.startsWith(`${act.ends}:`)) throw offScript(act, `did not end as ${act.ends}. Its card says: ${text}`);
}

const hasEnded = ({ text }: Message): boolean => /^(Done|Done so far|Refused|Failed|Cancelled):/.test(text);

async function within<T>(act: Act, { slack, patienceMs = 120_000 }: Stage, otherwise: string, look: () => T) {
  try {
    return await slack.waitFor(look, { timeoutMs: patienceMs });
  } catch (cause) {
    throw offScript(act, `${otherwise} after ${patienceMs / 1000} s.`, cause);
  }
}

function offScript({ by, types, presses = 'approving' }: Act, what: string, cause?: unknown): OffScript {
  return new OffScript(`“${types ?? presses}” of ${by} ${what}`, { cause });
}

/** What a person reads in it. */
export const wordsOf = ({ text, blocks }: Message): string => text + JSON.stringify(blocks);
