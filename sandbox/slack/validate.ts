import { plainText } from './blocks/composition.ts';
import { block, type Surface } from './blocks/layout.ts';
import {
  boolean,
  type Check,
  type Fields,
  isFields,
  itemsOf,
  list,
  object,
  type Problem,
  problem,
  string,
  variant,
} from './blocks/shape.ts';
import { blocksOfType, misplacedElements, repeatedFocus, repeatedIds, visibleLength } from './blocks/whole.ts';

export type { Problem, Surface };

const blockLimits: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
/** Undocumented: messages with more text over all their blocks come back as `msg_blocks_too_long`. */
const messageCharacterLimit = 13_200;
const markdownCharacterLimit = 12_000;
const viewByteLimit = 250_000;

const forbiddenElements: Readonly<Record<Surface, ReadonlySet<string>>> = {
  message: new Set(['file_input']),
  modal: new Set(['workflow_button']),
  home: new Set(['file_input', 'workflow_button']),
};

/**
 * What Slack would refuse in the `blocks` of a message, a modal or a Home tab, in reading order; empty when it would
 * take them. Block ids may be absent (Slack makes them); every field must be one that @slack/types 3.2.0 knows.
 */
export function validateBlocks(blocks: unknown, surface: Surface): readonly Problem[] {
  return blocksAt(blocks, surface, '/blocks');
}

function blocksAt(blocks: unknown, surface: Surface, place: string): readonly Problem[] {
  const wrong = list(block(surface), 0, blockLimits[surface])(blocks, place);
  if (wrong.length > 0) return wrong;
  const all = itemsOf(blocks);
  const whole = [
    ...repeatedIds(all, place),
    ...repeatedFocus(all, place),
    ...misplacedElements(all, place, forbiddenElements[surface]),
    ...(surface === 'message' ? messageAsAWhole(all, place) : []),
  ];
  return whole;
}

function messageAsAWhole(blocks: readonly unknown[], place: string): readonly Problem[] {
  const tables = blocksOfType(blocks, place, 'table');
  const secondTable = tables.slice(1).flatMap((one) => problem(one.place, 'only one table allowed in a message'));
  const markdownLength = visibleLength(blocksOfType(blocks, place, 'markdown').map(({ fields }) => fields));
  const markdown =
    markdownLength > markdownCharacterLimit
      ? problem(place, `must be less than ${markdownCharacterLimit + 1} characters over all markdown blocks`)
      : [];
  return [...secondTable, ...markdown, ...tooLong(blocks, place)];
}

function tooLong(blocks: readonly unknown[], place: string): readonly Problem[] {
  const length = visibleLength(blocks);
  if (length <= messageCharacterLimit) return [];
  const reason = `must be less than ${messageCharacterLimit + 1} characters over all blocks, not ${length}`;
  return [{ place, reason, code: 'msg_blocks_too_long' }];
}

const shared = {
  private_metadata: string({ min: 0, max: 3000 }),
  callback_id: string({ min: 0, max: 255 }),
  external_id: string({ min: 0, max: 255 }),
};
const modalBlocks: Check = (value, place) => blocksAt(value, 'modal', place);
const homeBlocks: Check = (value, place) => blocksAt(value, 'home', place);

const view = variant({
  modal: object(
    { title: plainText(24), blocks: modalBlocks },
    { ...shared, close: plainText(24), submit: plainText(24), clear_on_close: boolean, notify_on_close: boolean },
    inputsCanBeSubmitted,
  ),
  home: object({ blocks: homeBlocks }, shared),
});

function inputsCanBeSubmitted(fields: Fields, place: string): readonly Problem[] {
  const hasInput = blocksOfType(itemsOf(fields.blocks), place, 'input').length > 0;
  return hasInput && fields.submit === undefined
    ? problem(`${place}/submit`, 'missing required field: submit is needed when there is an input block')
    : [];
}

/** What Slack would refuse in a view given to views.open, push, update or publish; places start with `/view`. */
export function validateView(value: unknown): readonly Problem[] {
  const wrong = view(value, '/view');
  if (wrong.length > 0 || !isFields(value)) return wrong;
  const sizeBytes = Buffer.byteLength(JSON.stringify(value));
  return sizeBytes > viewByteLimit ? problem('/view', `must be less than ${viewByteLimit} bytes`) : [];
}
