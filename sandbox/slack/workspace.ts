import type { Channel, Person, Usergroup } from './model.ts';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/** Who and what is there at the start. */
export interface Workspace {
  readonly team: Team;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly usergroups: readonly Usergroup[];
}

export const BOT_USER_ID = 'U0SALVOR';

const team: Team = { id: 'T0LOCAL', name: 'Local', domain: 'local' };

function person(id: string, name: string, realName: string, more: Partial<Person> = {}): Person {
  return {
    id,
    name,
    realName,
    email: `${name}@example.com`,
    teamId: team.id,
    locale: 'en-US',
    timezone: 'Europe/Berlin',
    ...more,
  };
}

function channel(id: string, name: string, members: readonly string[], more: Partial<Channel> = {}): Channel {
  return { id, name, kind: 'public', topic: '', members, isArchived: false, isShared: false, ...more };
}

const staff = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0VERA'];

/** Alice operates, Bob and Carol approve, Vera looks on, Gus is a guest, Eve is of another company; the bot is not everywhere. */
export const defaultWorkspace: Workspace = {
  team,
  people: [
    person('U0ALICE', 'alice', 'Alice Adler'),
    person('U0BOB', 'bob', 'Bob Brandt'),
    person('U0CAROL', 'carol', 'Carol Chen', { locale: 'zh-CN', timezone: 'Asia/Shanghai' }),
    person('U0VERA', 'vera', 'Vera Vogel'),
    person('U0GUS', 'gus', 'Gus Guest', { isGuest: true }),
    person('U0EVE', 'eve', 'Eve Elsewhere', { teamId: 'T0OTHER' }),
    person(BOT_USER_ID, 'salvor', 'Salvor', { isBot: true }),
  ],
  channels: [
    channel('C0PROD1', 'prod-1', [...staff, 'U0GUS', BOT_USER_ID], { topic: 'The cluster prod-1' }),
    channel('C0OPS', 'ops', [...staff, 'U0EVE', BOT_USER_ID], { topic: 'Shared with another company', isShared: true }),
    channel('C0PRIVATE', 'private-room', ['U0ALICE', 'U0BOB'], { kind: 'private', topic: 'Salvor is not a member' }),
    channel('C0ARCHIVED', 'archived', [...staff, BOT_USER_ID], { isArchived: true }),
  ],
  usergroups: [
    { id: 'S0OPERATORS', handle: 'etcd-operators', name: 'Etcd operators', members: ['U0ALICE'] },
    { id: 'S0APPROVERS', handle: 'etcd-approvers', name: 'Etcd approvers', members: ['U0BOB', 'U0CAROL'] },
    { id: 'S0VIEWERS', handle: 'etcd-viewers', name: 'Etcd viewers', members: ['U0VERA'] },
  ],
};

/** Of the registry reg-eu, where there is one. */
export const registryChannel = channel('C0REGEU', 'reg-eu', [...staff, BOT_USER_ID], { topic: 'The registry reg-eu' });
