import {
  colour,
  confirm,
  conversationFilter,
  dispatchActionConfig,
  formattedOption,
  imageFields,
  initialIsOffered,
  optionGroup,
  optionValuesAreUnique,
  overflowOption,
  plainOption,
  plainText,
} from './composition.ts';
import { richText } from './rich-text.ts';
import {
  boolean,
  exactlyOneOf,
  type Fields,
  integer,
  link,
  list,
  object,
  type Problem,
  problem,
  string,
  variant,
} from './shape.ts';

const actionable = { action_id: string({ max: 255 }) };
const confirmable = { ...actionable, confirm };
const focusable = { focus_on_load: boolean };
const placeholder = { placeholder: plainText(150) };
const choosable = { ...confirmable, ...focusable, ...placeholder };
const typable = { ...actionable, ...focusable, ...placeholder, dispatch_action_config: dispatchActionConfig };
const many = { max_selected_items: integer(1, 100) };
const accessible = { accessibility_label: string({ max: 75 }) };
const id = string();

const options = list(plainOption, 1, 100);
const groups = list(optionGroup, 1, 100);
const optionSource = { options, option_groups: groups };
const hasOneOptionSource = exactlyOneOf('options', 'option_groups');
const conversation = { default_to_current_conversation: boolean, filter: conversationFilter };

const selects = {
  static_select: object(
    {},
    { ...choosable, ...optionSource, initial_option: plainOption },
    hasOneOptionSource,
    initialIsOffered,
    optionValuesAreUnique,
  ),
  external_select: object({}, { ...choosable, initial_option: plainOption, min_query_length: integer(0, 100) }),
  users_select: object({}, { ...choosable, initial_user: id }),
  conversations_select: object(
    {},
    { ...choosable, ...conversation, initial_conversation: id, response_url_enabled: boolean },
  ),
  channels_select: object({}, { ...choosable, initial_channel: id, response_url_enabled: boolean }),
};

const ids = list(id, 1, 100);
const multiSelects = {
  multi_static_select: object(
    {},
    { ...choosable, ...many, ...optionSource, initial_options: options },
    hasOneOptionSource,
    initialIsOffered,
    optionValuesAreUnique,
  ),
  multi_external_select: object(
    {},
    { ...choosable, ...many, initial_options: options, min_query_length: integer(0, 100) },
  ),
  multi_users_select: object({}, { ...choosable, ...many, initial_users: ids }),
  multi_conversations_select: object({}, { ...choosable, ...many, ...conversation, initial_conversations: ids }),
  multi_channels_select: object({}, { ...choosable, ...many, initial_channels: ids }),
};

const formattedOptions = list(formattedOption, 1, 10);
const choices = {
  checkboxes: object(
    { options: formattedOptions },
    { ...confirmable, ...focusable, initial_options: formattedOptions },
    initialIsOffered,
    optionValuesAreUnique,
  ),
  radio_buttons: object(
    { options: formattedOptions },
    { ...confirmable, ...focusable, initial_option: formattedOption },
    initialIsOffered,
    optionValuesAreUnique,
  ),
};

const date = string({
  pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  expected: 'a date such as 2026-11-23',
});
const time = string({ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, expected: 'a time such as 22:25' });
const pickers = {
  datepicker: object({}, { ...choosable, initial_date: date }),
  timepicker: object({}, { ...choosable, initial_time: time, timezone: string() }),
};
const dateTimePicker = {
  datetimepicker: object(
    {},
    { ...confirmable, ...focusable, initial_date_time: integer(1_000_000_000, 9_999_999_999) },
  ),
};

const buttonFields = { ...confirmable, ...accessible, value: string({ max: 2000 }), url: link(), style: colour };
const button = { button: object({ text: plainText(75) }, buttonFields) };
const overflow = { overflow: object({ options: list(overflowOption, 1, 5) }, confirmable, optionValuesAreUnique) };

const inputParameter = object({ name: string(), value: string({ min: 0 }) });
const trigger = object({ url: link() }, { customizable_input_parameters: list(inputParameter, 1, 100) });
const workflowButton = {
  workflow_button: object(
    { text: plainText(75), workflow: object({ trigger }) },
    { ...confirmable, ...accessible, style: colour },
  ),
};

const richTextInput = {
  rich_text_input: object(
    {},
    { ...typable, initial_value: richText, min_lines: integer(1, 100), max_lines: integer(1, 100) },
  ),
};

const typedInputs = {
  plain_text_input: object(
    {},
    {
      ...typable,
      initial_value: string({ min: 0, max: 3000 }),
      multiline: boolean,
      min_length: integer(0, 3000),
      max_length: integer(1, 3000),
    },
    lengthsAgree,
  ),
  email_text_input: object({}, { ...typable, initial_value: string({ min: 0 }) }),
  url_text_input: object({}, { ...typable, initial_value: string({ min: 0 }) }),
  number_input: object(
    { is_decimal_allowed: boolean },
    { ...typable, initial_value: string(), min_value: string(), max_value: string() },
  ),
  file_input: object({}, { ...actionable, filetypes: list(string(), 1, 100), max_files: integer(1, 10) }),
};

function lengthsAgree({ min_length: min, max_length: max }: Fields, place: string): readonly Problem[] {
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
  return problem(`${place}/min_length`, 'must be less than or equal to max_length');
}

const clickable = {
  ...button,
  ...overflow,
  ...workflowButton,
  ...selects,
  ...multiSelects,
  ...choices,
  ...pickers,
};

export const buttonElement = variant(button);
export const accessoryElement = variant({ ...clickable, image: imageFields });
export const actionsElement = variant({ ...clickable, ...dateTimePicker, ...richTextInput });
export const inputElement = variant({
  ...typedInputs,
  ...richTextInput,
  ...selects,
  ...multiSelects,
  ...choices,
  ...pickers,
  ...dateTimePicker,
});

const feedbackButton = object({ text: plainText(75), value: string({ max: 2000 }) }, accessible);
export const contextActionsElement = variant({
  feedback_buttons: object({ positive_button: feedbackButton, negative_button: feedbackButton }, actionable),
  icon_button: object(
    { icon: string(), text: plainText(75) },
    { ...confirmable, ...accessible, value: string({ max: 2000 }), visible_to_user_ids: ids },
  ),
});
export const urlSource = variant({ url: object({ url: link(), text: string() }) });
