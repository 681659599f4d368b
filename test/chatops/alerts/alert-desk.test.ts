import { beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/adapters/catalogue.ts';
import { type AlertDesk, createAlertDesk } from '../../../src/chatops/alerts/alert-desk.ts';
import { alertReport } from '../../../src/chatops/alerts/alert-report.ts';
import type { AlertRule } from '../../../src/chatops/alerts/alert-rule.ts';
import type { AlertThread } from '../../../src/chatops/alerts/alert-thread.ts';
import { Fault, type Refusal } from '../../../src/chatops/errors.ts';
import { loadRegistry } from '../../../src/chatops/registry.ts';
import { Settings } from '../../../src/config/schema.ts';
import type { AlertThreads } from '../../../src/ports/alert-threads.ts';
import type { Alertmanager, Silence } from '../../../src/ports/alertmanager.ts';
import { reportText } from '../../../src/terminal/report-text.ts';
import { createFakeAlertThreads } from '../../fakes/alert-threads.ts';
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts';
import { createFakeKeepers, type FakeKeepers } from '../../fakes/keepers.ts';
import { createFakeOutbox, type FakeOutbox } from '../../fakes/outbox.ts';
import { createFakeRuns, type FakeRuns } from '../../fakes/runs.ts';
import { people } from '../../people.ts';
import { notification, rule, type SomeAlert } from './alerts.ts';

const cluster = (name: string) => ({
  environment: 'production',
  channels: ['C0PROD'],
  etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true },
  backup: { bucket: 'main', prefix: `etcd/${name}` },
});
const harbor = {
  environment: 'production',
  channels: ['C0REG'],
  url: 'https://registry.example.com',
  api: { username: 'robot$salvor', password: 'HARBOR_PASSWORD' },
  host: 'harbor-1',
};
const names = ['prod-1', 'prod-2', 'prod-3', 'prod-4'];
const settings = Settings.parse({
  slack: { team: 'T0LOCAL' },
  buckets: { main: { bucket: 'etcd-backups' } },
  clusters: Object.fromEntries(names.map((name) => [name, cluster(name)])),
  registries: { 'reg-eu': harbor },
});
const registry = await loadRegistry();

let clock: FakeClock;
let outbox: FakeOutbox;
let runs: FakeRuns;
let keepers: FakeKeepers;
let threads: AlertThreads;
/** What metrics were told. */
let decided: string[] = [];
let fires: ReadonlySet<string> | Error;
let silences: Silence[];
let queued: string[];

beforeEach(() => {
  clock = createFakeClock();
  outbox = createFakeOutbox(clock);
  runs = createFakeRuns(clock, outbox);
  keepers = createFakeKeepers(clock, runs, outbox);
  threads = createFakeAlertThreads(outbox, clock);
  fires = new Set(['a1']);
  silences = [];
  queued = [];
});

const alertmanager: Alertmanager = {
  async firing() {
    if (fires instanceof Error) throw fires;
    return fires;
  },
  async silence(silence) {
    silences.push(silence);
    return 's-1';
  },
};

function deskWith(
  rules: readonly AlertRule[],
  more: { alertmanager?: Alertmanager | undefined } = { alertmanager },
): AlertDesk {
  return createAlertDesk({
    ...{
      registry,
      runs,
      clock,
      threads,
      rules,
      holders: keepers,
      audit: keepers.audit,
      targetLabel: 'cluster',
      mostTargets: 3,
    },
    ...{ catalogue: createCatalogue(settings), logger: { info() {}, warn() {}, error() {} } },
    alertmanager: more.alertmanager,
    enqueue: async ({ id }) => void queued.push(id),
    onDecision: (rule, kind) => void decided.push(`${rule}: ${kind}`),
  });
}

/** Told, shown in Slack, and looked after once. */
async function tended(desk: AlertDesk, alerts: readonly SomeAlert[] = [{ from: clock.now() }], changes: object = {}) {
  await desk.tell(notification(alerts, changes));
  for (const { id } of await threads.firing()) await threads.address(id, '1.1');
  await desk.tend();
  return only();
}

async function only(): Promise<AlertThread> {
  const thread = await threads.latest('{}:{alertname="etcdNoLeader"}', 'prod-1');
  if (!thread) throw new Error('there is no thread');
  return thread;
}

