import { beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/adapters/catalogue.ts';
import type { Actor } from '../../../src/chatops/access.ts';
import type { AlertRule } from '../../../src/chatops/alerts/alert-rule.ts';
import { type Home, homeOf } from '../../../src/chatops/home/home.ts';
import type { Text } from '../../../src/chatops/report.ts';
import { Settings } from '../../../src/config/schema.ts';
import type { AlertThreads } from '../../../src/ports/alert-threads.ts';
import { aThread } from '../../contract/alert-threads.ts';
import { aRun } from '../../contract/runs.ts';
import { createFakeAlertThreads } from '../../fakes/alert-threads.ts';
import { anApproval } from '../../fakes/approvals-to-show.ts';
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts';
import { createFakeKeepers, type FakeKeepers } from '../../fakes/keepers.ts';
import { createFakeOutbox } from '../../fakes/outbox.ts';
import { createFakeRuns, type FakeRuns } from '../../fakes/runs.ts';
import { aSchedule, createFakeSchedules, type FakeSchedules } from '../../fakes/schedules.ts';
import { people } from '../../people.ts';
import { rule } from '../alerts/alerts.ts';

const cluster = (name: string) => ({
  ...{
    environment: 'production',
    channels: ['C0PROD'],
    etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true },
  },
  backup: { bucket: 'main', prefix: `etcd/${name}` },
});
const settings = Settings.parse({
  slack: { team: 'T0LOCAL' },
  buckets: { main: { bucket: 'etcd-backups' } },
  clusters: { 'prod-1': cluster('prod-1'), 'prod-2': cluster('prod-2') },
});
const catalogue = createCatalogue(settings);

let clock: FakeClock;
let runs: FakeRuns;
let keepers: FakeKeepers;
let threads: AlertThreads;
let schedules: FakeSchedules;

beforeEach(() => {
  clock = createFakeClock();
  const outbox = createFakeOutbox(clock);
  runs = createFakeRuns(clock, outbox);
  keepers = createFakeKeepers(clock, runs, outbox);
  threads = createFakeAlertThreads(outbox, clock);
  schedules = createFakeSchedules(runs);
});

const approver: Actor = { ...people.bob, grants: [{ role: 'approver', target: 'prod-1' }] };
const operator: Actor = { ...people.alice, grants: [{ role: 'operator', target: 'prod-1' }] };
const nobody: Actor = { ...people.eve, grants: [] };

const homeFor = (actor: Actor, rules: readonly AlertRule[] = []): Promise<Home> =>
  homeOf(actor, {
    ...{ catalogue, runs, keepers, clock, schedules, alerts: { threads, rules } },
    linkTo: async (id) => `https://slack.example/${id}`,
    linkToMessage: (channel, ts) => `https://slack.example/${channel}/${ts}`,
  });

const said = (line: Text): string =>
  typeof line === 'string'
    ? line
    : line.map((one) => (typeof one === 'string' ? one : Object.values(one).join(' '))).join('');

async function section(nth: number, actor: Actor, rules?: readonly AlertRule[]) {
  const { title, lines, table } = (await homeFor(actor, rules)).sections[nth] ?? { title: '', lines: [] };
  return { title, lines: lines.map(said), rows: table?.rows ?? [] };
}

describe('what waits for somebody', () => {
  it('is a vote that they may give', async () => {
    await keepers.approvals.open(anApproval());
    const waiting = await section(0, approver);
    expect(waiting.title).toBe('Waiting for you (1)');
    expect(waiting.lines[0]).toMatch(/^restore of prod-1, asked for by U0ALICE: 0 of 2 votes, until .*r-plan/);
  });

  it('is no vote of who asked, has voted, or may not', async () => {
    const voted = { by: { id: approver.id, name: approver.name }, at: clock.now() };
    await keepers.approvals.open(anApproval({ votes: [voted] }));
    for (const actor of [approver, operator, nobody])
      expect((await section(0, actor)).title).toBe('Nothing waits for you');
  });

  it('is work that stopped with steps left and holds its target', async () => {
    const approval = anApproval({ state: 'paused', runs: ['r-go'] });
    await keepers.approvals.open(approval);
    await keepers.leases.take({ target: 'etcd/prod-1', run: 'r-go', approval: approval.id, worker: 'w' });
    expect((await section(0, operator)).lines[0]).toContain('waits for somebody to go on, or to take it back');
    expect((await section(2, operator)).rows[0]).toContain('run r-go');
  });

  it('is an alert that nobody has taken', async () => {
    await threads.replace(aThread());
    await threads.address(aThread().id, '1.1');
    expect((await section(0, operator)).lines[0]).toContain('etcdNoLeader on prod-1, nobody has taken it');
    const acknowledged = { id: 'U0ALICE', name: 'alice', at: clock.now() };
    await threads.replace({ ...aThread(), version: 2, acknowledged });
    expect((await section(0, operator)).title).toBe('Nothing waits for you');
  });
});

