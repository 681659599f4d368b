import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type SandboxAlertmanager, startAlertmanager } from '../../sandbox/alertmanager.ts';
import { freePorts } from '../../sandbox/etcd.ts';
import { type SandboxPrometheus, startPrometheus } from '../../sandbox/prometheus.ts';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import type { Message } from '../../sandbox/slack/model.ts';
import { channel, startWorld, type World } from './world.ts';

/**
 * From a number that a process exports to the message in Slack, everything real: Prometheus asks etcd and Salvor, evaluates the rules of deploy/prometheus
 * and tells two Alertmanagers that know nothing of each other, each of which tells two bots on one machine. Only how long something must last is left away.
 */
const deploy = resolve(import.meta.dirname, '../../deploy');
const token = 'what-alertmanager-sends';
let world: World;
let bots: readonly [SalvorProcess, SalvorProcess];
let pair: readonly [SandboxAlertmanager, SandboxAlertmanager];
let prometheus: SandboxPrometheus;

const Groups = z.object({
  groups: z.array(z.object({ name: z.string(), rules: z.array(z.looseObject({ alert: z.string() })) })),
});

/** The shipped rules; those that are spoken of here fire at once. */
async function shipped(...hasty: readonly string[]) {
  const { groups } = Groups.parse(parse(await readFile(join(deploy, 'prometheus/salvor.rules.yaml'), 'utf8')));
  const rules = groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => (hasty.includes(rule.alert) ? { ...rule, for: '0s' } : rule)),
  }));
  expect(hasty.filter((alert) => !JSON.stringify(rules).includes(`"alert":"${alert}"`))).toEqual([]);
  return rules;
}

/** Of etcd's own alerts, whose rules come with etcd: one, by the name that people know it by. A member that was slow to answer once is not down. */
const etcdRules = {
  name: 'etcd',
  rules: [
    {
      ...{ alert: 'etcdMembersDown', expr: 'count by (cluster) (max_over_time(up{job="etcd"}[8s]) == 0) > 0' },
      ...{ labels: { severity: 'warning' }, annotations: { summary: 'members are down: {{ $value }}' } },
    },
  ],
};

beforeAll(async () => {
  const [port = 0, other = 0, alertmanagerPort = 0] = await freePorts(3);
  const alerts = {
    ...{ listen: { port }, token: 'ALERTS_TOKEN', alertmanager: { url: `http://127.0.0.1:${alertmanagerPort}` } },
    include: [join(deploy, 'alerts/control-plane.yaml')],
  };
  world = await startWorld({ members: 3, sections: { alerts }, variables: { ALERTS_TOKEN: token } });
  const [one, two, worker] = await Promise.all([
    world.start('bot'),
    world.start('bot', ['--alerts-port', `${other}`]),
    world.start('worker'),
  ]);
  bots = [one, two];
  const [url, second] = [`http://127.0.0.1:${port}/alerts`, `http://127.0.0.1:${other}/alerts`];
  const webhook = { url, others: [second], token };
  const groupBy = ['alertname', 'cluster', 'volume'];
  pair = await Promise.all([
    startAlertmanager({ directory: join(world.directory, 'am-1'), webhook, groupBy, port: alertmanagerPort }),
    startAlertmanager({ directory: join(world.directory, 'am-2'), webhook, groupBy }),
  ]);
  prometheus = await startPrometheus({
    directory: join(world.directory, 'prometheus'),
    jobs: {
      etcd: { targets: world.etcd.endpoints.map((one) => new URL(one).host), labels: { cluster: 'prod-1' } },
      salvor: { targets: [...bots, worker].map(({ httpPort }) => `127.0.0.1:${httpPort}`) },
    },
    groups: [...(await shipped('SalvorNoVerifiedBackup', 'SalvorEtcdMemberSilent')), etcdRules],
    alertmanagers: pair.map((one) => one.url),
  });
});

afterAll(async () => {
  await prometheus?.stop();
  await Promise.all((pair ?? []).map((one) => one.stop()));
  await world?.stop();
});

const cards = (says: RegExp) =>
  world.slack
    .messages(channel)
    .filter((message) => message.onlyYou === undefined && says.test(JSON.stringify(message)));

const card = (says: RegExp): Promise<Message> => world.slack.waitFor(() => cards(says).at(-1), { timeoutMs: 60_000 });