const runsOf = () => runs.list({ limit: 10 });
const writes = [rule({ facts: [], action: 'snapshot', mode: 'auto-write' })];
const remarks = () => outbox.letters().flatMap(({ letter }) => (letter.kind === 'remark' ? [letter.report.title] : []));
const card = (thread: AlertThread, rules: readonly AlertRule[]) =>
  reportText(alertReport(thread, rules), (words) => `/salvor ${words}`);

describe('a group', () => {
  it('is kept small, however much is told of it', async () => {
    const more = Object.fromEntries(Array.from({ length: 2000 }, (_, nth) => [`l${nth}`, 'y'.repeat(200)]));
    const long = { summary: 'z'.repeat(100_000), runbook_url: `https://example.com/${'u'.repeat(100_000)}` };
    const alerts = Array.from(
      { length: 500 },
      (_, nth): SomeAlert => ({ fingerprint: nth.toString(16), annotations: long }),
    );
    const groupKey = `{}:${'k'.repeat(1_000_000)}`;
    const told = {
      groupKey,
      groupLabels: { ...more, ['n'.repeat(100_000)]: 'y' },
      externalURL: `https://a/${'e'.repeat(9999)}`,
    };
    const desk = deskWith([rule()]);
    await desk.tell(notification(alerts, told));
    await desk.tell(notification(alerts, told));
    const found = await threads.firing();
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found).length).toBeLessThan(50_000);
  });
});

describe('facts', () => {
  it('of a cluster are not asked of a registry that an alert names as one', async () => {
    const desk = deskWith([rule()]);
    await desk.tell(notification([{ cluster: 'reg-eu' }]));
    const [thread] = await threads.firing();
    await threads.address(thread?.id ?? '', '1.1');
    await desk.tend();
    expect(await runsOf()).toEqual([]);
    expect((await threads.firing())[0]?.decisions).toMatchObject([
      { kind: 'not done', why: 'There is no cluster "reg-eu".' },
    ]);
  });

  it('are asked at once, as reading runs of the alert in its thread', async () => {
    const rules = [rule({ facts: ['leaders', 'backups'] })];
    const thread = await tended(deskWith(rules));
    const all = await runsOf();
    expect(all.map(({ words }) => words).sort()).toEqual(['backups prod-1', 'leaders prod-1']);
    expect(all[0]).toMatchObject({
      ...{ queue: 'read', target: 'prod-1', thread: { channel: 'C0PROD', under: '1.1' } },
      actor: { kind: 'alert', id: 'no-leader', grants: [{ role: 'viewer', target: 'prod-1' }] },
    });
    expect(card(thread, rules)).toContain('leaders prod-1, backups prod-1: see the thread');
  });

  it('are asked once, by however many bots, and however often it is told', async () => {
    decided = [];
    const rules = [rule()];
    const [one, two] = [deskWith(rules), deskWith(rules)];
    const begin = clock.now();
    await tended(one, [{ from: begin }]);
    await Promise.all([one.tend(), two.tend()]);
    await tended(two, [{ from: begin }]);
    expect(await runsOf()).toHaveLength(1);
    expect((await only()).decisions).toHaveLength(1);
    expect(decided).toEqual(['no-leader: asked']);
  });

  it('wait for the message of the alert, but not for ever', async () => {
    const desk = deskWith([rule()]);
    await desk.tell(notification([{ from: clock.now() }]));
    await desk.tend();
    expect(await runsOf()).toEqual([]);
    clock.advance(61_000);
    await desk.tend();
    expect((await runsOf())[0]?.thread).toEqual({ channel: 'C0PROD' });
  });
});

