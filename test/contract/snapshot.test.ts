import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fillEtcd } from '../../sandbox/fill-etcd.ts';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { chooseMember } from '../../src/ops/etcd/snapshot/choose-member.ts';
import { createBot, startedRun } from '../bot.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { people } from '../people.ts';
import { answerWithFlippedBitOf, startBrokenEtcd } from './broken-etcd.ts';
import { longestBusyMs } from './longest-busy.ts';
import { type Lab, openLab, restores, run, statusOf } from './snapshot-lab.ts';

let lab: Lab;

describe('a snapshot of a real etcd', () => {
  beforeAll(async () => {
    lab = await openLab(async () => ({}), 12);
    for (let index = 0; index < 5; index++) await lab.cluster.etcdctl('put', '/registry/leases/a/b', `${index}`);
    await lab.cluster.etcdctl('put', '/registry/pods/default/gone', 'x');
    await lab.cluster.etcdctl('del', '/registry/pods/default/gone');
  });
  afterAll(() => lab?.close());

  it.each([
    ['zstd', ['zstd', '-d', '--rm', '-q']],
    ['gzip', ['gzip', '-d']],
    ['none', undefined],
  ] as const)('compressed by %s is the file etcdctl would have written, and restores', async (compression, unpack) => {
    const result = await lab.snapshot({ backup: { compression } });
    const { manifest } = result;
    const stored = await lab.fetch(result);
    if (unpack) await run(unpack[0], [...unpack.slice(1), stored]);
    const file = stored.replace(/\.(zst|gz)$/, '');

    const bytes = await readFile(file);
    expect(manifest.database).toEqual({
      sizeBytes: bytes.length - 32,
      sha256: createHash('sha256').update(bytes.subarray(0, -32)).digest('hex'),
    });
    const { revision, totalKey, totalSize } = await statusOf(file);
    expect(manifest.revision).toEqual({ kind: 'exact', revision: BigInt(revision) });
    expect(manifest.keys?.total).toBe(totalKey);
    expect(totalSize).toBe(manifest.database.sizeBytes);
    await restores(file);
  });

  it('counts the living keys as a range over all of them does', async () => {
    const { manifest } = await lab.snapshot();
    const count = async (prefix: string): Promise<number> => {
      const words = ['get', prefix, '--prefix', '--keys-only', '--limit=1', '-w', 'json'];
      return JSON.parse(await lab.cluster.etcdctl(...words)).count;
    };
    const live = await count('');
    expect(manifest.keys?.live).toBe(live);
    expect(manifest.keys?.revisions).toBe(live + 6);
    expect(manifest.keys?.resources?.leases).toBe(await count('/registry/leases/'));
  });

  it('encrypted for age is read by the age program, and by nobody else', async () => {
    const identity = await generateX25519Identity();
    const identityFile = join(lab.directory, 'identity.txt');
    await writeFile(identityFile, `${identity}\n`);
    const recipients = [await identityToRecipient(identity)];
    const result = await lab.snapshot({ backup: { encryption: { kind: 'age', recipients } } });
    expect(result.manifest.stored.encryption).toEqual({ kind: 'age', recipients });

    const stored = await lab.fetch(result);
    expect((await readFile(stored)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    await expect(run('zstd', ['-t', '-q', stored])).rejects.toThrow();
    const packed = stored.replace(/\.age$/, '');
    await run('age', ['--decrypt', '--identity', identityFile, '--output', packed, stored]);
    await run('zstd', ['-d', '-q', packed]);
    await restores(packed.replace(/\.zst$/, ''));
  });

  it('is a fine copy although the cluster is written to all the while', async () => {
    let isDone = false;
    const writing = (async () => {
      for (let index = 0; !isDone; index++)
        await lab.cluster.etcdctl('put', `/registry/events/default/e-${index}`, 'x');
    })();
    const result = await lab.snapshot();
    isDone = true;
    await writing;
    const file = (await lab.fetch(result)).replace(/\.zst$/, '');
    await run('zstd', ['-d', '-q', `${file}.zst`]);
    const { revision } = await statusOf(file);
    expect(result.manifest.revision).toEqual({ kind: 'exact', revision: BigInt(revision) });
  });

  it('leaves the thread free to renew leases meanwhile', async () => {
    expect(await longestBusyMs(() => lab.snapshot())).toBeLessThan(500);
  });

  it('is waited for where the store takes nothing for longer than anybody has patience with a member', async () => {
    // More than all that lies in memory on the way.
    await fillEtcd(lab.cluster.member(0).endpoint, { keys: 15_000, bytes: 50e6 });
    // Long enough for a member on a busy machine.
    const patienceMs = 1_000;
    const timings = { keepaliveMs: patienceMs, keepaliveTimeoutMs: patienceMs, progressMs: patienceMs };
    let last = performance.now();
    let isMidway = false;
    const progress = (done: number, expected: number) => {
      last = performance.now();
      isMidway = done < expected;
    };
    // As good as stopped, until the member has waited twice as long as anybody has patience with it.
    let waitedMs = 0;
    lab.s3.knobs.slow(100_000);
    const watching = setInterval(() => {
      if (!isMidway || performance.now() - last < 2 * patienceMs) return;
      waitedMs = performance.now() - last;
      lab.s3.knobs.clear();
    }, 20);
    const taking = lab.snapshot({ etcd: lab.reach({ timings }), backup: { compression: 'none' }, hooks: { progress } });
    const result = await taking.finally(() => clearInterval(watching));
    expect(waitedMs).toBeGreaterThan(patienceMs);
    await lab.fetch(result);
  });
});

describe('a member that fails in the middle', () => {
  let before: readonly string[];
  beforeAll(async () => {
    lab = await openLab(async () => ({ members: 3 }), 20);
  });
  afterAll(() => lab?.close());
  beforeEach(async () => {
    before = await lab.keys();
  });
  afterEach(async () => {
    expect(await lab.keys()).toEqual(before);
    expect(await lab.openUploads()).toBe(0);
  });

  const member = () => lab.cluster.member(1);
  /** Once, when the copy is under way and most of it is still to come. */
  const midway = (strike: () => unknown) => {
    let isStruck = false;
    return (done: number, expected: number) => {
      if (isStruck || done > expected / 2) return;
      isStruck = true;
      strike();
    };
  };

  it('by dying is noticed at once', async () => {
    const dying: Promise<void>[] = [];
    const taken = lab.snapshot({
      member: 'etcd-2',
      hooks: { progress: midway(() => dying.push(member().kill('SIGKILL'))) },
    });
    await expect(taken).rejects.toMatchObject({ code: 'ETCD_STREAM_ENDED', retryable: true });
    expect(dying.length).toBe(1);
    await dying[0];
    await member().restart();
  });

  it('by freezing is noticed by pings that nobody answers', async () => {
    const etcd = lab.reach({ timings: { keepaliveMs: 300, keepaliveTimeoutMs: 300 } });
    const begun = performance.now();
    const taken = lab.snapshot({ etcd, member: 'etcd-2', hooks: { progress: midway(() => member().pause()) } });
    await expect(taken).rejects.toMatchObject({
      code: 'ETCD_TIMEOUT',
      retryable: true,
      message: expect.stringMatching(/silent for \d+ ms, pings included/),
    });
    expect(performance.now() - begun).toBeLessThan(10_000);
    member().resume();
  });

  it('is not the member that the next attempt takes', async () => {
    await member().kill();
    const { manifest, warnings } = await lab.snapshot();
    expect(manifest.member.name).not.toBe('etcd-2');
    expect(warnings).toEqual(['No answer from etcd-2.']);
    await member().restart();
    before = await lab.keys();
  });

  it('by sending bad bytes is passed over by the next attempt of the run', async () => {
    const { member: spoiled } = chooseMember('prod-1', await lab.reach().survey('prod-1'));
    const endpoint = lab.cluster.members.find(({ name }) => name === spoiled.name)?.endpoint ?? '';
    const door = await startBrokenEtcd(answerWithFlippedBitOf(endpoint));
    onTestFinished(() => door.close());
    const etcd = lab.reach({ endpoints: lab.cluster.endpoints.map((one) => (one === endpoint ? door.endpoint : one)) });
    const catalogue = catalogueOf([clusterOf(lab.target)]);
    const bot = await createBot({ etcd, objects: lab.objects, catalogue });
    const { id } = startedRun(await bot.types(people.alice, '/salvor snapshot prod-1'));
    await bot.works();
    expect(await bot.runs.find(id)).toMatchObject({ state: 'done', attempt: 2 });
    const lines = (await bot.runs.logs(id)).map(({ line }) => line);
    expect(lines).toContainEqual(expect.stringMatching(/^Attempt 2 of 3 .* do not match its digest/));
    expect(await bot.result(id)).toContain(`; ${spoiled.name} passed over: it sent bad bytes in attempt 1`);
    const keys = await lab.keys();
    expect(keys).toHaveLength(before.length + 2);
    before = keys;
  });

  it('and a run that is cancelled leave nothing', async () => {
    const abort = new AbortController();
    const hooks = { signal: abort.signal, progress: midway(() => abort.abort(new Error('cancelled by alice'))) };
    await expect(lab.snapshot({ hooks })).rejects.toThrow('cancelled by alice');
  });

  it('and a run that was taken over before its commit leave nothing', async () => {
    const beforeCommit = async () => {
      throw new Error('another worker holds this run');
    };
    await expect(lab.snapshot({ hooks: { beforeCommit } })).rejects.toThrow('another worker holds this run');
  });
});