/** What was begun by itself in the thread of a card. */
async function readings({ ts }: Message): Promise<readonly string[]> {
  const all = await world.runs.list({ limit: 100 });
  return all
    .filter(({ actor, thread }) => actor.kind === 'alert' && thread?.under === ts)
    .map(({ words }) => words)
    .sort();
}

const replies = ({ ts }: Message) => JSON.stringify(world.slack.messages(channel, { thread: ts }).slice(1));

async function deliveries(): Promise<readonly number[]> {
  const texts = await Promise.all(
    bots.map(async ({ httpPort }) => (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text()),
  );
  return texts.map((text) => Number(/^salvor_alert_deliveries_total\{outcome="taken"\} (\d+)$/m.exec(text)?.[1] ?? 0));
}

const asked = async (words: string) => world.ended((await world.starts(`/salvor ${words}`)).id);

it('is heard of a cluster without a verified backup until it has one: one thread, by however many it is told', async () => {
  await asked('watch prod-1');
  const shown = await card(/SalvorNoVerifiedBackup fires on prod-1.*Suggested: snapshot prod-1/s);
  // Both bots were told by both Alertmanagers.
  await expect.poll(async () => Math.min(...(await deliveries()))).toBeGreaterThanOrEqual(2);
  await expect.poll(() => replies(shown)).toContain('prod-1 has no backup');
  await world.slack.clicks('alice', { channel, ts: shown.ts }, 'snapshot prod-1');
  const snapshots = async () => (await world.runs.list({ limit: 50 })).filter(({ job }) => job === 'snapshot');
  await expect.poll(snapshots).toMatchObject([{ state: 'done', actor: { id: 'U0ALICE' } }]);
  for (const words of ['verify prod-1 latest', 'watch prod-1']) expect((await asked(words)).state).toBe('done');
  expect((await card(/Resolved after .*SalvorNoVerifiedBackup on prod-1/)).ts).toBe(shown.ts);
  expect(cards(/SalvorNoVerifiedBackup (fires )?on prod-1/)).toHaveLength(1);
  expect(await readings(shown)).toEqual(['backups prod-1']);
});

it('is heard of a member of etcd that is gone, from etcd and from what Salvor finds thereby, until it is back', async () => {
  const [, , gone] = world.etcd.members;
  await gone?.kill();
  const shown = await card(/etcdMembersDown fires on prod-1.*members are down: 1.*Suggested: snapshot prod-1/s);
  await expect.poll(() => replies(shown)).toContain(gone?.name);
  // Its reading of who leads is a number too, of which the shipped rule speaks.
  const found = await card(/SalvorEtcdMemberSilent fires on prod-1.*Suggested: snapshot prod-1/s);
  await gone?.restart();
  expect((await card(/Resolved after .*etcdMembersDown on prod-1/)).ts).toBe(shown.ts);
  await asked('leaders prod-1');
  expect((await card(/Resolved after .*SalvorEtcdMemberSilent on prod-1/)).ts).toBe(found.ts);
  for (const one of [shown, found]) expect(await readings(one)).toEqual(['backups prod-1', 'leaders prod-1']);
});

it('is silenced by the whole of a long label: another of the like goes on', async () => {
  const [first] = pair;
  const volume = 'v'.repeat(250);
  const startsAt = new Date().toISOString();
  await first.post(
    ['a', 'b'].map((end) => ({
      labels: { alertname: 'etcdNoLeader', cluster: 'prod-1', severity: 'critical', volume: `${volume}${end}` },
      ...{ annotations: { summary: `on volume ${end}` }, startsAt },
    })),
  );
  await card(/etcdNoLeader fires on prod-1.*on volume b/s);
  const { ts } = await card(/etcdNoLeader fires on prod-1.*on volume a/s);
  await world.slack.clicks('alice', { channel, ts }, 'Silence 1 h');
  await card(/on volume a.*Silenced.*U0ALICE/s);
  const query = new URLSearchParams({ silenced: 'false', filter: 'alertname="etcdNoLeader"' });
  const Firing = z.array(z.object({ labels: z.record(z.string(), z.string()) }));
  const firing = Firing.parse(await (await fetch(`${first.url}/api/v2/alerts?${query}`)).json());
  expect(firing.map(({ labels }) => labels.volume)).toEqual([`${volume}b`]);
});
