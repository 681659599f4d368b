import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type EtcdCluster, freePorts } from '../../sandbox/etcd.ts';
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

  // For the same reason as a wrong password above.
  it.fails('that is frozen is surveyed in time, and said to be', async () => {
    etcd().member(0).pause();
    const door = visit(endpointOf(etcd()), { timings: quick });
    await expect(door.survey()).rejects.toMatchObject({ code: 'ETCD_TIMEOUT', retryable: true });
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

describe('a learner', () => {
  const etcd = oneMember(directory, 'learner');

  it('is seen as one, and gives no snapshots', async () => {
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
