import { describe, expect, it } from 'vitest';
import { createClients } from '../../src/slack/clients.ts';
import { createPeople, type Home } from '../../src/slack/people.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { slackWith } from '../sandbox/slack-people.ts';
import { createFakeLogger, grants } from './house.ts';

const home: Home = { team: 'T0LOCAL' };
const groups = ['S0OPERATORS', 'S0APPROVERS', 'S0VIEWERS'];
const minuteMs = 60_000;

async function reception(more: { readonly home?: Home; readonly groups?: readonly string[] } = {}) {
  const slack = await slackWith();
  const clock = createFakeClock();
  const { logger, lines } = createFakeLogger();
  const { interactive: client } = createClients({
    token: slack.botToken,
    apiUrl: slack.apiUrl,
    logger,
    onCall: () => undefined,
  });
  const shelf = memoryShelf(() => clock.now().getTime());
  const people = createPeople({
    client,
    home: () => more.home ?? home,
    shelf,
    clock,
    logger,
    groups: more.groups ?? groups,
    grants,
  });
  const ask = (user: string, team: string | undefined = 'T0LOCAL') => people.actor({ user, team });
  const setPerson = (id: string, change: object) => {
    const person = slack.state.people.get(id);
    if (person) slack.state.people.set(id, { ...person, ...change });
  };
  const setMembers = (id: string, members: readonly string[]) => {
    const group = slack.state.usergroups.get(id);
    if (group) slack.state.usergroups.set(id, { ...group, members });
  };
  return { slack, clock, people, ask, lines, setPerson, setMembers };
}

describe('who may ask', () => {
  it('are members of this workspace, with what their groups may do', async () => {
    const { ask } = await reception();
    expect(await ask('U0ALICE')).toEqual({
      kind: 'person',
      id: 'U0ALICE',
      team: 'T0LOCAL',
      name: 'alice',
      grants: [
        { role: 'operator', target: 'prod-1' },
        { role: 'operator', target: 'prod-2' },
      ],
    });
  });

  it('are not guests, bots, strangers, or people nobody knows', async () => {
    const { ask } = await reception();
    await expect(ask('U0GUS')).rejects.toThrow('I take no orders from guests of this workspace.');
    await expect(ask('U0SALVOR')).rejects.toThrow('I take no orders from bots.');
    await expect(ask('U0EVE')).rejects.toThrow('I take no orders from people of another workspace.');
    await expect(ask('U0EVE', 'T0OTHER')).rejects.toThrow('I take no orders from people of another workspace.');
    await expect(ask('U0NOBODY')).rejects.toThrow('Slack does not tell me who you are.');
  });

  it('are not asked about when the payload itself says another workspace', async () => {
    const { ask, slack } = await reception();
    await expect(ask('U0ALICE', 'T0OTHER')).rejects.toThrow('I take no orders from people of another workspace.');
    expect(slack.calls('users.info')).toEqual([]);
  });

  it('are not those whose account was deactivated', async () => {
    const { ask, setPerson, clock } = await reception();
    await ask('U0ALICE');
    setPerson('U0ALICE', { isDeleted: true });
    clock.advance(5 * minuteMs);
    await expect(ask('U0ALICE')).rejects.toThrow('This Slack account is deactivated.');
  });

  it('may be nothing but a viewer of nothing', async () => {
    const { ask } = await reception({ groups: [] });
    expect((await ask('U0ALICE')).grants).toEqual([]);
  });
});

