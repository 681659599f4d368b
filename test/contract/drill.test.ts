import { readdir } from 'node:fs/promises';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpener } from '../../src/adapters/opener.ts';
import { createScratch } from '../../src/adapters/scratch.ts';
import { findBackup } from '../../src/ops/etcd/backup/find-backup.ts';
import { type DrillResult, type DrillStep, drill } from '../../src/ops/etcd/drill/drill.ts';
import { storeVerification } from '../../src/ops/etcd/drill/store-verification.ts';
import type { SnapshotResult } from '../../src/ops/etcd/snapshot/take-snapshot.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { longestBusyMs } from './longest-busy.ts';
import { programDirectories } from './scratch-lab.ts';
import { type Lab, openLab } from './snapshot-lab.ts';

let lab: Lab;
const identity = await generateX25519Identity();
const recipients = [await identityToRecipient(identity)];

beforeAll(async () => {
  lab = await openLab(async () => ({}), 6);
  for (let index = 0; index < 3; index++) await lab.cluster.etcdctl('put', '/registry/leases/a/b', `${index}`);
  await lab.cluster.etcdctl('put', '/kubernetes.io/pods/default/of-another-root', 'x');
});
afterAll(() => lab?.close());

/** Cancelled as soon as it is in a step, where one is named. */
async function tryOut({ manifest }: SnapshotResult, cancelIn?: DrillStep): Promise<DrillResult> {
  const stop = new AbortController();
  const cluster = clusterOf(lab.target);
  const backup = await findBackup(lab.objects, cluster, manifest.id);
  const ports = {
    objects: lab.objects,
    scratch: createScratch({ directory: lab.directory, programs: programDirectories }),
    opener: createOpener({ 'prod-1': { variable: 'PROD_1_AGE_IDENTITY', identity } }),
    clock: { now: () => new Date() },
  };
  const step = <T>(name: DrillStep, work: () => Promise<T>): Promise<T> => {
    const working = work();
    if (name === cancelIn) stop.abort(new Error('cancelled by alice'));
    return working;
  };
  const hooks = { signal: stop.signal, step, detail: () => undefined };
  const result = await drill(ports, { cluster, backup, runId: 'v-1', bytesOnly: false }, hooks);
  await storeVerification(lab.objects, cluster, backup, result.verification, {});
  return result;
}

const left = async () => (await readdir(lab.directory)).filter((name) => name.startsWith('salvor-scratch'));

describe('a backup of a real etcd', () => {
  it.each([
    ['zstd', 'none', { kind: 'none' }],
    ['gzip', 'none', { kind: 'none' }],
    ['none', 'none', { kind: 'none' }],
    ['zstd', 'age', { kind: 'age', recipients }],
  ] as const)('stored with %s and encrypted with %s restores, key for key', async (compression, _, encryption) => {
    const taken = await lab.snapshot({ backup: { compression, encryption } });
    const { verification, compared } = await tryOut(taken);
    expect(verification).toMatchObject({ passed: true, findings: [], how: 'drill' });
    const { keys, revision } = taken.manifest;
    expect(verification.keys?.live).toBe(keys?.live);
    expect(verification.keys?.resources).toEqual(keys?.resources);
    expect({ kind: 'exact', revision: verification.revision }).toEqual(revision);
    expect(compared?.sample.objects).toBeGreaterThan(10);
    expect(await left()).toEqual([]);
    const found = await findBackup(lab.objects, clusterOf(lab.target), 'latest-verified');
    expect(found).toMatchObject({ id: taken.manifest.id, verification: { passed: true } });
  });

  it('leaves the thread free to renew leases while it is tried out', async () => {
    const taken = await lab.snapshot();
    expect(await longestBusyMs(() => tryOut(taken))).toBeLessThan(500);
  });

  it.each(['Read back', 'Restore', 'Start etcd', 'Compare'] as const)(
    'leaves nothing when it is cancelled in the step %s',
    async (step) => {
      await expect(tryOut(await lab.snapshot(), step)).rejects.toThrow('cancelled by alice');
      expect(await left()).toEqual([]);
    },
  );

  it('whose object ends too early is not restored', async () => {
    const taken = await lab.snapshot();
    const { dataAt } = taken;
    const found = await lab.objects.get(dataAt);
    const bytes = Buffer.concat(await Array.fromAsync(found?.body ?? []));
    await lab.objects.put(dataAt, bytes.subarray(0, -1), { contentType: 'application/octet-stream' });
    const { verification } = await tryOut(taken);
    expect(verification).toMatchObject({ passed: false, findings: [expect.stringContaining('it is cut off')] });
  });
});
