import { type Element, interactiveElements } from './elements.ts';
import { CannotDo } from './failures.ts';
import { asList, asRecords, asText, isRecord } from './json.ts';
import type { Block, Json, JsonObject, StateValues, SubmittedValues } from './model.ts';

/** For each kind of element that holds a value: its field in `state.values`, the field with its first value, one or many, what is chosen. */
interface Holding {
  readonly field: string;
  readonly initial: string;
  readonly many: boolean;
  readonly of: 'text' | 'option' | 'id';
}

const text: Holding = { field: 'value', initial: 'initial_value', many: false, of: 'text' };
const one = (field: string, of: Holding['of'] = 'id'): Holding => ({
  field: `selected_${field}`,
  initial: `initial_${field}`,
  many: false,
  of,
});
const many = (field: string, of: Holding['of'] = 'id'): Holding => ({ ...one(field, of), many: true });

const holdings: ReadonlyMap<string, Holding> = new Map([
  ['plain_text_input', text],
  ['email_text_input', text],
  ['url_text_input', text],
  ['number_input', text],
  ['rich_text_input', { field: 'rich_text_value', initial: 'initial_value', many: false, of: 'text' }],
  ['static_select', one('option', 'option')],
  ['external_select', one('option', 'option')],
  ['radio_buttons', one('option', 'option')],
  ['users_select', one('user')],
  ['conversations_select', one('conversation')],
  ['channels_select', one('channel')],
  ['datepicker', one('date')],
  ['timepicker', one('time')],
  ['datetimepicker', one('date_time')],
  ['checkboxes', many('options', 'option')],
  ['multi_static_select', many('options', 'option')],
  ['multi_external_select', many('options', 'option')],
  ['multi_users_select', many('users')],
  ['multi_conversations_select', many('conversations')],
  ['multi_channels_select', many('channels')],
  ['file_input', { field: 'files', initial: 'initial_files', many: true, of: 'id' }],
]);

export function holdsValue(element: Element): boolean {
  return holdings.has(element.type);
}

/** `state.values` of a message or view: what was chosen before where block_id, action_id and kind are the same, else the first value. */
export function stateValues(blocks: readonly Block[], before: StateValues = {}): StateValues {
  const values: Record<string, Record<string, JsonObject>> = {};
  for (const element of interactiveElements(blocks)) {
    const holding = holdings.get(element.type);
    if (!holding) continue;
    const kept = before[element.block.block_id]?.[element.action_id];
    const ofBlock = values[element.block.block_id] ?? {};
    ofBlock[element.action_id] = kept?.type === element.type ? kept : stateOf(element, firstValue(element, holding));
    values[element.block.block_id] = ofBlock;
  }
  return values;
}

function firstValue(element: Element, holding: Holding): Json {
  return element.json[holding.initial] ?? (holding.many ? [] : null);
}

function stateOf(element: Element, value: Json): JsonObject {
  const holding = holdings.get(element.type);
  return holding ? { type: element.type, [holding.field]: value } : { type: element.type };
}

/** The state a person makes by choosing or writing `given` (see SubmittedValues). Throws CannotDo when there is no such option. */
export function chosen(element: Element, given: Json | undefined): JsonObject {
  const holding = holdings.get(element.type);
  if (!holding) throw new CannotDo(`A ${element.type} holds no value.`);
  const plain = isRecord(given) && holding.field in given ? given[holding.field] : given;
  if (holding.many)
    return stateOf(
      element,
      asMany(plain).map((each) => pick(element, holding, each)),
    );
  const nothing = plain === undefined || plain === null || plain === '';
  return stateOf(element, nothing ? null : pick(element, holding, plain));
}

function asMany(plain: Json | undefined): readonly Json[] {
  if (plain === undefined || plain === null || plain === '') return [];
  return Array.isArray(plain) ? asList(plain) : [plain];
}

function pick(element: Element, holding: Holding, wanted: Json): Json {
  if (holding.of === 'option') return optionOf(element, wanted);
  const isInstant = element.type === 'datetimepicker';
  return isInstant ? Number(wanted) : typeof wanted === 'number' ? String(wanted) : wanted;
}

