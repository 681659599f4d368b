import { ApiError } from '../failures.ts';
import type { JsonObject, Person, Usergroup } from '../model.ts';
import type { State } from '../state.ts';
import { type Call, cursorJson, type Methods, page, requireScope } from './method.ts';

export const peopleMethods = {
  'users.info': { tier: 4, scopes: ['users:read'], run: userInfo },
  'users.list': { tier: 2, scopes: ['users:read'], run: userList },
  'users.lookupByEmail': { tier: 3, scopes: ['users:read.email'], run: userByEmail },
  'usergroups.list': { tier: 2, scopes: ['usergroups:read'], run: usergroupList },
  'usergroups.users.list': { tier: 2, scopes: ['usergroups:read'], run: usergroupMembers },
} as const satisfies Methods;

function userJson({ args, state }: Call, person: Person): JsonObject {
  const isStranger = person.teamId !== state.team.id;
  const mayReadEmail = state.app.scopes.includes('users:read.email') && !isStranger;
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.isDeleted ?? false,
    real_name: person.realName,
    tz: person.timezone,
    is_admin: false,
    is_owner: false,
    is_restricted: person.isGuest ?? false,
    is_ultra_restricted: false,
    is_bot: person.isBot ?? false,
    is_app_user: false,
    is_stranger: isStranger,
    updated: 0,
    ...(args.flag('include_locale') ? { locale: person.locale } : {}),
    profile: {
      real_name: person.realName,
      display_name: person.name,
      team: person.teamId,
      ...(mayReadEmail ? { email: person.email } : {}),
      ...(person.isBot ? { bot_id: state.app.botId, api_app_id: state.app.id } : {}),
    },
  };
}

function userInfo(call: Call): JsonObject {
  const person = call.state.people.get(call.args.text('user'));
  if (!person) throw new ApiError('user_not_found');
  return { user: userJson(call, person) };
}

/** Those of the workspace; people of other companies are only found one by one. */
function userList(call: Call): JsonObject {
  const own = [...call.state.people.values()].filter((person) => person.teamId === call.state.team.id);
  const { items, next } = page(call.args, own, 100);
  return { members: items.map((person) => userJson(call, person)), cache_ts: 0, ...cursorJson(next) };
}

function userByEmail(call: Call): JsonObject {
  const email = call.args.required('email').toLowerCase();
  const own = [...call.state.people.values()].filter((person) => person.teamId === call.state.team.id);
  const person = own.find((each) => each.email.toLowerCase() === email && !each.isBot && !each.isDeleted);
  if (!person) throw new ApiError('users_not_found');
  return { user: userJson(call, person) };
}

function usergroupJson({ args, state }: Call, group: Usergroup): JsonObject {
  return {
    id: group.id,
    team_id: state.team.id,
    is_usergroup: true,
    is_subteam: true,
    name: group.name,
    description: '',
    handle: group.handle,
    is_external: false,
    date_create: 0,
    date_update: 0,
    date_delete: group.isDisabled ? 1 : 0,
    prefs: { channels: [], groups: [] },
    ...(args.flag('include_users') ? { users: group.members } : {}),
    ...(args.flag('include_count') ? { user_count: group.members.length } : {}),
  };
}

function usergroupList(call: Call): JsonObject {
  const groups = [...call.state.usergroups.values()].filter(
    (group) => !group.isDisabled || call.args.flag('include_disabled'),
  );
  return { usergroups: groups.map((group) => usergroupJson(call, group)) };
}

function usergroupMembers({ args, state }: Call): JsonObject {
  const group = state.usergroups.get(args.required('usergroup'));
  if (!group || (group.isDisabled && !args.flag('include_disabled'))) throw new ApiError('no_such_subteam');
  return { users: group.members };
}

/** `auth.test` and its like: what the token is. */
export const tokenMethods = {
  'api.test': { tier: 4, scopes: [], token: 'none', run: ({ args }) => ({ args: args.all }) },
  'auth.test': { tier: 'special', scopes: [], run: authTest },
  'team.info': { tier: 3, scopes: ['team:read'], run: ({ state }) => ({ team: { ...state.team } }) },
  'bots.info': { tier: 3, scopes: ['users:read'], run: botInfo },
  // Called tier 1, but an app may open its ten connections together.
  'apps.connections.open': { tier: 2, scopes: [], token: 'app', run: ({ slack }) => ({ url: slack.socketUrl() }) },
} as const satisfies Methods;

function authTest({ state, slack }: Call): JsonObject {
  const { app, team } = state;
  return {
    url: `${slack.baseUrl()}/`,
    team: team.name,
    user: nameOf(state, app.botUserId),
    team_id: team.id,
    user_id: app.botUserId,
    bot_id: app.botId,
    is_enterprise_install: false,
  };
}

function botInfo({ args, state }: Call): JsonObject {
  const { app } = state;
  if (args.has('bot') && args.text('bot') !== app.botId) throw new ApiError('bot_not_found');
  requireScope(state, 'users:read');
  return { bot: { id: app.botId, deleted: false, name: app.name, app_id: app.id, user_id: app.botUserId, icons: {} } };
}

function nameOf(state: State, user: string): string {
  return state.people.get(user)?.name ?? user;
}
