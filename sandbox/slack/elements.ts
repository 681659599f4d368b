import { asRecords, asText, isRecord } from './json.ts';
import type { Block, Json, JsonObject } from './model.ts';
import type { State } from './state.ts';

/** A button, select or input, and the block it stands in. */
export interface Element {
  readonly block: Block;
  readonly type: string;
  readonly action_id: string;
  readonly json: JsonObject;
}

/** Slack's own ids for blocks and elements that came without. */
export function withIds(state: State, blocks: readonly JsonObject[]): readonly Block[] {
  const elementWithId = (element: JsonObject): JsonObject =>
    isInteractive(element) && !element.action_id ? { ...element, action_id: state.nextId('a') } : element;
  const blockWithIds = (block: JsonObject): Block => ({
    ...block,
    type: asText(block.type),
    block_id: asText(block.block_id) || state.nextId('b'),
    ...(Array.isArray(block.elements) && block.type !== 'rich_text'
      ? { elements: mapRecords(block.elements, block.type === 'carousel' ? blockWithIds : elementWithId) }
      : {}),
    ...(isRecord(block.accessory) ? { accessory: elementWithId(block.accessory) } : {}),
    ...(isRecord(block.element) ? { element: elementWithId(block.element) } : {}),
    ...(Array.isArray(block.actions) ? { actions: mapRecords(block.actions, elementWithId) } : {}),
    ...(Array.isArray(block.child_blocks) ? { child_blocks: mapRecords(block.child_blocks, blockWithIds) } : {}),
  });
  return blocks.map(blockWithIds);
}

function mapRecords(values: unknown, change: (value: JsonObject) => JsonObject): readonly Json[] {
  return asRecords(values).map(change);
}

function isInteractive(element: JsonObject): boolean {
  return !['image', 'mrkdwn', 'plain_text', 'raw_text', 'raw_number'].includes(asText(element.type));
}

/** Every block, those inside containers and carousels among them. */
export function everyBlock(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block) => [block, ...everyBlock(innerBlocks(block))]);
}

function innerBlocks(block: Block): readonly Block[] {
  const inner = block.type === 'carousel' ? block.elements : block.child_blocks;
  return asRecords(inner).map((each) => ({ ...each, type: asText(each.type), block_id: asText(each.block_id) }));
}

/** Every element a person can use, in reading order. */
export function interactiveElements(blocks: readonly Block[]): readonly Element[] {
  return everyBlock(blocks).flatMap((block) =>
    elementsOf(block).flatMap((json) => {
      const element = { block, type: asText(json.type), action_id: asText(json.action_id), json };
      return isInteractive(json) ? [element] : [];
    }),
  );
}

function elementsOf(block: Block): readonly JsonObject[] {
  const several = ['actions', 'context_actions'].includes(block.type) ? asRecords(block.elements) : [];
  const one = [block.accessory, block.element].filter(isRecord);
  return [...several, ...one, ...asRecords(block.actions)];
}

/** What a person reads on an element: a button's text, an input's label, a select's placeholder. */
export function labelOf(element: Element): string {
  const texts = [element.json.text, element.block.label, element.json.placeholder].filter(isRecord);
  return asText(texts[0]?.text);
}
