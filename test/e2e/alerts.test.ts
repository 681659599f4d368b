import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxAlertmanager, startAlertmanager } from '../../sandbox/alertmanager.ts';
import { freePorts } from '../../sandbox/etcd.ts';
import type { Message } from '../../sandbox/slack/model.ts';
import { channel, startWorld, type World } from './world.ts';

const token = 'what-alertmanager-sends';
let world: World;
let pair: readonly [SandboxAlertmanager, SandboxAlertmanager];
let webhook: string;

beforeAll(async () => {
  const [port = 0, alertmanagerPort = 0] = await freePorts(2);
  webhook = `http://127.0.0.1:${port}/alerts`;
  const alerts = {
    ...{ listen: { port }, token: 'ALERTS_TOKEN', alertmanager: { url: `http://127.0.0.1:${alertmanagerPort}` } },
    include: [join(import.meta.dirname, '../../deploy/alerts/control-plane.yaml')],
    rules: {
      'backup-too-old': { alert: 'SalvorBackupTooOld', facts: ['backups'], action: 'snapshot', mode: 'auto-write' },
    },
  };
  world = await startWorld({ sections: { alerts }, variables: { ALERTS_TOKEN: token } });
  await Promise.all([world.start('bot'), world.start('worker')]);
  const to = { url: webhook, token, maxAlerts: 3 };
  const at = (name: string) => join(world.directory, name);
  const one = await startAlertmanager({ directory: at('am-1'), webhook: to, port: alertmanagerPort });
  pair = [one, await startAlertmanager({ directory: at('am-2'), webhook: to, peers: [one.peer] })];
});

afterAll(async () => {
  await Promise.all(pair.map((one) => one.stop()));
  await world.stop();
});

let fired: { readonly alertname: string; readonly instance: string }[] = [];
afterEach(async () => {
  await resolve(fired);
  fired = [];
});

const labelsOf = (one: (typeof fired)[number]) => ({ cluster: 'prod-1', severity: 'critical', ...one });
const tell = (alerts: Parameters<SandboxAlertmanager['post']>[0]) => Promise.all(pair.map((one) => one.post(alerts)));

/** As Prometheus tells it to every Alertmanager that it knows. */
async function fire(alertname: string, ...instances: readonly string[]): Promise<void> {
  const all = instances.map((instance) => ({ alertname, instance }));
  fired.push(...all);
  const startsAt = new Date().toISOString();
  const annotations = { summary: 'it is <!channel> bad', runbook_url: 'https://runbooks.example/etcd' };
  await tell(all.map((one) => ({ labels: labelsOf(one), annotations, startsAt })));
}

const resolve = (all: typeof fired) =>
  tell(all.map((one) => ({ labels: labelsOf(one), endsAt: new Date().toISOString() })));

const cards = (says: RegExp) => world.slack.messages(channel).filter((message) => says.test(JSON.stringify(message)));

const card = (says: RegExp): Promise<Message> => world.slack.waitFor(() => cards(says).at(-1), { timeoutMs: 30_000 });

const replies = (ts: string) => world.slack.messages(channel, { thread: ts }).slice(1);

