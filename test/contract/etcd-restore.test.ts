import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HostFacts } from '../../src/ops/etcd/restore/host-facts.ts';
import { isThorough } from '../cases.ts';
import { isAlive } from './processes.ts';
import { downwards, openRestoreLab, type Restore, type RestoreLab, sha256Of, swaps, upwards } from './restore-lab.ts';

const inData = async (lab: RestoreLab, index: number) =>
  (await readdir(lab.cluster.member(index).dataDirectory)).toSorted();

/** Saves what is there as `file`, then writes more, which a restore loses. */
async function saveAndGoOn(lab: RestoreLab, name: string) {
  await lab.write(`${name}/kept/`);
  const file = await lab.snapshot(name);
  const saved = await lab.keysOn(lab.cluster.member(0));
  await lab.write(`${name}/lost/`);
  return { file, saved, later: await lab.keysOnAll() };
}

describe('three members', () => {
  let lab: RestoreLab;
  beforeAll(async () => {
    lab = await openRestoreLab(3);
  });
  afterAll(() => lab.close());

  it('are looked at without being changed, and keep their data while etcd runs, whoever started it', async () => {
    const { isGood, hosts, changed, failures } = await lab.begin('').run(['look', 'move-aside']);
    expect([isGood, changed, failures.length]).toEqual([false, [], 3]);
    for (const failure of failures) {
      expect(failure).toMatch(/^etcd-\d: Move the old data aside: .* is in use: etcd still runs on this host$/);
    }
    const facts = HostFacts.parse(hosts['etcd-2']?.facts);
    expect(facts).toMatchObject({
      data_dir: { exists: true, is_mount: false, has_data: true, leftovers: [] },
      wal_dir: null,
      work_dir: { exists: false, is_mount: false },
      ports: [
        { port: Number(new URL(lab.cluster.member(1).endpoint).port), held_by: 'etcd', is_ours: true },
        { port: Number(new URL(lab.cluster.member(1).peerUrl).port), held_by: 'etcd', is_ours: true },
      ],
      etcd_runs: true,
      apiserver_runs: null,
    });
    expect(facts.data_dir.database_bytes).toBeGreaterThan(1000);
    expect(facts.tools).toContainEqual({
      ...{ name: 'etcdctl', path: expect.stringMatching(/\/etcdctl$/), bumps: expect.any(Boolean) },
      version: expect.stringMatching(/^3\.\d+\.\d+$/),
    });
    expect(Math.abs(facts.clock - Date.now() / 1000)).toBeLessThan(60);
  });

  it('get nothing whose SHA-256 is not that of the backup', async () => {
    const variables = { snapshot_sha256: 'f'.repeat(64) };
    const wrong = await lab.begin(await lab.snapshot('sum')).run(['fetch'], { variables, hosts: ['etcd-1'] });
    expect(wrong.isGood).toBe(false);
    expect(wrong.failures[0]).toMatch(
      /^etcd-\d: Compare the SHA-256: The SHA-256 of the backup on this host is [0-9a-f]{64} and must be f{64}\.$/,
    );
  });

  it.runIf(isThorough)(
    'are restored, and put back with all that was written; each step may come twice, and nothing is deleted',
    async () => {
      const { file, saved, later } = await saveAndGoOn(lab, 'whole');
      const restore = lab.begin(file);
      const pids = lab.cluster.members.map(({ pid }) => pid);
      expect(await restore.run(downwards)).toMatchObject({ isGood: true, failures: [] });
      expect(pids.map(isAlive)).toEqual([false, false, false]);
      const again = await restore.run(['move-aside', 'restore', 'own', ...upwards]);
      expect([again.failures, again.changed]).toEqual([[], ['Start etcd', 'Clear away what holds secrets']]);
      expect(await lab.keysOnAll()).toEqual(saved);
      expect(await inData(lab, 1)).toEqual([`before-${restore.mark}`, 'member']);
      expect((await stat(join(lab.cluster.member(1).dataDirectory, 'member'))).mode & 0o777).toBe(0o700);
      expect(await readdir(restore.restoreDir)).toEqual([]);

      expect((await restore.run(['stop-etcd', 'put-back'])).failures).toEqual([]);
      expect((await restore.run(['start-etcd'])).failures).toEqual([]);
      expect(await lab.keysOnAll()).toEqual(later);
      expect(await inData(lab, 0)).toEqual([`failed-${restore.mark}`, 'member']);
    },
  );

  it('one of which fails in the middle are put back by hand, with all that was written', async () => {
    const { file, later } = await saveAndGoOn(lab, 'failed');
    const restore = lab.begin(file);
    const broken = { restore_argv: ['sh', '-c', 'echo the disk is broken >&2; exit 4'] };
    const { isGood, failures, hosts } = await restore.with({ 'etcd-2': broken }).run(swaps);
    expect([isGood, failures]).toEqual([
      false,
      ['etcd-2: Put the restored data into its place: sh did not restore: (exit code 4) the disk is broken'],
    ]);
    expect(hosts['etcd-1']?.state).toBe('ok');
    expect(await inData(lab, 0)).toContain('member');
    expect(await inData(lab, 1)).not.toContain('member');
    expect(await restore.byHand('rollback.yaml')).toMatch(/etcd-2 .* unreachable=0 +failed=0/);
    expect(await lab.keysOnAll()).toEqual(later);
  });

  it.runIf(isThorough)('whose playbook is killed in the middle of a step go on from there', async () => {
    const { file, saved } = await saveAndGoOn(lab, 'killed');
    const restore = lab.begin(file);
    const stop = new AbortController();
    const half = ['sh', '-c', 'mkdir -p "$0/member/snap" && echo half > "$0/member/snap/db" && sleep 600'];
    const halfDone = restore.with({
      'etcd-3': { restore_argv: [...half, join(lab.cluster.member(2).dataDirectory, `restored-${restore.mark}`)] },
    });
    const dies = halfDone.run(swaps, {
      signal: stop.signal,
      onEvent: ({ task, kind, host }) => {
        if (task === 'Put the restored data into its place' && kind === 'changed' && host === 'etcd-1')
          stop.abort(new Error('killed'));
      },
    });
    await expect(dies).rejects.toThrow('killed');
    expect((await restore.run([...swaps, 'start-etcd'])).failures).toEqual([]);
    expect(await lab.keysOnAll()).toEqual(saved);
  });

  it('none of which runs any more are rescued from the data of one, with what only its log has', async () => {
    await lab.write('rescued/');
    const all = await lab.keysOnAll();
    for (const member of lab.cluster.members) await member.kill();
    const file = join(lab.directory, 'rescued.db');
    const restore = lab.begin(file);
    const survivor = restore.with({ 'etcd-1': { rescue_argv: rescueArgv(restore) } });
    const { hosts, failures } = await survivor.run(['copy-data', 'rescue'], { hosts: ['etcd-1'] });
    expect(failures).toEqual([]);
    expect(hosts['etcd-1']?.facts).toEqual({ snapshot_sha256: await sha256Of(file) });
    const bare = restore.withArguments('--skip-hash-check');
    expect((await bare.run([...swaps, 'start-etcd'])).failures).toEqual([]);
    expect(await lab.keysOnAll()).toEqual(all);
  });
});

it.runIf(isThorough)('five members are restored', async () => {
  const lab = await openRestoreLab(5);
  onTestFinished(() => lab.close());
  const { file, saved } = await saveAndGoOn(lab, 'five');
  expect((await lab.begin(file).run([...swaps, 'start-etcd'])).failures).toEqual([]);
  expect(await lab.keysOnAll()).toEqual(saved);
});

/** As a plan has it: alone, on loopback, at the address that the playbook asks. */
const rescueArgv = ({ restoreDir }: Restore): readonly string[] => [
  ...['etcd', '--name=etcd-1', `--data-dir=${join(restoreDir, 'data')}`, '--force-new-cluster'],
  ...['--listen-client-urls=http://127.0.0.1:23790', '--advertise-client-urls=http://127.0.0.1:23790'],
  '--listen-peer-urls=http://127.0.0.1:23800',
];
