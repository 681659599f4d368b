import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type EtcdCluster, freePorts, startEtcd } from '../../sandbox/etcd.ts';
import { fillEtcd } from '../../sandbox/fill-etcd.ts';
import { readAll } from './etcd.ts';
import { directoryOf, endpointOf, oneMember, visit } from './etcd-visit.ts';

/** What a real member can do to those who ask it, and to a snapshot that is under way. */
const directory = directoryOf('members');

describe('a member in the middle of a snapshot', () => {
  const etcd = oneMember(directory, 'middle');
  const quick = { askMs: 500, connectMs: 1_000, keepaliveMs: 150, keepaliveTimeoutMs: 150, progressMs: 10_000 };
  beforeAll(() => fillEtcd(endpointOf(etcd()), { keys: 2_000, bytes: 12_000_000 }));
  afterEach(() => etcd().member(0).resume());

  /** A stream of which most is still to come: the window lets the member send no more than this ahead. */
  async function begun() {
    const source = await visit(endpointOf(etcd()), { windowBytes: 65_535, timings: quick }).open();
    expect(source.expectedBytes).toBeGreaterThan(10_000_000);
    expect(await source.read(new Uint8Array(100_000))).toBe(100_000);
    return source;
  }

  it('that freezes is given up when it answers no ping', async () => {
    const source = await begun();
    etcd().member(0).pause();
    const frozenAt = performance.now();
    await expect(readAll(source)).rejects.toMatchObject({
      ...{ code: 'ETCD_TIMEOUT', retryable: true },
      message: expect.stringMatching(/silent for \d+ ms, pings included/),
    });
    expect(performance.now() - frozenAt).toBeLessThan(2_000);
  });

  it('that was frozen before we came is given up too', async () => {
    etcd().member(0).pause();
    const door = visit(endpointOf(etcd()), { timings: quick });
    await expect(door.snapshot()).rejects.toMatchObject({ code: 'ETCD_TIMEOUT', retryable: true });
  });

  it('that is frozen is surveyed in time, and said to be', async () => {
    etcd().member(0).pause();
    const door = visit(endpointOf(etcd()), { timings: quick });
    await expect(door.survey()).rejects.toMatchObject({ code: 'ETCD_TIMEOUT', retryable: true });
  });

  it('that freezes while it is defragmented is given up too', async () => {
    const door = visit(endpointOf(etcd()), { timings: quick });
    await door.survey();
    etcd().member(0).pause();
    const frozenAt = performance.now();
    await expect(door.defragment()).rejects.toMatchObject({ code: 'ETCD_UNREACHABLE', retryable: true });
    expect(performance.now() - frozenAt).toBeLessThan(2_000);
  });

  it('that takes longer than it may with its defragmentation is left to it', async () => {
    etcd().member(0).pause();
    await expect(visit(endpointOf(etcd())).defragment(200)).rejects.toMatchObject({
      ...{ code: 'ETCD_TIME_LIMIT', retryable: false },
      message: expect.stringContaining('has not ended its defragmentation within 200 ms'),
      next: expect.stringContaining('wait until it is done'),
    });
  });

  it('that thaws in time goes on as if nothing had been', async () => {
    const source = await begun();
    etcd().member(0).pause();
    const rest = readAll(source);
    etcd().member(0).resume();
    expect((await rest).length).toBe(source.expectedBytes - 100_000);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('that is ended by %s ends the stream at once, in words', async (signal) => {
    const source = await begun();
    const rest = readAll(source);
    const killing = etcd().member(0).kill(signal);
    await expect(rest).rejects.toMatchObject({ code: 'ETCD_STREAM_ENDED', retryable: true });
    await killing;
    await etcd().member(0).restart();
  });

  it('sends on while another client writes, and the copy is whole', async () => {
    const writing = fillEtcd(endpointOf(etcd()), { keys: 300, bytes: 1_000_000 });
    const bytes = await visit(endpointOf(etcd())).snapshot();
    await writing;
    expect(bytes.length % 512).toBe(32);
  });
});

describe('a member', () => {
  const etcd = oneMember(directory, 'alone');

  it('sends byte for byte what etcdctl saves', async () => {
    await etcd().etcdctl('put', '/registry/pods/default/a', 'a'.repeat(100_000));
    const file = join(directory(), 'saved.db');
    await etcd().etcdctl('snapshot', 'save', file);
    const bytes = await visit(endpointOf(etcd())).snapshot();
    expect(bytes.equals(await readFile(file))).toBe(true);
  });

  it('is known by the id that etcdctl shows, and its revision too', async () => {
    const [{ Status: told }] = JSON.parse(await etcd().etcdctl('endpoint', 'status', '-w', 'json'));
    const { members } = await visit(endpointOf(etcd())).survey();
    expect(members).toMatchObject([
      {
        id: (await etcd().etcdctl('member', 'list')).split(',')[0],
        status: { revision: BigInt(told.header.revision), databaseBytes: told.dbSize, raftTerm: BigInt(told.raftTerm) },
      },
    ]);
  });

  it.each([
    ['NOSPACE', 'Nospace'],
    ['CORRUPT', 'Corrupt'],
  ] as const)('with the alarm %s is told apart until it is disarmed', async (kind, alarm) => {
    const client = new Etcd3({ hosts: endpointOf(etcd()) });
    onTestFinished(() => client.close());
    const door = visit(endpointOf(etcd()));
    const [member] = (await door.survey()).members;
    const memberID = BigInt(`0x${member?.id}`).toString();
    await client.maintenance.alarm({ action: 'Activate', memberID, alarm });
    expect((await door.survey()).alarms).toEqual([{ memberId: member?.id, kind }]);
    expect((await door.snapshot()).length % 512).toBe(32);
    await client.maintenance.alarm({ action: 'Deactivate', memberID, alarm });
    expect((await door.survey()).alarms).toEqual([]);
  });

  it('that is gone is said to be out of reach, with what to check', async () => {
    await etcd().member(0).kill();
    await expect(visit(endpointOf(etcd())).survey()).rejects.toMatchObject({
      ...{ code: 'ETCD_UNREACHABLE', retryable: true },
      message: expect.stringContaining(endpointOf(etcd())),
      next: 'Check that the member runs and that this worker may connect to it.',
    });
  });
});

describe('a cluster that lost its quorum', () => {
  let etcd: EtcdCluster;
  beforeAll(async () => {
    etcd = await startEtcd({ directory: join(directory(), 'three'), members: 3 });
  });
  afterAll(() => etcd?.stop());

  it('is surveyed from who is left, whose copy can still be had', async () => {
    await Promise.all([etcd.member(1).kill(), etcd.member(2).kill()]);
    const door = visit(endpointOf(etcd), { endpoints: etcd.endpoints, timings: { askMs: 500 } });
    await expect
      .poll(async () => (await door.survey()).members.flatMap(({ status }) => status ?? []))
      .toMatchObject([{ endpoint: endpointOf(etcd), leaderId: undefined }]);
    const { members, alarms, alarmsUnknown } = await door.survey();
    expect(members.map(({ name, silence }) => [name, silence !== undefined])).toEqual([
      ['etcd-1', false],
      ['etcd-2', true],
      ['etcd-3', true],
    ]);
    expect(alarms).toEqual([]);
    expect(alarmsUnknown).toMatch(/^No member knows a leader/);
    expect((await door.snapshot()).length % 512).toBe(32);
  });

  it('and then the last member is said to be out of reach, all of them by name', async () => {
    await etcd.member(0).kill();
    const survey = visit(endpointOf(etcd), { endpoints: etcd.endpoints }).survey();
    await expect(survey).rejects.toMatchObject({
      code: 'ETCD_UNREACHABLE',
      message: expect.stringContaining(`None of ${etcd.endpoints.join(', ')} answered`),
    });
  });
});

describe('a learner', () => {
  const etcd = oneMember(directory, 'learner');

  it('is seen as one, and gives no snapshots', async ({ skip }) => {
    const [only] = (await visit(endpointOf(etcd())).survey()).members;
    if (!/^3\.4\.(1?\d|2[0-7])$/.test(only?.status?.version ?? '')) skip('from 3.4.28 on learners give snapshots');
    const endpoint = await addLearner(etcd());
    await expect
      .poll(async () => (await visit(endpointOf(etcd())).survey()).members.find((member) => member.name === 'learner'))
      .toMatchObject({ isLearner: true, status: { isLearner: true, endpoint } });
    await expect(visit(endpoint).snapshot()).rejects.toMatchObject({
      ...{ code: 'ETCD_LEARNER', retryable: false },
      next: 'Promote the member, or copy from a voting one.',
    });
  });
});

/** A second member that only listens; ends with the test. Answers its client URL. */
async function addLearner(cluster: EtcdCluster): Promise<string> {
  const [clientPort, peerPort] = await freePorts(2);
  const clientUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const added = await cluster.etcdctl('member', 'add', 'learner', '--learner', `--peer-urls=${peerUrl}`);
  const [, initialCluster = ''] = /ETCD_INITIAL_CLUSTER="([^"]+)"/.exec(added) ?? [];
  const child = spawn(
    'etcd',
    [
      ...['--name', 'learner', '--data-dir', join(directory(), 'learner', 'data'), '--log-level', 'error'],
      ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
      ...['--initial-cluster', initialCluster, '--initial-cluster-state', 'existing'],
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    if (child.kill('SIGKILL')) await gone;
  });
  return clientUrl;
}
