import { type Fields, isFields, itemsOf, type Problem, problem } from './shape.ts';

const visible = new Set(['text', 'title', 'caption']);

/**
 * Characters a reader sees in `value`: the strings under `text`, `title` and `caption`, wherever they lie. Slack does
 * not publish how it counts towards `msg_blocks_too_long`; labels only screen readers speak are left out.
 */
export function visibleLength(value: unknown, name = ''): number {
  if (typeof value === 'string') return visible.has(name) ? value.length : 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + visibleLength(item, name), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce((sum, [key, held]) => sum + visibleLength(held, key), 0);
}

interface Placed {
  readonly place: string;
  readonly fields: Fields;
}

/** Every block with its place, those inside containers, plans and carousels too. */
function everyBlock(blocks: readonly unknown[], place: string): readonly Placed[] {
  return blocks.flatMap((block, index) => {
    if (!isFields(block)) return [];
    const here = `${place}/${index}`;
    const inner = block.type === 'carousel' ? everyBlock(itemsOf(block.elements), `${here}/elements`) : [];
    return [
      { place: here, fields: block },
      ...everyBlock(itemsOf(block.child_blocks), `${here}/child_blocks`),
      ...everyBlock(itemsOf(block.tasks), `${here}/tasks`),
      ...inner,
    ];
  });
}

/** The interactive parts of one block: what can carry an `action_id`. */
function interactiveParts({ place, fields }: Placed): readonly Placed[] {
  const part = (name: string) => {
    const held = fields[name];
    return isFields(held) ? [{ place: `${place}/${name}`, fields: held }] : [];
  };
  const parts = (name: string) =>
    itemsOf(fields[name]).flatMap((held, index) =>
      isFields(held) ? [{ place: `${place}/${name}/${index}`, fields: held }] : [],
    );
  return [...part('accessory'), ...part('element'), ...parts('elements'), ...parts('actions')];
}

function duplicates(placed: readonly Placed[], name: string): readonly Problem[] {
  const seen = new Set<unknown>();
  return placed.flatMap(({ place, fields }) => {
    const id = fields[name];
    if (id === undefined) return [];
    if (seen.has(id)) return problem(`${place}/${name}`, `duplicate ${name}: ${String(id)}`);
    seen.add(id);
    return [];
  });
}

/** Ids that repeat: a `block_id` anywhere in the payload, an `action_id` within one block. */
export function repeatedIds(blocks: readonly unknown[], place: string): readonly Problem[] {
  const all = everyBlock(blocks, place);
  return [...duplicates(all, 'block_id'), ...all.flatMap((one) => duplicates(interactiveParts(one), 'action_id'))];
}

/** Slack lets one element of a payload take the focus. */
export function repeatedFocus(blocks: readonly unknown[], place: string): readonly Problem[] {
  const focused = everyBlock(blocks, place)
    .flatMap(interactiveParts)
    .filter(({ fields }) => fields.focus_on_load === true);
  return focused
    .slice(1)
    .flatMap((one) => problem(`${one.place}/focus_on_load`, 'only one element can take the focus'));
}

/** Element types that stand in some surfaces only, found where they do not belong. */
export function misplacedElements(
  blocks: readonly unknown[],
  place: string,
  forbidden: ReadonlySet<string>,
): readonly Problem[] {
  return everyBlock(blocks, place)
    .flatMap(interactiveParts)
    .filter(({ fields }) => typeof fields.type === 'string' && forbidden.has(fields.type))
    .flatMap((one) => problem(`${one.place}/type`, `unsupported type here: ${String(one.fields.type)}`));
}

export function blocksOfType(blocks: readonly unknown[], place: string, type: string): readonly Placed[] {
  return everyBlock(blocks, place).filter(({ fields }) => fields.type === type);
}