/** The option whose value or label is `wanted`, out of those the element offers now. */
export function optionOf(element: Element, wanted: Json): JsonObject {
  const key = isRecord(wanted) ? asText(wanted.value) : String(wanted);
  const options = offeredOptions(element);
  const found = options.find((option) => option.value === key) ?? options.find((option) => optionLabel(option) === key);
  if (!found) {
    throw new CannotDo(`“${key}” is not offered here; there are: ${options.map(optionLabel).join(', ')}.`);
  }
  return found;
}

function offeredOptions(element: Element): readonly JsonObject[] {
  const grouped = asRecords(element.json.option_groups).flatMap((group) => asRecords(group.options));
  return [...asRecords(element.json.options), ...grouped];
}

function optionLabel(option: JsonObject): string {
  return isRecord(option.text) ? asText(option.text.text) : '';
}

/** `values` merged over what the blocks hold already. Throws CannotDo for a block or element that is not there. */
export function fillIn(blocks: readonly Block[], before: StateValues, values: SubmittedValues): StateValues {
  const filled: Record<string, Record<string, JsonObject>> = {};
  for (const [blockId, byAction] of Object.entries(stateValues(blocks, before))) filled[blockId] = { ...byAction };
  for (const [blockId, given] of Object.entries(values)) {
    const elements = interactiveElements(blocks).filter((each) => each.block.block_id === blockId && holdsValue(each));
    if (elements.length === 0) throw new CannotDo(`There is nothing to fill in at ${blockId}.`);
    for (const element of elements) {
      const isByAction = isRecord(given) && elements.some((each) => each.action_id in given);
      if (isByAction && !(element.action_id in given)) continue;
      filled[blockId] = {
        ...filled[blockId],
        [element.action_id]: chosen(element, isByAction ? given[element.action_id] : given),
      };
    }
  }
  return filled;
}

/** What Slack's own window says under each input before it sends anything: required inputs, lengths, numbers, addresses. */
export function inputErrors(blocks: readonly Block[], values: StateValues): Readonly<Record<string, string>> {
  const inputs = interactiveElements(blocks).filter((element) => element.block.type === 'input');
  const errors = inputs.flatMap((element) => {
    const value = values[element.block.block_id]?.[element.action_id];
    const field = holdings.get(element.type)?.field ?? 'value';
    const complaint = complaintAbout(element, value?.[field] ?? null);
    return complaint ? [[element.block.block_id, complaint] as const] : [];
  });
  return Object.fromEntries(errors);
}

function complaintAbout(element: Element, value: Json): string | undefined {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return element.block.optional === true ? undefined : 'Please complete this required field.';
  if (typeof value !== 'string') return undefined;
  const { min_length: least, max_length: most } = element.json;
  if (typeof least === 'number' && value.length < least) return `Please enter at least ${least} characters.`;
  if (typeof most === 'number' && value.length > most) return `Please enter at most ${most} characters.`;
  return element.type === 'number_input' ? numberComplaint(element, value) : addressComplaint(element, value);
}

function numberComplaint(element: Element, value: string): string | undefined {
  const number = Number(value);
  if (Number.isNaN(number) || (element.json.is_decimal_allowed !== true && !Number.isInteger(number))) {
    return element.json.is_decimal_allowed === true ? 'Please enter a number.' : 'Please enter a whole number.';
  }
  const { min_value: least, max_value: most } = element.json;
  if (typeof least === 'string' && number < Number(least)) return `Please enter at least ${least}.`;
  if (typeof most === 'string' && number > Number(most)) return `Please enter at most ${most}.`;
  return undefined;
}

function addressComplaint(element: Element, value: string): string | undefined {
  if (element.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(value))
    return 'Please enter a valid email address.';
  if (element.type === 'url_text_input' && !URL.canParse(value)) return 'Please enter a valid URL.';
  return undefined;
}