describe('what is suggested', () => {
  it('is one button that says the command, with what speaks against it', async () => {
    await keepers.freezes.set({ target: 'prod-1', by: 'alice', at: clock.now() });
    const rules = [rule({ facts: [], action: 'snapshot' })];
    const thread = await tended(deskWith(rules));
    const { actions = [] } = alertReport(thread, rules);
    expect(actions[0]).toMatchObject({ does: 'command', on: 'snapshot prod-1 --reason "alert etcdNoLeader"' });
    expect(card(thread, rules)).toContain('to know first: prod-1 is frozen by alice');
    expect(await runsOf()).toEqual([]);
  });

  it.each([
    ['restore', 'salvor.yaml does not say where the members of prod-1 run, so prod-1 cannot be restored.'],
    ['prune', 'No rule says which backups of prod-1 may go, so all of them stay.'],
    ['harbor', 'There is no registry "prod-1".'],
  ])(
    'is not %s where salvor.yaml leaves no way: its very sentence stands there, and no button',
    async (action, why) => {
      const rules = [rule({ facts: [], action })];
      const thread = await tended(deskWith(rules));
      expect(thread.decisions).toMatchObject([{ kind: 'not done', why: expect.stringContaining(why) }]);
      expect(card(thread, rules)).toContain(`${action} prod-1: ${why}`);
      expect(alertReport(thread, rules).actions?.map(({ does }) => does)).toEqual(['acknowledge', 'silence']);
      const { actions = [], facts = [] } = deskWith(rules).offers('etcdNoLeader prod-1', people.alice, 'C0PROD');
      expect(actions).toEqual([]);
      expect(facts).toMatchObject([{ label: 'Not offered', value: expect.stringContaining(why) }]);
    },
  );

  it('is offered by Ask Salvor to who may alone', () => {
    const offers = (who: keyof typeof people) =>
      deskWith([rule({ action: 'snapshot' })]).offers('etcdNoLeader prod-1', people[who], 'C0PROD');
    expect(offers('alice').actions?.map(({ label }) => label)).toEqual(['snapshot prod-1', 'leaders prod-1']);
    expect(offers('vera').actions?.map(({ label }) => label)).toEqual(['leaders prod-1']);
    expect(offers('vera').facts).toEqual([
      {
        label: 'Not offered',
        value: 'snapshot prod-1: This takes the operator right on prod-1, which you do not have.',
      },
    ]);
  });

  it('may be a restore, which only people can ask for', async () => {
    const rules = [rule({ facts: [], action: 'restore', mode: 'auto-write' })];
    const thread = await tended(deskWith(rules));
    expect(thread.decisions[0]).toMatchObject({ kind: 'not done' });
    expect(await runsOf()).toEqual([]);
  });
});

describe('an automatic snapshot', () => {
  it('starts once every guard lets it pass, and says so', async () => {
    const thread = await tended(deskWith(writes));
    const [run] = await runsOf();
    expect(run).toMatchObject({
      words: 'snapshot prod-1 --reason "alert etcdNoLeader"',
      queue: 'write',
      actor: { kind: 'alert' },
    });
    expect(thread.decisions).toMatchObject([{ kind: 'started', run: run?.id }]);
    expect(thread.decisions[0]?.guards?.map(({ holds }) => holds)).toEqual([true, true, true, true, true]);
    expect(remarks()).toEqual([`Started by itself: snapshot prod-1 --reason "alert etcdNoLeader", run ${run?.id}`]);
    expect(queued).toEqual([run?.id]);
    const audit = await keepers.audit.list({ limit: 5 });
    expect(audit[0]).toMatchObject({ kind: 'request', by: 'alert no-leader (etcdNoLeader)', run: run?.id });
  });

  it.each<[string, string, () => Promise<void> | void, object?]>([
    [
      'does not fire any more',
      'does not fire, or is silenced',
      () => {
        fires = new Set();
      },
    ],
    [
      'cannot be asked about',
      'Alertmanager cannot be asked',
      () => {
        fires = new Fault('Alertmanager cannot be asked.', { port: 'alertmanager', operation: 'ask', retryable: true });
      },
    ],
    ['is one of more than were told', 'left 3 alerts away', () => {}, { truncatedAlerts: 3 }],
    [
      'is on a frozen cluster',
      'frozen by alice',
      () => keepers.freezes.set({ target: 'all', by: 'alice', at: clock.now() }),
    ],
    [
      'is on a cluster that somebody works on',
      'run r-other holds prod-1',
      async () =>
        void (await keepers.leases.take({ target: 'etcd/prod-1', run: 'r-other', approval: 'a-1', worker: 'w' })),
    ],
  ])('is not made for what %s; the thread says why', async (_, why, happens, changes) => {
    await happens();
    const thread = await tended(deskWith(writes), undefined, changes);
    expect(await runsOf()).toEqual([]);
    expect(thread.decisions).toMatchObject([{ kind: 'not done', why: expect.stringContaining(why) }]);
    expect(remarks()).toEqual(['Not done: snapshot prod-1 --reason "alert etcdNoLeader"']);
  });

  it('is not made while more clusters fire than salvor.yaml says', async () => {
    const desk = deskWith(writes);
    for (const name of names.slice(1)) await desk.tell(notification([{ cluster: name, from: clock.now() }]));
    const thread = await tended(desk);
    expect(thread.decisions[0]?.why).toBe('4 targets fire at once, more than the 3 allowed.');
  });

  it('is not made without an Alertmanager to ask', async () => {
    const thread = await tended(deskWith(writes, {}));
    expect(thread.decisions[0]?.why).toBe('salvor.yaml names no Alertmanager to ask.');
  });

  it('is made again only after its time, and so many times a day', async () => {
    const desk = deskWith([rule({ ...writes[0], perDay: 2 })]);
    const kinds: string[] = [];
    for (const minutes of [10, 120, 120, 120]) {
      const thread = await tended(desk);
      kinds.push(thread.decisions.at(-1)?.kind ?? '');
      const [run] = await runsOf();
      if (run?.state === 'queued')
        await runs.end(run.id, undefined, { state: 'done', report: { tone: 'good', title: 'Done' } });
      clock.advance(minutes * 60_000);
      await desk.tell(notification([{ from: clock.now(), until: clock.now() }]));
      clock.advance(60_000);
    }
    expect(kinds).toEqual(['started', 'not done', 'started', 'not done']);
  });

  it('goes on when its alert is resolved meanwhile', async () => {
    const desk = deskWith(writes);
    await tended(desk);
    await desk.tell(notification([{ from: clock.now(), until: clock.now() }]));
    expect(await runsOf()).toMatchObject([{ state: 'queued' }]);
    expect((await only()).state).toBe('resolved');
  });
});

