import { element, icon } from './dom.js';
import { lineOf } from './words.js';

/**
 * The buttons, menus and inputs of Block Kit. `place` says where they stand: `{state, view}`; `labelledBy` names the
 * visible label of an input. Nothing listens here: `actions.js` listens once for the whole page and finds the element
 * again by its `data-block` and `data-action`.
 */
export function showElement(one, place, context, labelledBy) {
  const show = shown[one.type];
  if (!show) return element('span', { class: 'unknown' }, `(a ${one.type}, which this page does not show)`);
  const held = place.state?.[place.blockId]?.[one.action_id];
  const common = {
    'data-action': one.action_id,
    'data-key': one.action_id,
    'data-type': one.type,
    'aria-labelledby': labelledBy?.label,
    'aria-describedby': labelledBy?.description,
    'aria-invalid': labelledBy?.isWrong ? 'true' : undefined,
    autofocus: one.focus_on_load,
  };
  return show(one, { common, held, context, place });
}

const shown = {
  button: showButton,
  workflow_button: showButton,
  icon_button: (one, more) =>
    showButton({ ...one, accessibility_label: one.accessibility_label ?? one.text?.text }, more),
  feedback_buttons: showFeedback,
  overflow: showOverflow,
  checkboxes: (one, more) => showChoices(one, more, 'checkbox'),
  radio_buttons: (one, more) => showChoices(one, more, 'radio'),
  static_select: (one, more) => showSelect(one, more, groupsOf(one), selectedOption(one, more)?.value),
  users_select: (one, more) => showSelect(one, more, people(more), more.held?.selected_user ?? one.initial_user),
  channels_select: (one, more) =>
    showSelect(one, more, channels(more), more.held?.selected_channel ?? one.initial_channel),
  conversations_select: (one, more) =>
    showSelect(one, more, channels(more), more.held?.selected_conversation ?? one.initial_conversation),
  multi_static_select: (one, more) => showMany(one, more, groupsOf(one), valuesOf(selectedOptions(one, more))),
  multi_users_select: (one, more) => showMany(one, more, people(more), more.held?.selected_users ?? one.initial_users),
  multi_channels_select: (one, more) =>
    showMany(one, more, channels(more), more.held?.selected_channels ?? one.initial_channels),
  multi_conversations_select: (one, more) =>
    showMany(one, more, channels(more), more.held?.selected_conversations ?? one.initial_conversations),
  datepicker: (one, more) =>
    showInput(one, more, { type: 'date', value: more.held?.selected_date ?? one.initial_date }),
  timepicker: (one, more) =>
    showInput(one, more, { type: 'time', value: more.held?.selected_time ?? one.initial_time }),
  datetimepicker: (one, more) =>
    showInput(one, more, {
      type: 'datetime-local',
      value: localTime(more.held?.selected_date_time ?? one.initial_date_time),
    }),
  plain_text_input: showText,
  rich_text_input: (one, more) => showText({ ...one, multiline: true, initial_value: undefined }, more),
  number_input: (one, more) =>
    showInput(one, more, {
      type: 'number',
      value: heldText(one, more),
      min: one.min_value,
      max: one.max_value,
      step: one.is_decimal_allowed ? 'any' : '1',
    }),
  email_text_input: (one, more) => showInput(one, more, { type: 'email', value: heldText(one, more) }),
  url_text_input: (one, more) => showInput(one, more, { type: 'url', value: heldText(one, more) }),
  image: (one) => element('img', { class: 'element-image', src: one.image_url, alt: one.alt_text }),
};