describe('what Slack says of people', () => {
  it('is asked once for many commands at once, and again after five minutes', async () => {
    const { ask, slack, clock } = await reception();
    await Promise.all(Array.from({ length: 50 }, () => ask('U0ALICE')));
    expect(slack.calls('users.info')).toHaveLength(1);
    expect(slack.calls('usergroups.users.list')).toHaveLength(groups.length);
    clock.advance(3 * minuteMs);
    await ask('U0ALICE');
    expect(slack.calls('users.info')).toHaveLength(1);
    clock.advance(2 * minuteMs);
    await ask('U0ALICE');
    expect(slack.calls('users.info')).toHaveLength(2);
  });

  it('takes a right away within five minutes', async () => {
    const { ask, setMembers, clock } = await reception();
    expect((await ask('U0ALICE')).grants).toHaveLength(2);
    setMembers('S0OPERATORS', []);
    clock.advance(5 * minuteMs);
    expect((await ask('U0ALICE')).grants).toEqual([]);
  });

  it('is asked again in the background shortly before it is too old', async () => {
    const { ask, setMembers, clock, slack } = await reception();
    await ask('U0ALICE');
    setMembers('S0OPERATORS', []);
    clock.advance(4.5 * minuteMs);
    expect((await ask('U0ALICE')).grants).toHaveLength(2);
    await slack.waitFor(() => slack.calls('usergroups.users.list').length === 6);
    await expect.poll(async () => (await ask('U0ALICE')).grants).toEqual([]);
  });

  it('is believed for an hour while Slack is down, and not a minute longer', async () => {
    const { ask, slack, clock } = await reception();
    await ask('U0ALICE');
    slack.down('503');
    clock.advance(59 * minuteMs);
    expect((await ask('U0ALICE')).grants).toHaveLength(2);
    clock.advance(2 * minuteMs);
    await expect(ask('U0ALICE')).rejects.toThrow('Slack could not be asked who you are');
  });

  it('is not believed against a clear no of Slack', async () => {
    const { ask, slack, clock } = await reception();
    await ask('U0ALICE');
    clock.advance(6 * minuteMs);
    slack.fail('users.info', { error: 'user_not_found' });
    await expect(ask('U0ALICE')).rejects.toThrow('Slack does not tell me who you are.');
  });

  it('opens no door for a group that does not exist, and says so in the log', async () => {
    const { ask, lines } = await reception({ groups: ['S0GONE', 'S0OPERATORS'] });
    expect((await ask('U0ALICE')).grants).toHaveLength(2);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', facts: { usergroup: 'S0GONE', code: 'no_such_subteam' } }),
    );
  });

  it('is nothing when Slack does not let the app ask: nobody is let in by mistake', async () => {
    const { ask, slack } = await reception();
    slack.fail('usergroups.users.list', { error: 'missing_scope', times: 3 });
    await expect(ask('U0ALICE')).rejects.toThrow('Slack could not be asked who you are');
  });

  it('is asked anew where it must hold now, once for people who are looked at together', async () => {
    const { ask, people, setMembers, setPerson, slack, clock } = await reception();
    const now = (user: string) => people.actorNow({ user, team: 'T0LOCAL' });
    await ask('U0ALICE');
    await ask('U0BOB');
    setMembers('S0OPERATORS', []);
    expect((await ask('U0ALICE')).grants).toHaveLength(2);
    clock.advance(11_000);
    expect((await now('U0ALICE')).grants).toEqual([]);
    await now('U0BOB');
    expect(slack.calls('usergroups.users.list')).toHaveLength(2 * groups.length);
    clock.advance(11_000);
    setPerson('U0BOB', { isDeleted: true });
    await expect(now('U0BOB')).rejects.toThrow('This Slack account is deactivated.');
  });

  it('does not stand in for what must hold now, while Slack is down', async () => {
    const { ask, people, slack, clock } = await reception();
    await ask('U0ALICE');
    slack.down('503');
    clock.advance(11_000);
    await expect(people.actorNow({ user: 'U0ALICE', team: 'T0LOCAL' })).rejects.toThrow('Slack could not be asked');
  });

  it('is kept fresh by asking ahead', async () => {
    const { people, ask, slack, clock } = await reception();
    await ask('U0ALICE');
    clock.advance(4 * minuteMs);
    await people.renewGroups();
    clock.advance(3 * minuteMs);
    const before = slack.calls('usergroups.users.list').length;
    await ask('U0ALICE');
    expect(slack.calls('usergroups.users.list')).toHaveLength(before);
  });
});
