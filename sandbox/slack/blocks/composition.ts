import { isDeepStrictEqual } from 'node:util';
import {
  atLeastOneOf,
  boolean,
  type Check,
  exactlyOneOf,
  type Fields,
  isFields,
  itemsOf,
  link,
  list,
  object,
  oneOf,
  type Problem,
  problem,
  string,
  typed,
  variant,
} from './shape.ts';

// Source of every number here: the field docs of @slack/types 3.2.0, which repeat docs.slack.dev/reference/block-kit.

const plainTextFields = (max: number) => object({ text: string({ max }) }, { emoji: boolean });
const mrkdwnFields = (max: number) => object({ text: string({ max }) }, { verbatim: boolean });

export const plainText = (max = 3000): Check => typed('plain_text', plainTextFields(max));
export const mrkdwn = (max = 3000): Check => typed('mrkdwn', mrkdwnFields(max));
export const anyText = (max = 3000): Check => variant({ plain_text: plainTextFields(max), mrkdwn: mrkdwnFields(max) });

export const colour = oneOf('primary', 'danger');

export const confirm = object(
  { text: anyText(300) },
  { title: plainText(100), confirm: plainText(30), deny: plainText(30), style: colour },
);

const optionDescription = { description: plainText(75) };

export const plainOption = object({ text: plainText(75), value: string({ max: 75 }) }, optionDescription);
/** Checkboxes and radio buttons alone may format their options. */
export const formattedOption = object({ text: anyText(75), value: string({ max: 75 }) }, optionDescription);
/** Overflow menus alone may link; then the value may be left out. */
export const overflowOption = object(
  { text: plainText(75) },
  { ...optionDescription, value: string({ max: 75 }), url: link() },
  atLeastOneOf('value', 'url'),
);
export const optionGroup = object({ label: plainText(75), options: list(plainOption, 1, 100) });

export const dispatchActionConfig = object(
  {},
  { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) },
);

export const conversationFilter = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), 1, 4),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
  atLeastOneOf('include', 'exclude_external_shared_channels', 'exclude_bot_users'),
);

const webLink = link(3000, ['https:', 'http:']);
const slackFile = object({}, { id: string(), url: link() }, exactlyOneOf('id', 'url'));
export const imageSource = { image_url: webLink, slack_file: slackFile };
export const hasOneImageSource = exactlyOneOf('image_url', 'slack_file');
export const imageFields = object({ alt_text: string({ max: 2000 }) }, imageSource, hasOneImageSource);
export const imageElement = typed('image', imageFields);

/** Preselected options must be among those offered, word for word, as Slack demands. */
export function initialIsOffered(fields: Fields, place: string): readonly Problem[] {
  const groups = itemsOf(fields.option_groups).flatMap((group) => (isFields(group) ? itemsOf(group.options) : []));
  const offered = [...itemsOf(fields.options), ...groups];
  const isOffered = (option: unknown) => offered.some((one) => isDeepStrictEqual(one, option));
  const one = fields.initial_option;
  const single = one === undefined || isOffered(one) ? [] : problem(`${place}/initial_option`, 'must match an option');
  const several = itemsOf(fields.initial_options).flatMap((option, index) =>
    isOffered(option) ? [] : problem(`${place}/initial_options/${index}`, 'must match an option'),
  );
  return [...single, ...several];
}

export function optionValuesAreUnique(fields: Fields, place: string): readonly Problem[] {
  const seen = new Set<unknown>();
  return itemsOf(fields.options).flatMap((option, index) => {
    const value = isFields(option) ? option.value : undefined;
    if (value === undefined || !seen.has(value)) {
      seen.add(value);
      return [];
    }
    return problem(`${place}/options/${index}/value`, `duplicate option value: ${String(value)}`);
  });
}