describe('an alert of two Alertmanagers', () => {
  it('is one message, with facts asked in its thread and one action offered', async () => {
    await fire('etcdExcessiveDatabaseGrowth', 'cp-1');
    const { ts } = await card(/etcdExcessiveDatabaseGrowth fires on prod-1/);
    await card(/leaders prod-1, backups prod-1: see the thread/);
    const { text, blocks } = await card(/snapshot prod-1 --reason/);
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).toMatch(
      /Suggested: snapshot prod-1; checked: still firing, no alert left out, not on many targets at once, not frozen, not held by a run/,
    );
    expect(JSON.stringify(blocks)).toContain('https://runbooks.example/etcd');
    for (const fact of ['all that must be led has its leader', 'prod-1 has no backup'])
      await expect.poll(() => JSON.stringify(replies(ts))).toContain(fact);
    expect(cards(/etcdExcessiveDatabaseGrowth/)).toHaveLength(1);
    const asked = (await world.runs.list({ limit: 20 })).filter(({ actor }) => actor.kind === 'alert');
    expect(asked.map(({ words }) => words).sort()).toEqual(['backups prod-1', 'leaders prod-1']);
  });

  it('offers no restore where salvor.yaml does not say where the members run: it says so', async () => {
    await fire('etcdInsufficientMembers', 'cp-1');
    await card(/etcdInsufficientMembers fires on prod-1/);
    const { text, blocks } = await card(/restore prod-1: salvor\.yaml does not say where the members of prod-1 run/);
    expect(text).toContain('Not done');
    expect(JSON.stringify(blocks)).not.toContain('restore prod-1 --reason');
  });

  it('is acknowledged, silenced in Alertmanager, and resolved, all in that message', async () => {
    await fire('etcdNoLeader', 'cp-1');
    const { ts } = await card(/etcdNoLeader fires on prod-1/);
    const press = (user: string, label: string) => world.slack.clicks(user, { channel, ts }, label);
    await press('vera', 'Acknowledge');
    await world.privately('vera', /operator right on prod-1/);
    await press('alice', 'Acknowledge');
    await card(/etcdNoLeader.*Acknowledged.*U0ALICE/);
    await press('alice', 'Silence 1 h');
    await card(/etcdNoLeader.*Silenced.*U0ALICE/);
    // What one of them was told, the other hears of.
    for (const one of pair) {
      const silences = () => one.silences();
      await expect.poll(silences).toContainEqual(
        expect.objectContaining({
          createdBy: expect.stringContaining('U0ALICE'),
          comment: expect.stringContaining('from Slack'),
        }),
      );
    }
  });

  it('says when it is over, in the same message', async () => {
    await fire('etcdMembersDown', 'cp-1');
    const { ts } = await card(/etcdMembersDown fires on prod-1/);
    await resolve(fired);
    expect((await card(/Resolved after .*etcdMembersDown on prod-1/)).ts).toBe(ts);
  });

  it('is one of many that were left away, and says so', async () => {
    await fire('etcdHighFsyncDurations', 'cp-1', 'cp-2', 'cp-3', 'cp-4', 'cp-5');
    await card(/3 alerts fire on prod-1: etcdHighFsyncDurations.*Besides.*2 alerts/s);
  });

  it('brings a snapshot by itself where its rule says so: one, and the thread tells what was checked', async () => {
    await fire('SalvorBackupTooOld', 'prometheus');
    const { ts } = await card(/SalvorBackupTooOld fires on prod-1/);
    await card(/SalvorBackupTooOld.*Started.*snapshot prod-1/s);
    const snapshots = async () => (await world.runs.list({ limit: 50 })).filter(({ job }) => job === 'snapshot');
    await expect.poll(snapshots).toMatchObject([{ state: 'done', actor: { kind: 'alert', id: 'backup-too-old' } }]);
    await expect
      .poll(() => JSON.stringify(replies(ts)))
      .toMatch(/Started by itself: snapshot prod-1.*still firing.*not frozen/s);
    expect(
      cards(/Resolved|fires on prod-1/).filter((one) => JSON.stringify(one).includes('SalvorBackupTooOld')),
    ).toHaveLength(1);
  });

  it('comes again when Redis was away, and is lost to nobody', async () => {
    await world.redis.kill();
    await fire('etcdGRPCRequestsSlow', 'cp-1');
    await expect.poll(() => post(JSON.stringify({ version: '4' }))).toBe(400);
    await world.redis.restart();
    await card(/etcdGRPCRequestsSlow fires on prod-1/);
    expect(cards(/etcdGRPCRequestsSlow/)).toHaveLength(1);
  });
});

describe('a message of another app', () => {
  it('is answered by Ask Salvor with what its rule offers, as buttons that do it', async () => {
    const said = await world.slack.types('vera', channel, '[FIRING:1] etcdMembersDown on prod-1, as Grafana has it');
    const ts = 'ts' in said ? (said.ts ?? '') : '';
    await world.slack.messageShortcut('alice', channel, ts, 'alert.ask');
    const answer = await world.privately('alice', /etcdMembersDown on prod-1.*One more member down/s);
    // What the alerts before this one started may still be coming in: hers alone are counted.
    const asked = async () =>
      (await world.runs.list({ limit: 100 })).filter(
        ({ words, actor }) => words === 'leaders prod-1' && actor.id === 'U0ALICE',
      ).length;
    const before = await asked();
    await world.slack.clicks('alice', { channel, ts: answer.ts }, 'leaders prod-1');
    await expect.poll(asked).toBe(before + 1);
  });
});

async function post(body: string, headers: Readonly<Record<string, string>> = { authorization: `Bearer ${token}` }) {
  return (await fetch(webhook, { method: 'POST', body, headers })).status;
}

describe('the door of alerts', () => {
  it.each<[string, string, Record<string, string> | undefined, number]>([
    ['without the token', '{}', {}, 401],
    ['with another token', '{}', { authorization: 'Bearer x' }, 401],
    ['that is no JSON', 'alert!', undefined, 400],
    ['of another version', '{"version":"3"}', undefined, 400],
  ])('takes nothing %s', async (_, body, headers, status) => {
    expect(await post(body, headers)).toBe(status);
  });

  it('reads no more than it must of a body without end', async () => {
    expect(await post('x'.repeat(5 * 1024 * 1024))).toBe(413);
  });

  it.each<[string, Parameters<World['start']>[0], () => readonly string[]]>([
    ['alerts', 'bot', () => []],
    ['health', 'worker', () => ['--http-port', new URL(webhook).port]],
  ])('ends a process that finds its port for %s taken, and says so', async (_, role, flags) => {
    const { port } = new URL(webhook);
    await expect(world.start(role, flags())).rejects.toThrow(
      new RegExp(`ended with code 64:.*Nothing can listen on 127.0.0.1:${port}: something else does`, 's'),
    );
  });

  it('is for posts alone', async () => {
    expect((await fetch(webhook)).status).toBe(405);
    expect((await fetch(`${webhook}/more`, { method: 'POST' })).status).toBe(404);
  });
});
