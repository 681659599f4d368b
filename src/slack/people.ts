import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Access, Actor } from '../chatops/access.ts';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { type Kept, keep } from './kept.ts';
import type { Shelf } from './shelf.ts';
import { codeOf, outcomeOf, troubleIn } from './trouble.ts';

/** Whose app this is. People of this workspace, or of this organisation's, alone may ask for anything. */
export interface Home {
  readonly team: string;
  readonly enterprise?: string | undefined;
}

/** Who a payload says somebody is; names are not looked at. */
export interface Sender {
  readonly user: string;
  readonly team: string | undefined;
}

export interface People {
  /** Throws Refusal for everybody who may not ask for anything here, Fault when nobody can say who this is. */
  actor(sender: Sender): Promise<Actor>;
  /** The same, but as Slack says it now, give or take seconds: what it said before does not stand in for it, not even while it is down. */
  actorNow(sender: Sender): Promise<Actor>;
  /** What somebody has Slack speak to them, such as 'zh-CN', where Slack tells. Throws what Slack refuses. */
  locale(user: string): Promise<string | undefined>;
  /** Asks Slack anew who is in which group. */
  renewGroups(): Promise<void>;
}

export interface PeopleParts {
  readonly client: WebClient;
  readonly home: () => Home;
  readonly shelf: Shelf;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The Slack user groups that salvor.yaml names. */
  readonly groups: readonly string[];
  readonly grants: (userId: string, groupIds: readonly string[]) => readonly Access[];
}

const Profile = z.object({
  name: z.string(),
  locale: z.string().optional(),
  team: z.string().optional(),
  teams: z.array(z.string()),
  enterprise: z.string().optional(),
  deleted: z.boolean(),
  bot: z.boolean(),
  guest: z.boolean(),
  stranger: z.boolean(),
});
type Profile = z.infer<typeof Profile>;

/** So that several people who are looked at together cost one question a group. */
const nowMs = 10_000;

export function createPeople(parts: PeopleParts): People {
  const { client, logger } = parts;
  const shared = {
    shelf: parts.shelf,
    clock: parts.clock,
    isPassing: (error: unknown) => ['down', 'limited'].includes(troubleIn(error)?.kind ?? ''),
    onTrouble: (error: unknown, key: string) =>
      logger.warn({ key, outcome: outcomeOf(error) }, 'Slack could not be asked about a person or a group'),
  };
  const profiles = keep({ ...shared, name: 'person', schema: Profile, ask: (user) => askProfile(client, user) });
  const members = keep({
    ...shared,
    name: 'group',
    schema: z.array(z.string()),
    ask: (group) => askMembers(client, group, logger),
  });

  async function actor(sender: Sender, look: <T>(kept: Kept<T>, key: string) => Promise<T>): Promise<Actor> {
    mustBeOurs(sender, parts.home());
    const profile = await orFault(() => look(profiles, sender.user));
    mustBeColleague(profile, parts.home());
    const groups = await orFault(() => groupsOf(sender.user, (group) => look(members, group)));
    const grants = [...parts.grants(sender.user, groups)];
    return { kind: 'person', id: sender.user, team: parts.home().team, name: profile.name, grants };
  }

  return {
    actor: (sender) => actor(sender, (kept, key) => kept.of(key)),
    actorNow: (sender) => actor(sender, (kept, key) => kept.within(key, nowMs)),
    locale: async (user) => (await profiles.of(user)).locale,
    async renewGroups() {
      for (const group of parts.groups) {
        await members.renew(group).catch((error) => shared.onTrouble(error, group));
      }
    },
  };

  async function groupsOf(
    user: string,
    membersOf: (group: string) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const all = await Promise.all(parts.groups.map(async (group) => ({ group, members: await membersOf(group) })));
    return all.filter((one) => one.members.includes(user)).map((one) => one.group);
  }
}

/**
 * What the payload itself says comes first: it is signed, and a stranger costs no call. In an organisation of several
 * workspaces it cannot tell a colleague from a stranger; there the profile decides alone.
 */
function mustBeOurs(sender: Sender, home: Home): void {
  if (sender.team === undefined || sender.team === home.team || home.enterprise !== undefined) return;
  throw stranger();
}

function mustBeColleague(profile: Profile, home: Home): void {
  if (profile.deleted) throw new Refusal('This Slack account is deactivated.');
  if (profile.bot) throw new Refusal('I take no orders from bots.', 'A person has to ask for this.');
  const isTeam = profile.team === home.team || profile.teams.includes(home.team);
  const isOrganisation = home.enterprise !== undefined && profile.enterprise === home.enterprise;
  if (profile.stranger || !(isTeam || isOrganisation)) throw stranger();
  if (profile.guest) throw new Refusal('I take no orders from guests of this workspace.', 'Ask a member to do this.');
}

function stranger(): Refusal {
  return new Refusal('I take no orders from people of another workspace.', 'Ask a member of this one to do this.');
}

async function askProfile(client: WebClient, user: string): Promise<Profile> {
  const answer = await client.users.info({ user, include_locale: true }).catch((error) => {
    if (['user_not_found', 'user_not_visible', 'users_not_found'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  });
  if (!answer?.user)
    throw new Refusal('Slack does not tell me who you are.', 'Ask a member of this workspace to do this.');
  const { user: found } = answer;
  return {
    name: found.profile?.display_name || found.real_name || found.name || user,
    teams: found.enterprise_user?.teams ?? [],
    ...(found.locale === undefined ? {} : { locale: found.locale }),
    ...(found.team_id === undefined ? {} : { team: found.team_id }),
    ...(found.enterprise_user?.enterprise_id === undefined ? {} : { enterprise: found.enterprise_user.enterprise_id }),
    deleted: found.deleted === true,
    bot: found.is_bot === true || found.is_workflow_bot === true || found.id === 'USLACKBOT',
    guest: found.is_restricted === true || found.is_ultra_restricted === true,
    stranger: found.is_stranger === true,
  };
}

/** The members of a group; nobody when there is no such group, which is said in the log: it must open no door. */
async function askMembers(client: WebClient, usergroup: string, logger: Logger): Promise<string[]> {
  try {
    const answer = await client.usergroups.users.list({ usergroup });
    return answer.users ?? [];
  } catch (error) {
    const trouble = troubleIn(error);
    if (trouble?.kind !== 'refused') throw error;
    logger.error({ usergroup, code: trouble.code }, 'salvor.yaml names a Slack user group that Slack does not know');
    return [];
  }
}

async function orFault<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const trouble = troubleIn(error);
    if (!trouble) throw error;
    throw new Fault('Slack could not be asked who you are and what you may do.', {
      port: 'slack',
      operation: 'people',
      retryable: true,
      code: `SLACK_${outcomeOf(error).toUpperCase()}`,
      next: 'Nothing was done. Try again in a moment.',
      cause: error,
    });
  }
}
