import { asRecords, asText } from '../json.ts';
import type { JsonObject, Message } from '../model.ts';
import { blockLines, statusOf, textLines } from './blocks.ts';
import { fileWords } from './message.ts';
import type { Setting } from './setting.ts';

// Clocks and buttons change with every edit and say nothing about the work.
const unnews = new Set(['context', 'context_actions', 'actions', 'divider', 'plan', 'task_card']);

/**
 * What a message says, one sentence a fact, in reading order: the lines of its text, the state of each step, its
 * files and reactions. Two versions of a card differ by the facts only one of them has.
 */
export function factsOf(message: Message, setting: Setting): readonly string[] {
  const words =
    message.blocks.length > 0
      ? message.blocks.filter(({ type }) => !unnews.has(type)).flatMap((block) => wordsOf(block, setting))
      : textLines(message.text, setting, setting.width);
  const steps = message.blocks.flatMap(stepsOf).map((step) => stepFact(step, setting));
  const reactions = message.reactions.flatMap(({ name, users }) =>
    users.map((user) => `${setting.names.person(user)} reacted with :${name}:`),
  );
  return [...words.filter((line) => line.trim() !== ''), ...steps, ...message.files.map(fileWords), ...reactions];
}

/** The sentences of `now` that `before` did not have. */
export function newFacts(before: readonly string[], now: readonly string[]): readonly string[] {
  const known = new Set(before);
  return now.filter((fact) => !known.has(fact));
}

/** A menu beside a section is no news either. */
function wordsOf(block: JsonObject, setting: Setting): readonly string[] {
  const { accessory: _, ...rest } = block;
  return blockLines(rest, setting, setting.width);
}

function stepsOf(block: JsonObject): readonly JsonObject[] {
  if (block.type === 'task_card') return [block];
  return block.type === 'plan' ? asRecords(block.tasks) : [];
}

/** Details of a step under way count up; they are told once the step has ended. */
function stepFact(step: JsonObject, setting: Setting): string {
  const { symbol, words, style } = statusOf(step);
  const hasEnded = step.status === 'complete' || step.status === 'error';
  const more = hasEnded
    ? [step.details, step.output].filter(isBlock).flatMap((each) => blockLines(each, setting, 1000))
    : [];
  const state = setting.paint(style, `${symbol} ${asText(step.title)}: ${words}`);
  return more.length > 0 ? `${state} · ${more.join(' ')}` : state;
}

function isBlock(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