function showButton(one, { common, context, place }) {
  const isWaiting = context.isWaiting(place, one.action_id);
  const label = one.text ? lineOf(one.text, context) : [];
  const attributes = {
    ...common,
    class: ['button', one.style && `button-${one.style}`].filter(Boolean).join(' '),
    'aria-label': one.accessibility_label,
    'aria-busy': isWaiting ? 'true' : undefined,
  };
  if (!one.url) return element('button', { ...attributes, type: 'button' }, label);
  return element('a', { ...attributes, href: one.url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

function showFeedback(one, { common, context }) {
  const button = (given) =>
    element(
      'button',
      {
        type: 'button',
        class: 'button',
        ...common,
        'data-key': given.value,
        'data-value': given.value,
        'aria-label': given.accessibility_label,
      },
      lineOf(given.text, context),
    );
  return element('span', { class: 'element-group' }, button(one.positive_button), button(one.negative_button));
}

function showOverflow(_one, { common }) {
  const attributes = {
    type: 'button',
    class: 'button button-quiet',
    'aria-haspopup': 'menu',
    'aria-label': 'More actions',
  };
  return element('button', { ...common, ...attributes }, icon('more'));
}

function showChoices(one, { common, held, context, place }, type) {
  const chosen = valuesOf(
    type === 'radio' ? [held?.selected_option ?? one.initial_option] : (held?.selected_options ?? one.initial_options),
  );
  const choice = (option, index) => {
    const id = `${place.prefix}${place.blockId}-${one.action_id}-${index}`;
    const description = option.description && element('small', {}, lineOf(option.description, context));
    const name = `${place.prefix}${place.blockId}-${one.action_id}`;
    const box = {
      type,
      id,
      name,
      value: option.value,
      checked: chosen.includes(option.value),
      autofocus: common.autofocus && index === 0,
    };
    return element(
      'label',
      { class: 'choice', for: id },
      element('input', box),
      element('span', {}, lineOf(option.text, context), description),
    );
  };
  const { autofocus, ...attributes } = common;
  const role = type === 'radio' ? 'radiogroup' : 'group';
  return element('div', { ...attributes, class: 'choices', role }, one.options.map(choice));
}

/** `groups` are `{label, options}`; a group without a label shows its options bare. */
function showSelect(one, { common }, groups, chosen) {
  const asOption = (option) =>
    element('option', { value: option.value, selected: option.value === chosen }, option.text.text);
  const options = groups.flatMap(({ label, options: some }) =>
    label ? [element('optgroup', { label: label.text }, some.map(asOption))] : some.map(asOption),
  );
  const nothing = element('option', { value: '', selected: !chosen }, one.placeholder?.text ?? 'Choose…');
  return element(
    'select',
    { ...common, 'aria-label': common['aria-labelledby'] ? undefined : one.placeholder?.text },
    nothing,
    options,
  );
}

function showMany(one, { common, place }, groups, chosen = []) {
  const choice = (option) => {
    const name = `${place.prefix}${place.blockId}-${one.action_id}`;
    const box = element('input', {
      type: 'checkbox',
      name,
      value: option.value,
      checked: chosen.includes(option.value),
    });
    return element('label', { class: 'choice' }, box, element('span', {}, option.text.text));
  };
  const { autofocus, ...attributes } = common;
  const choices = groups.flatMap((group) => [
    group.label && element('b', {}, group.label.text),
    ...group.options.map(choice),
  ]);
  return element('div', { ...attributes, class: 'choices choices-framed', role: 'group' }, choices);
}

function showInput(one, { common }, attributes) {
  return element('input', {
    ...common,
    class: 'input',
    placeholder: one.placeholder?.text,
    autocomplete: 'off',
    ...attributes,
  });
}

function showText(one, more) {
  const value = heldText(one, more);
  const limits = { minlength: one.min_length, maxlength: one.max_length };
  if (!one.multiline) return showInput(one, more, { type: 'text', value, ...limits });
  return element(
    'textarea',
    { ...more.common, class: 'input', rows: 4, placeholder: one.placeholder?.text, ...limits },
    value,
  );
}

function heldText(one, { held }) {
  return typeof held?.value === 'string' ? held.value : one.initial_value;
}

function selectedOption(one, { held }) {
  return held ? held.selected_option : one.initial_option;
}

function selectedOptions(one, { held }) {
  return held?.selected_options ?? one.initial_options;
}

function valuesOf(options) {
  return (options ?? []).filter(Boolean).map((option) => option.value);
}

function groupsOf(one) {
  return one.option_groups ?? [{ options: one.options ?? [] }];
}

function people({ context }) {
  const options = context.state.people.map(({ id, realName, name }) => ({
    value: id,
    text: { text: realName || name },
  }));
  return [{ options }];
}

function channels({ context }) {
  return [{ options: context.state.channels.map(({ id, name }) => ({ value: id, text: { text: `#${name}` } })) }];
}

function localTime(seconds) {
  if (!seconds) return undefined;
  const local = new Date(seconds * 1000);
  return new Date(local.getTime() - local.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What a person has put into the element whose node this is: a string, a list of strings, or null for nothing. */
export function givenIn(node) {
  const type = node.dataset.type;
  if (node.matches('.choices')) {
    const ticked = [...node.querySelectorAll('input:checked')].map((box) => box.value);
    return type === 'radio_buttons' ? (ticked[0] ?? null) : ticked;
  }
  if (type === 'datetimepicker') return node.value ? Math.round(new Date(node.value).getTime() / 1000) : null;
  return node.value === '' ? null : node.value;
}
