import { chosen, fillIn, holdsValue, optionOf, stateValues } from './element-values.ts';
import { type Element, interactiveElements } from './elements.ts';
import type { Ack } from './envelope.ts';
import { CannotDo } from './failures.ts';
import { nextTimestamp } from './messages.ts';
import type { Channel, Json, JsonObject, Message, Person, SubmittedValues, View } from './model.ts';
import { messageActionPayload, messageShortcutPayload, viewActionPayload } from './payloads.ts';
import type { Outcome, Slack } from './slack.ts';
import { choiceKey, isMember, showError } from './state.ts';
import { replaceView } from './views.ts';

/** What the person chose or wrote; absent for a button. */
export type Choice = Json | undefined;

/** The element of a message or view as it is stored now. Throws CannotDo when it is no longer there. */
export function elementAt(blocks: Message['blocks'], blockId: string, actionId: string): Element {
  const found = interactiveElements(blocks).find(
    (each) => each.block.block_id === blockId && each.action_id === actionId,
  );
  if (!found) throw new CannotDo('That is no longer there: what you see has changed since.');
  return found;
}

/** A click or choice in a message. Only members of the channel, and of an only-you message only that person. */
export async function actInMessage(
  slack: Slack,
  person: Person,
  channel: Channel,
  message: Message,
  element: Element,
  choice: Choice,
): Promise<Outcome> {
  if (!isMember(channel, person.id)) throw new CannotDo(`${person.name} is not a member of #${channel.name}.`);
  if (message.onlyYou && message.onlyYou !== person.id) throw new CannotDo('That message is not there.');
  const { state } = slack;
  const key = choiceKey(person.id, channel.id, message.ts);
  const before = stateValues(message.blocks, state.choices.get(key));
  const made = holdsValue(element) ? chosen(element, choice) : undefined;
  const values = made ? withValue(before, element, made) : before;
  state.choices.set(key, values);
  state.changed();
  if (!dispatches(element)) return { ok: true };
  const ts = nextTimestamp(state, channel.id);
  const payload = messageActionPayload(slack, person, channel, message, actionJson(element, choice, made, ts), values);
  return answered(slack, person, await slack.deliveries.send('interactive', payload, false));
}

/** A click or choice in a modal or the Home tab; `typed` is what stands in the modal's other inputs by then. */
export async function actInView(
  slack: Slack,
  person: Person,
  view: View,
  element: Element,
  choice: Choice,
  typed: SubmittedValues = {},
): Promise<Outcome> {
  const made = holdsValue(element) ? chosen(element, choice) : undefined;
  const filled = fillIn(view.blocks, view.state.values, typed);
  const values = made ? withValue(filled, element, made) : filled;
  const next = { ...view, state: { values } };
  replaceView(slack.state, next);
  if (!dispatches(element)) return { ok: true };
  const ts = nextTimestamp(slack.state, view.id);
  const payload = viewActionPayload(slack, person, next, actionJson(element, choice, made, ts));
  return answered(slack, person, await slack.deliveries.send('interactive', payload, false));
}

/** The person picks one of the app's shortcuts from a message's menu. */
export async function shortcut(
  slack: Slack,
  person: Person,
  channel: Channel,
  message: Message,
  callbackId: string,
): Promise<Outcome> {
  if (!isMember(channel, person.id)) throw new CannotDo(`${person.name} is not a member of #${channel.name}.`);
  if (message.onlyYou) throw new CannotDo('Only-you messages have no shortcuts.');
  if (!slack.manifest.shortcuts.some((each) => each.callback_id === callbackId)) {
    throw new CannotDo(`The app has no message shortcut “${callbackId}”.`);
  }
  const payload = messageShortcutPayload(slack, person, channel, message, callbackId);
  return answered(slack, person, await slack.deliveries.send('interactive', payload, false));
}

/** Inputs tell the app of each change only when their block says `dispatch_action`. */
function dispatches(element: Element): boolean {
  return element.block.type !== 'input' || element.block.dispatch_action === true;
}

function withValue<T extends Record<string, Readonly<Record<string, JsonObject>>>>(
  values: Readonly<T>,
  element: Element,
  made: JsonObject,
) {
  const blockId = element.block.block_id;
  return { ...values, [blockId]: { ...values[blockId], [element.action_id]: made } };
}

function actionJson(element: Element, choice: Choice, made: JsonObject | undefined, actionTs: string): JsonObject {
  const { text, value, style, url, confirm, placeholder } = element.json;
  const isOverflow = element.type === 'overflow';
  return {
    type: element.type,
    action_id: element.action_id,
    block_id: element.block.block_id,
    action_ts: actionTs,
    ...dropUndefined({ text, value, style, url, confirm, placeholder }),
    ...(isOverflow ? { selected_option: optionOf(element, choice ?? null) } : {}),
    ...made,
  };
}

function dropUndefined(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function answered(slack: Slack, person: Person, ack: Ack): Outcome {
  if (ack.state === 'acked') return { ok: true };
  const error = actionFailure(ack);
  showError(slack.state, person.id, error);
  return { ok: false, error };
}

function actionFailure(ack: Ack & { readonly state: 'failed' }): string {
  if (ack.reason.endsWith('timeout')) return 'Operation timed out. Apps need to respond within 3 seconds.';
  if (ack.reason === 'http_error') return `This app responded with Status Code ${ack.status ?? 0}.`;
  return 'This app is not responding right now.';
}