describe('what else stands there', () => {
  it('is what runs and ran on what they may look at, and nothing else', async () => {
    await runs.admit(aRun({ id: 'r-1', target: 'prod-1', words: 'snapshot prod-1', lock: 'a' }));
    await runs.admit(aRun({ id: 'r-2', target: 'prod-2', words: 'snapshot prod-2', lock: 'b' }));
    expect((await section(1, operator)).lines).toEqual([expect.stringContaining('snapshot prod-1, waits')]);
    await runs.end('r-1', undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
    expect((await section(3, operator)).lines).toEqual([expect.stringContaining('snapshot prod-1 · saved')]);
    expect(JSON.stringify(await homeFor(nobody))).not.toContain('prod-');
  });

  it('is how old the last verified backup of each cluster is, against its target', async () => {
    const at = clock.now().getTime() / 1000 - 7260;
    const measures = { newestVerifiedTimestampSeconds: at, maxAgeSeconds: 3600 };
    await runs.admit(aRun({ id: 'r-w', job: 'watch', target: 'prod-1', lock: 'w' }));
    await runs.end('r-w', undefined, { state: 'done', report: { tone: 'bad', title: 'old', measures } });
    expect((await section(2, operator)).rows).toEqual([
      ['prod-1', '2 h ago, older than 1 h', '–', '–', '–', 'operator'],
    ]);
  });

  it('is who leads, as the last look found it: the schedule’s, or one that somebody asked for', async () => {
    const found = (value: string) => ({
      ...{ state: 'done' as const },
      report: { tone: 'good' as const, title: 'all is led', facts: [{ label: 'Leaders', value }] },
    });
    const look = (id: string) => aRun({ id, job: 'leaders', words: 'leaders prod-1', createdAt: clock.now() });
    const leads = async () => (await section(2, operator)).rows[0]?.[3];
    await runs.admit(look('r-asked'));
    expect(await leads()).toBe('–');
    await runs.end('r-asked', undefined, found('cp-1'));
    expect(await leads()).toBe('cp-1');
    clock.advance(60_000);
    schedules.set(aSchedule({ name: 'leaders', job: 'leaders' }));
    await runs.admit({ ...look('r-by-itself'), schedule: { id: 'leaders/prod-1', says: 'changes' } });
    await runs.end('r-by-itself', undefined, found('cp-2'));
    expect(await leads()).toBe('cp-2');
    clock.advance(60_000);
    await runs.admit(look('r-again'));
    await runs.end('r-again', undefined, found('cp-3'));
    expect(await leads()).toBe('cp-3');
    await runs.admit(aRun({ id: 'r-other', job: 'leaders', target: 'prod-2' }));
    await runs.end('r-other', undefined, found('cp-9'));
    expect(await leads()).toBe('cp-3');
  });

  it('is what automation may do: what is started by itself, with its limits', async () => {
    const rules = [rule({ action: 'snapshot', mode: 'auto-write' }), rule({ name: 'other' })];
    expect(JSON.stringify(await homeFor(nobody, rules))).not.toMatch(/no-leader|1 rule/);
    const { lines } = await section(4, operator, rules);
    expect(lines).toContain(
      'alert etcdNoLeader: snapshot by itself, at most 4 a day and only past every guard (rule no-leader)',
    );
    expect(lines).toContain('1 rule for alerts: only facts and suggestions.');
  });
});
