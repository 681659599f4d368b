import { actInMessage, actInView, shortcut } from './clicking.ts';
import { type Element, interactiveElements, labelOf } from './elements.ts';
import { announceHomeOpened, announceJoin } from './events.ts';
import { CannotDo } from './failures.ts';
import { asRecord, asText, isRecord } from './json.ts';
import { findMessage, isInChannelView, threadMessages, visibleMessages } from './messages.ts';
import type { Attached, Channel, ErrorShown, Json, Message, Person, SubmittedValues, View } from './model.ts';
import type { Outcome, Slack } from './slack.ts';
import { channelNamed, isMember, personNamed } from './state.ts';
import { close, submit } from './submitting.ts';
import { command, say } from './typing.ts';
import { findView, stackOf } from './views.ts';

export type Target = { readonly channel: string; readonly ts: string } | { readonly viewId: string };

export interface Typing {
  readonly thread?: string;
  readonly files?: readonly Attached[];
}

/**
 * A person at Slack's window. People and channels go by name or id. What the window itself would not let them do throws
 * CannotDo; what it shows afterwards, failures of the app included, is the Outcome.
 */
export interface Driver {
  /**
   * Types and sends. A text that begins with `/` is a slash command and resolves with the app's answer to it. A message
   * stands there at once, with the files attached to it; `idle()` of the local Slack waits for the app to have its events.
   */
  types(user: string, channel: string, text: string, how?: Typing): Promise<Outcome>;
  /**
   * Uses an element, found by action_id or by what is written on it. `value` is the option to choose or the text to write;
   * for a button it picks the one with that value. An element with a confirm dialog needs `confirm`.
   */
  clicks(
    user: string,
    target: Target,
    element: string,
    value?: Json,
    answer?: { readonly confirm?: boolean },
  ): Promise<Outcome>;
  submits(user: string, viewId: string, values: SubmittedValues): Promise<Outcome>;
  closes(user: string, viewId: string): Promise<Outcome>;
  opensHome(user: string): Promise<Outcome>;
  messageShortcut(user: string, channel: string, ts: string, callbackId: string): Promise<Outcome>;
  /** Brings someone (the bot too) into a channel. */
  invites(user: string, channel: string, invited: string): void;
  /** Oldest first, as `as` sees them; without `as`, what everyone sees. The channel's own, or those of one thread. */
  messages(channel: string, which?: { readonly thread?: string; readonly as?: string }): readonly Message[];
  /** The person's open modals, top last. */
  views(user: string): readonly View[];
  home(user: string): View | undefined;
  errorsShown(user: string): readonly ErrorShown[];
}

export function createDriver(slack: Slack): Driver {
  const { state } = slack;
  /** Nobody gets through to a Slack that is down. */
  const at = (user: string): Person => {
    if (slack.faults.down()) throw new CannotDo('Slack is down.');
    const person = personNamed(state, user);
    if (person.isDeleted) throw new CannotDo(`${person.name} was removed from this workspace.`);
    return person;
  };
  return {
    async types(user, channel, text, how = {}) {
      const [person, place] = [at(user), channelNamed(state, channel)];
      if (!text.startsWith('/')) return say(slack, person, place, text, how);
      if (how.thread) throw new CannotDo(`${text.split(/\s/)[0]} is not supported in threads. Sorry!`);
      if (how.files?.length) throw new CannotDo('A slash command carries no files. Write a message with them.');
      return command(slack, person, place, text);
    },
    async clicks(user, target, wanted, value, answer) {
      const person = at(user);
      if ('viewId' in target) {
        const view = viewOf(slack, person, target.viewId);
        const element = find(view.blocks, wanted, value);
        return agrees(element, answer?.confirm) ? actInView(slack, person, view, element, value) : { ok: true };
      }
      const place = channelNamed(state, target.channel);
      const message = messageAt(slack, place, target.ts, person);
      const element = find(message.blocks, wanted, value);
      return agrees(element, answer?.confirm)
        ? actInMessage(slack, person, place, message, element, value)
        : { ok: true };
    },
    submits: async (user, viewId, values) => submit(slack, at(user), viewId, values),
    closes: async (user, viewId) => close(slack, at(user), viewId),
    async opensHome(user) {
      announceHomeOpened(slack, at(user).id);
      return { ok: true };
    },
    async messageShortcut(user, channel, ts, callbackId) {
      const [person, place] = [at(user), channelNamed(state, channel)];
      return shortcut(slack, person, place, messageAt(slack, place, ts, person), callbackId);
    },
    invites(user, channel, invited) {
      const [person, place, guest] = [at(user), channelNamed(state, channel), personNamed(state, invited)];
      if (!isMember(place, person.id)) throw new CannotDo(`${person.name} is not a member of #${place.name}.`);
      if (isMember(place, guest.id)) return;
      const joined = { ...place, members: [...place.members, guest.id] };
      state.channels.set(place.id, joined);
      state.changed();
      announceJoin(slack, joined, guest.id, person.id);
    },
    messages(channel, which = {}) {
      const place = channelNamed(state, channel);
      const seen = visibleMessages(
        state,
        place.id,
        which.as === undefined ? undefined : personNamed(state, which.as).id,
      );
      return which.thread === undefined ? seen.filter(isInChannelView) : threadMessages(seen, which.thread);
    },
    views: (user) => stackOf(state, personNamed(state, user).id),
    home: (user) => state.homes.get(personNamed(state, user).id),
    errorsShown: (user) => state.errors.get(personNamed(state, user).id) ?? [],
  };
}

/** A view on this person's screen: the modal on top, or their Home. Throws CannotDo. */
export function viewOf(slack: Slack, person: Person, viewId: string): View {
  const view = findView(slack.state, (each) => each.id === viewId && each.user === person.id);
  const isTop = view?.type === 'home' || stackOf(slack.state, person.id).at(-1) === view;
  if (!view || !isTop) throw new CannotDo('That view is not on the screen.');
  return view;
}

/** A message this person can see. Throws CannotDo. */
export function messageAt(slack: Slack, channel: Channel, ts: string, person: Person): Message {
  const message = findMessage(slack.state, channel.id, ts);
  if (!message || (message.onlyYou && message.onlyYou !== person.id)) throw new CannotDo('That message is not there.');
  return message;
}

function find(blocks: Message['blocks'], wanted: string, value: Json | undefined): Element {
  const all = interactiveElements(blocks);
  const byId = all.filter((element) => element.action_id === wanted);
  const named = byId.length > 0 ? byId : all.filter((element) => labelOf(element) === wanted);
  const exact = named.filter(
    (element) => element.type !== 'button' || value === undefined || element.json.value === value,
  );
  const [found, another] = exact;
  if (!found)
    throw new CannotDo(`There is no “${wanted}” here; there are: ${all.map(described).join(', ') || 'no elements'}.`);
  if (another) throw new CannotDo(`“${wanted}” is there ${exact.length} times; say which by its value.`);
  return found;
}

function described(element: Element): string {
  return `${labelOf(element) || element.type} (${element.action_id})`;
}

/** Whether the click goes through; the dialog, where there is one, must be answered. */
function agrees(element: Element, confirm: boolean | undefined): boolean {
  const dialog = element.json.confirm;
  if (!isRecord(dialog)) {
    if (confirm !== undefined) throw new CannotDo('There is no dialog to confirm.');
    return true;
  }
  if (confirm === undefined) {
    throw new CannotDo(`Slack asks: “${asText(asRecord(dialog.title).text)}” Say confirm: true or false.`);
  }
  return confirm;
}
