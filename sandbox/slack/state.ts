import { EventEmitter } from 'node:events';
import type { Clock } from './clock.ts';
import { CannotDo } from './failures.ts';
import type { Channel, ErrorShown, Message, Person, StateValues, StoredFile, Usergroup, View } from './model.ts';
import type { Team, Workspace } from './workspace.ts';
import { BOT_USER_ID } from './workspace.ts';

/** The installed app, and the secrets it shares with Slack. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** The old verification token, still in every payload. */
  readonly verificationToken: string;
  readonly scopes: readonly string[];
}

/** Everything the local Slack remembers. Entries are replaced, never changed in place. */
export interface State {
  readonly clock: Clock;
  readonly team: Team;
  readonly app: App;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly usergroups: Map<string, Usergroup>;
  readonly files: Map<string, StoredFile>;
  /** By channel id, then ts, in the order they were posted. */
  readonly messages: Map<string, Map<string, Message>>;
  /** Each person's open modals, top last. */
  readonly stacks: Map<string, readonly View[]>;
  readonly homes: Map<string, View>;
  /** What a person chose in a message's selects, by `choiceKey`. */
  readonly choices: Map<string, StateValues>;
  readonly errors: Map<string, readonly ErrorShown[]>;
  /** Grows by one with every change a person could see. */
  seq(): number;
  changed(): void;
  onChanged(listener: () => void): () => void;
  /** Something happened that no page shows: a call, a connection. */
  noticed(): void;
  onNoticed(listener: () => void): () => void;
  nextId(prefix: string): string;
}

export function createState(workspace: Workspace, app: Omit<App, 'botUserId'>, clock: Clock): State {
  const changes = new EventEmitter().setMaxListeners(0);
  let seq = 0;
  let made = 0;
  return {
    clock,
    team: workspace.team,
    app: { ...app, botUserId: workspace.people.find((person) => person.isBot)?.id ?? BOT_USER_ID },
    people: new Map(workspace.people.map((person) => [person.id, person])),
    channels: new Map(workspace.channels.map((channel) => [channel.id, channel])),
    usergroups: new Map(workspace.usergroups.map((group) => [group.id, group])),
    files: new Map(),
    messages: new Map(),
    stacks: new Map(),
    homes: new Map(),
    choices: new Map(),
    errors: new Map(),
    seq: () => seq,
    changed() {
      seq += 1;
      changes.emit('changed');
    },
    onChanged(listener) {
      changes.on('changed', listener);
      return () => changes.off('changed', listener);
    },
    noticed: () => void changes.emit('noticed'),
    onNoticed(listener) {
      changes.on('noticed', listener);
      return () => changes.off('noticed', listener);
    },
    nextId(prefix) {
      made += 1;
      return `${prefix}${made.toString(36).toUpperCase().padStart(8, '0')}`;
    },
  };
}

export function choiceKey(user: string, channel: string, ts: string): string {
  return `${user}/${channel}/${ts}`;
}

/** A person by id or name, as tests and the page call them. */
export function personNamed(state: State, idOrName: string): Person {
  const name = idOrName.replace(/^@/, '');
  const found = state.people.get(name) ?? [...state.people.values()].find((person) => person.name === name);
  if (!found) throw new CannotDo(`There is nobody called ${idOrName} here.`);
  return found;
}

/** A channel by id, name or #name. */
export function channelNamed(state: State, idOrName: string): Channel {
  const name = idOrName.replace(/^#/, '');
  const found = state.channels.get(name) ?? [...state.channels.values()].find((channel) => channel.name === name);
  if (!found) throw new CannotDo(`There is no channel called ${idOrName} here.`);
  return found;
}

export function isMember(channel: Channel, user: string): boolean {
  return channel.members.includes(user);
}

/** The direct message between the app and a person, made when first needed. */
export function directMessage(state: State, user: string): Channel {
  const id = `D${user.slice(1)}`;
  const known = state.channels.get(id);
  if (known) return known;
  const made: Channel = {
    id,
    name: state.people.get(user)?.name ?? user,
    kind: 'im',
    topic: '',
    members: [user, state.app.botUserId],
    isArchived: false,
    isShared: false,
  };
  state.channels.set(id, made);
  return made;
}

/** Slack's own word to one person: a banner over the composer or the modal. */
export function showError(state: State, user: string, text: string): void {
  const shown = { text, at: state.clock.now().toISOString() };
  state.errors.set(user, [...(state.errors.get(user) ?? []), shown]);
  state.changed();
}
