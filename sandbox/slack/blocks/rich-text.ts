import {
  boolean,
  type Check,
  finiteNumber,
  integer,
  link,
  list,
  object,
  oneOf,
  string,
  typed,
  variant,
} from './shape.ts';

const style = object({}, { bold: boolean, code: boolean, italic: boolean, strike: boolean, underline: boolean });
const styled = { style };

const text = object({ text: string() }, styled);
const linked = object({ url: link() }, { ...styled, text: string(), unsafe: boolean });

const inline: Check = variant({
  text,
  link: linked,
  broadcast: object({ range: oneOf('here', 'channel', 'everyone') }, styled),
  color: object({ value: string({ pattern: /^#[0-9a-fA-F]{6}$/, expected: 'a hex colour' }) }, styled),
  channel: object({ channel_id: string() }, styled),
  date: object({ timestamp: finiteNumber, format: string() }, { ...styled, url: link(), fallback: string() }),
  emoji: object({ name: string() }, { ...styled, unicode: string(), url: link() }),
  team: object({ team_id: string() }, styled),
  user: object({ user_id: string() }, styled),
  usergroup: object({ usergroup_id: string() }, styled),
});

const many = Number.POSITIVE_INFINITY;
const border = { border: oneOf(0, 1) };
const section = object({ elements: list(inline, 0, many) });

/** The parts of a `rich_text` block. Slack publishes no limit on their number; the whole message's limit holds. */
export const richTextElement: Check = variant({
  rich_text_section: section,
  rich_text_list: object(
    { style: oneOf('bullet', 'ordered'), elements: list(typed('rich_text_section', section), 1, many) },
    { ...border, indent: integer(0, 8), offset: integer(0, many) },
  ),
  rich_text_quote: object({ elements: list(inline, 1, many) }, border),
  rich_text_preformatted: object({ elements: list(variant({ text, link: linked }), 1, many) }, border),
});

export const richTextFields = { elements: list(richTextElement, 1, many) };
export const richText: Check = typed('rich_text', object(richTextFields, { block_id: string({ max: 255 }) }));