describe('people', () => {
  const ask = async (does: 'acknowledge' | 'silence', who: keyof typeof people, desk = deskWith([rule()])) => {
    const { id } = await tended(desk);
    await desk[does](id, people[who], 'C0PROD');
    return only();
  };

  it('take it upon them, the first who does', async () => {
    expect((await ask('acknowledge', 'alice')).acknowledged).toMatchObject({ id: people.alice.id });
    expect((await ask('acknowledge', 'alice')).acknowledged).toMatchObject({ id: people.alice.id });
  });

  it('silence it for an hour: by all that the group has in common, and with who and why', async () => {
    expect((await ask('silence', 'alice')).silenced).toMatchObject({ silence: 's-1', id: people.alice.id });
    expect(silences).toMatchObject([
      {
        matchers: [
          { name: 'cluster', value: 'prod-1', isRegex: false },
          { name: 'alertname', value: 'etcdNoLeader', isRegex: false },
          { name: 'severity', value: 'critical', isRegex: false },
        ],
        by: `${people.alice.name} (${people.alice.id})`,
        comment: expect.stringContaining('For an hour, from Slack'),
      },
    ]);
    expect(silences[0] && silences[0].until.getTime() - silences[0].from.getTime()).toBe(3_600_000);
  });

  it('silence it once at a time, and again when it fires after that', async () => {
    const desk = deskWith([rule()]);
    const begin = clock.now();
    const { id } = await tended(desk, [{ from: begin }]);
    await desk.silence(id, people.alice, 'C0PROD');
    await expect(desk.silence(id, people.alice, 'C0PROD')).rejects.toThrow('has silenced it already');
    clock.advance(61 * 60_000);
    await tended(desk, [{ from: begin }]);
    expect((await only()).silenced).toBeUndefined();
    await desk.silence(id, people.alice, 'C0PROD');
    expect(silences).toHaveLength(2);
  });

  it.each([
    ['an alert of another name than those that fire', { alertname: 'etcdMembersDown' }],
    ['all that ever fires', {}],
  ])('silence what the card shows, though the group claims to be %s', async (_, groupLabels) => {
    const desk = deskWith([rule()]);
    const { id } = await tended(desk, undefined, { groupLabels });
    await desk.silence(id, people.alice, 'C0PROD');
    expect(silences[0]?.matchers).toEqual([
      { name: 'cluster', value: 'prod-1', isRegex: false },
      { name: 'alertname', value: 'etcdNoLeader', isRegex: false },
      { name: 'severity', value: 'critical', isRegex: false },
    ]);
  });

  it.each([
    ['a value', { path: 'x'.repeat(1001) }],
    ['a name', { ['x'.repeat(1001)]: 'y' }],
    ['too many', Object.fromEntries(Array.from({ length: 60 }, (_, nth) => [`l${nth}`, 'y']))],
  ])('do not silence more than the group where its labels are too long to be kept: %s', async (_, more) => {
    const desk = deskWith([rule()]);
    const { id, labels } = await tended(desk, undefined, { groupLabels: { alertname: 'etcdNoLeader', ...more } });
    await expect(desk.silence(id, people.alice, 'C0PROD')).rejects.toThrow('would silence more than this');
    expect(silences).toEqual([]);
    expect(JSON.stringify(labels).length).toBeLessThan(2000);
  });

  it('silence names of any script as they are', async () => {
    const desk = deskWith([rule()]);
    const alerts = [{ from: clock.now() }, { name: '磁盘-满', fingerprint: 'b2', from: clock.now() }];
    const { id } = await tended(desk, alerts, { groupLabels: {} });
    await desk.silence(id, people.alice, 'C0PROD');
    expect(silences[0]?.matchers).toContainEqual({ name: 'alertname', value: 'etcdNoLeader|磁盘-满', isRegex: true });
  });

  it('silence no more than what fires where a group has alerts of several names', async () => {
    const desk = deskWith([rule()]);
    const alerts = [{ from: clock.now() }, { name: 'A.b', fingerprint: 'b2', from: clock.now() }];
    const { id } = await tended(desk, alerts, { groupLabels: {} });
    await desk.silence(id, people.alice, 'C0PROD');
    expect(silences[0]?.matchers).toContainEqual({ name: 'alertname', value: 'etcdNoLeader|A\\.b', isRegex: true });
  });

  it('silence a group by the whole of a long label: no other of the like', async () => {
    const desk = deskWith([rule()]);
    const volume = 'v'.repeat(1000);
    const groupLabels = { alertname: 'etcdNoLeader', cluster: 'prod-1', volume };
    const { id } = await tended(desk, [{ from: clock.now() }], { groupLabels });
    await desk.silence(id, people.alice, 'C0PROD');
    expect(silences[0]?.matchers).toContainEqual({ name: 'volume', value: volume, isRegex: false });
  });

  it('silence the severities that the card shows as firing, and none that other people may be told of', async () => {
    const desk = deskWith([rule()]);
    const warning = { severity: 'warning', fingerprint: 'b2', from: clock.now() };
    const over = { severity: 'info', fingerprint: 'c3', from: clock.now(), until: clock.now() };
    const { id } = await tended(desk, [{ from: clock.now() }, warning, over]);
    await desk.silence(id, people.alice, 'C0PROD');
    expect(silences[0]?.matchers).toContainEqual({ name: 'severity', value: 'critical|warning', isRegex: true });
  });

  it('silence nothing that was too long to be kept, and are told so', async () => {
    const desk = deskWith([rule()]);
    const long = { name: 'A'.repeat(101), fingerprint: 'b2', from: clock.now() };
    const { id } = await tended(desk, [{ from: clock.now() }, long], { groupLabels: {} });
    const refused = desk.silence(id, people.alice, 'C0PROD');
    await expect(refused).rejects.toThrow('The alertname of what fires is too long to be silenced from here.');
    expect(silences).toEqual([]);
  });

  it.each<['acknowledge' | 'silence']>([['acknowledge'], ['silence']])(
    'may not %s without the right, and not elsewhere',
    async (does) => {
      await expect(ask(does, 'eve')).rejects.toThrow('There is no such alert any more.');
      const desk = deskWith([rule()]);
      const { id } = await tended(desk);
      const elsewhere = desk[does](id, people.alice, 'C0OTHER').catch((error: Refusal) => error.message);
      expect(await elsewhere).toContain('is spoken of in its own channels only');
    },
  );

  it('are told so where no Alertmanager is named', async () => {
    await expect(ask('silence', 'alice', deskWith([rule()], {}))).rejects.toThrow('names no Alertmanager');
  });
});
