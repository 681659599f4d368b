import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { parseManifest } from '../../../../src/ops/etcd/backup/manifest.ts';
import { takeSnapshot } from '../../../../src/ops/etcd/snapshot/take-snapshot.ts';
import type { LockRules } from '../../../../src/ports/catalogue.ts';
import type { ObjectAt, Objects } from '../../../../src/ports/objects.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeEtcd, type FakeEtcd } from '../../../fakes/etcd.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const clock = createFakeClock();
const rules: LockRules = { retention: { mode: 'compliance', days: 30 }, legalHold: true };
const until = new Date(clock.now().getTime() + 30 * 24 * 3_600_000);
const lock = { retention: { mode: 'compliance', until }, legalHold: true };
const isData = (key: string) => key.includes('/data/');

let etcd: FakeEtcd;
let objects: FakeObjects;
let left: string[];
beforeEach(() => {
  etcd = createFakeEtcd({ 'prod-1': { members: 3 } }, clock);
  objects = createFakeObjects(clock, { buckets: ['main'], locking: ['main'] });
  left = [];
});

function snapshot(store: Objects = objects, beforeCommit = async () => undefined) {
  const cluster = clusterOf({ lock: rules });
  const actor = { kind: 'person', id: 'U0ALICE', name: 'Alice' };
  return takeSnapshot(
    { etcd, objects: store, clock },
    { cluster, runId: 'r-1', askedAt: clock.now(), actor },
    {
      signal: new AbortController().signal,
      step: (_, work) => work(),
      beforeCommit,
      left: async (what) => void left.push(what),
    },
  );
}

const refusal = (code: string, retryable: boolean) =>
  new Fault('The store will not lock it.', {
    ...{ port: 'objects', operation: 'setLock', code, retryable },
    next: 'Allow s3:PutObjectRetention.',
  });
const manifestIn = ({ bucket, key }: ObjectAt) => parseManifest(String(objects.peek({ bucket, key })));

describe('a snapshot that is to be locked', () => {
  it('is locked with its manifest, which tells so', async () => {
    const { manifest, dataAt, manifestAt, warnings } = await snapshot();
    expect(await objects.lockOf(dataAt)).toEqual(lock);
    expect(await objects.lockOf(manifestAt)).toEqual(lock);
    expect(manifest.stored.lock).toEqual(lock);
    expect(manifestIn(manifestAt)).toEqual(manifest);
    expect(warnings).toEqual([]);
  });

  it('leaves nothing where it may not commit: nothing was locked before', async () => {
    const lost = new Error('another worker has it');
    await expect(snapshot(objects, () => Promise.reject(lost))).rejects.toBe(lost);
    expect(objects.keys('main')).toEqual([]);
    expect(left).toEqual([]);
  });

  it('stands without a lock and says so, where the store will not lock', async () => {
    objects.fail('setLock', refusal('S3_ACCESS_DENIED', false));
    const { dataAt, manifestAt, warnings } = await snapshot();
    expect(warnings).toEqual([
      'The backup is not locked as salvor.yaml wants it. The store will not lock it. Allow s3:PutObjectRetention.',
    ]);
    expect(manifestIn(manifestAt).stored.lock).toBeUndefined();
    expect(await objects.lockOf(dataAt)).toEqual({ legalHold: false });
    expect(await objects.lockOf(manifestAt)).toEqual({ legalHold: false });
  });

  it('fails and leaves nothing, where the store may lock later', async () => {
    const fault = refusal('S3_UNAVAILABLE', true);
    objects.fail('setLock', fault);
    await expect(snapshot()).rejects.toBe(fault);
    expect(objects.keys('main')).toEqual([]);
  });

  it('says what stays and until when, where it was locked and the manifest could not be written', async () => {
    const fault = new Fault('no put now', { port: 'objects', operation: 'put', retryable: true });
    objects.fail('put', fault);
    await expect(snapshot()).rejects.toBe(fault);
    const [key, ...more] = objects.keys('main');
    expect(more).toEqual([]);
    expect(left).toEqual([
      `Data that belongs to no backup stays in the store. Deleting ${key} from bucket main failed: ` +
        'it is locked in compliance mode until 2026-03-31 09:00 UTC, and under a legal hold.',
    ]);
  });

  it('locks nothing of an attempt whose backup a former one has made', async () => {
    const first = await snapshot();
    const second = await snapshot();
    expect(second.manifest).toEqual(first.manifest);
    expect(objects.keys('main').filter(isData)).toEqual([first.dataAt.key]);
    expect(left).toEqual([]);
  });

  it('says what stays, where another attempt commits in the moment between', async () => {
    const twin: Objects = {
      ...objects,
      async setLock(...asked) {
        await objects.setLock(...asked);
        await snapshot();
      },
    };
    const { manifest, dataAt } = await snapshot(twin);
    expect(dataAt.key).toBe(manifest.stored.key);
    expect(objects.keys('main').filter(isData)).toHaveLength(2);
    expect(left).toEqual([expect.stringContaining('locked in compliance mode until 2026-03-31 09:00 UTC')]);
  });
});
