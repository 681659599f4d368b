import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOpener } from '../../../../src/adapters/opener.ts';
import { Fault, Refusal } from '../../../../src/chatops/errors.ts';
import type { Backup } from '../../../../src/ops/etcd/backup/backup.ts';
import { type DrillHooks, type DrillRequest, drill } from '../../../../src/ops/etcd/drill/drill.ts';
import { flipped, foreignFileOf, plantSnapshot } from '../../../fakes/backup-files.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { smallDatabase, smallSnapshot } from '../../../fakes/etcd/small-database.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';
import { createFakeScratch, type FakeScratch } from '../../../fakes/scratch.ts';

const cluster = clusterOf({ foreign: ['old/prod-1'] });
const clock = createFakeClock();
let objects: FakeObjects;
let scratch: FakeScratch;
let plant: BackupPlanter;
let steps: string[];

beforeEach(() => {
  objects = createFakeObjects(clock, { buckets: ['main'] });
  scratch = createFakeScratch();
  plant = createBackupPlanter(objects, cluster);
  steps = [];
});

interface Trial {
  readonly request?: Partial<DrillRequest>;
  readonly hooks?: Partial<DrillHooks>;
}

function tryOut(backup: Backup, { request = {}, hooks = {} }: Trial = {}) {
  return drill(
    { objects, scratch, clock, opener: createOpener({}) },
    { cluster, backup, runId: 'v-1', bytesOnly: false, ...request },
    {
      signal: new AbortController().signal,
      async step(name, work) {
        steps.push(name);
        return work();
      },
      detail: () => undefined,
      random: noise(),
      ...hooks,
    },
  );
}

/** The same numbers every time, from 0 up to 1. */
function noise(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What is found wrong with a backup; whatever is, nothing stays open. */
async function findings(backup: Backup, trial: Trial = {}): Promise<readonly string[]> {
  const { verification } = await tryOut(backup, trial);
  expect(scratch.openPlaces).toBe(0);
  expect(verification.passed).toBe(verification.findings.length === 0);
  return verification.findings;
}

describe('a drill', () => {
  it('restores a good backup and finds in it what was backed up', async () => {
    const { verification, compared, facts } = await tryOut(await plantSnapshot(plant));
    expect(verification).toMatchObject({
      version: 1,
      backup: 'r-good',
      cluster: 'prod-1',
      runId: 'v-1',
      verifiedAt: clock.now(),
      passed: true,
      how: 'drill',
      findings: [],
      tool: { name: 'etcdutl', version: '3.5.30', etcdVersion: '3.5.30' },
      revision: smallDatabase.revision,
      databaseBytes: smallDatabase.sizeBytes,
    });
    expect(Object.keys(verification.seconds)).toEqual(['read', 'restore', 'start', 'check']);
    const pods = smallDatabase.keys.filter((key) => key.startsWith('/registry/pods/')).length;
    expect(verification.keys).toMatchObject({ live: 92, resources: { pods, 'services/specs': 1, configmaps: 1 } });
    expect(compared?.sample.objects).toBeGreaterThan(8);
    expect(facts?.hasDigest).toBe(true);
    expect(steps).toEqual(['Make room', 'Read back', 'Restore', 'Start etcd', 'Compare']);
    expect(scratch.openPlaces).toBe(0);
  });

  it('asks for an etcd no older than the one that wrote it, and for as much room as it takes', async () => {
    await findings(await plantSnapshot(plant, { etcdVersion: '3.6.8' }));
    await findings(await plant.foreign('e.db', smallSnapshot));
    expect(scratch.requests).toMatchObject([
      { databaseBytes: smallDatabase.sizeBytes, etcdVersion: '3.6.8' },
      { databaseBytes: smallSnapshot.length, etcdVersion: undefined },
    ]);
  });

  it.each(['db', 'db.gz', 'db.zst', 'tar.gz'] as const)('restores what something else stored as .%s', async (form) => {
    expect(await findings(await plant.foreign(`e.${form}`, await foreignFileOf(form)))).toEqual([]);
    expect(
      await findings(await plant.foreign(`f.${form}`, await foreignFileOf(form, smallSnapshot.subarray(0, -32)))),
    ).toEqual([]);
  });

  it('tells how much was read', async () => {
    const backup = await plantSnapshot(plant);
    const told: (readonly [number, number])[] = [];
    await tryOut(backup, { hooks: { progress: (done, total) => told.push([done, total]) } });
    expect(told.at(-1)).toEqual([backup.storedBytes, backup.storedBytes]);
  });
});

describe('finds out', () => {
  it('what was changed in the store, and restores nothing', async () => {
    const backup = await plantSnapshot(plant);
    objects.plant(backup.dataAt, flipped(objects.peek(backup.dataAt) ?? Buffer.of(), 3_000));
    const found = await findings(backup);
    expect(found).toEqual([expect.stringContaining('The object’s bytes are not those that were stored')]);
    expect(steps).toEqual(['Make room', 'Read back']);
  });

  it.each(['zstd', 'none'] as const)(
    'what was spoiled before it was stored with %s, by etcd’s own tool',
    async (compression) => {
      const backup = await plantSnapshot(plant, { compression });
      const spoiled = flipped(smallSnapshot, 60_000);
      const data = compression === 'zstd' ? zstdCompressSync(spoiled) : spoiled;
      objects.plant(backup.dataAt, data);
      const stored = { ...backup.manifest.stored, sizeBytes: data.length, sha256: sha256(data) };
      const found = await findings({ ...backup, manifest: { ...backup.manifest, stored } });
      expect(found).toEqual([expect.stringMatching(/did not restore it: expected sha256/)]);
    },
  );

  it('a database of another digest than its manifest names', async () => {
    const backup = await plantSnapshot(plant);
    const database = { ...backup.manifest.database, sha256: 'a'.repeat(64) };
    const [found] = await findings({ ...backup, manifest: { ...backup.manifest, database } });
    expect(found).toMatch(/^The database has SHA-256 \w{12}… where its manifest names aaaaaaaaaaaa…\.$/);
    expect(steps).toEqual(['Make room', 'Read back']);
  });

  it('what is no database at all, or has no digest, before it is restored', async () => {
    const rubbish = Buffer.alloc(8_192 + 32, 'x');
    for (const data of [rubbish, smallSnapshot.subarray(0, -32), smallSnapshot.subarray(0, -40)]) {
      const backup = await plantSnapshot(plant, { compression: 'none' });
      objects.plant(backup.dataAt, data);
      const stored = { ...backup.manifest.stored, sizeBytes: data.length, sha256: sha256(data) };
      expect(await findings({ ...backup, manifest: { ...backup.manifest, stored } })).toHaveLength(1);
    }
    expect(steps).not.toContain('Restore');
  });

  it('a key that etcd lost', async () => {
    scratch.loses('/registry/configmaps/default/a');
    expect(await findings(await plantSnapshot(plant))).toEqual([
      'etcd has 91 keys where 92 were backed up.',
      'etcd has 0 configmaps where 1 were backed up.',
    ]);
  });

  it('a tool that does not take the file', async () => {
    scratch.fail('restore', fault('SCRATCH_RESTORE', 'etcdutl 3.5.30 did not restore it: broken'));
    expect(await findings(await plantSnapshot(plant))).toEqual(['etcdutl 3.5.30 did not restore it: broken']);
  });

  it('an etcd that does not start on it', async () => {
    scratch.fail('start', fault('SCRATCH_START', 'etcd 3.5.30 did not start on it: broken'));
    const { verification } = await tryOut(await plantSnapshot(plant));
    expect(verification).toMatchObject({ passed: false, findings: ['etcd 3.5.30 did not start on it: broken'] });
    expect(Object.keys(verification.seconds)).toEqual(['read', 'restore', 'start']);
    expect(scratch.openPlaces).toBe(0);
  });

  it('that a foreign file was changed where it has no digest to tell, when etcd does not take it', async () => {
    const broken = Buffer.from(smallSnapshot.subarray(0, -32));
    broken.fill(0xee, 8_192);
    const found = await findings(await plant.foreign('e.db', broken));
    expect(found).toEqual([expect.stringMatching(/did not restore it/)]);
  });
});

describe('lets pass', () => {
  it('keys whose leases end while it looks', async () => {
    scratch.expires('/registry/leases/kube-system/cp-1');
    const { verification, compared } = await tryOut(await plantSnapshot(plant));
    expect(verification).toMatchObject({ passed: true, revision: smallDatabase.revision, keys: { live: 92 } });
    expect(compared?.expired).toBe(1);
  });

  it('a revision within what the members had said, where its pages were not understood', async () => {
    const revision = { kind: 'about', atLeast: 180n, atMost: 190n, why: 'its bbolt version is unknown' } as const;
    expect(await findings(await plantSnapshot(plant, { manifest: { revision } }))).toEqual([]);
  });

  it('but not a revision outside of that', async () => {
    const about = (atLeast: bigint, atMost: bigint) => ({
      revision: { kind: 'about', atLeast, atMost, why: '' } as const,
    });
    expect(await findings(await plantSnapshot(plant, { manifest: about(190n, 200n) }))).toEqual([
      'etcd is at revision 185 where 190 was backed up: writes are missing.',
    ]);
    expect(await findings(await plantSnapshot(plant, { manifest: about(100n, 150n) }))).toEqual([
      'etcd is at revision 185, later than the 150 that was backed up.',
    ]);
  });
});

describe('only its bytes', () => {
  it('are read and checked, and nothing is restored', async () => {
    const { verification } = await tryOut(await plantSnapshot(plant), { request: { bytesOnly: true } });
    expect(verification).toMatchObject({ passed: true, how: 'bytes', databaseBytes: smallDatabase.sizeBytes });
    expect(Object.keys(verification.seconds)).toEqual(['read']);
    expect(verification).not.toHaveProperty('tool');
    expect(scratch.requests).toEqual([]);
    // All steps are seen to have come to their end.
    expect(steps).toEqual(['Make room', 'Read back', 'Restore', 'Start etcd', 'Compare']);
  });

  it('prove nothing where they carry no digest and are not understood', async () => {
    const unknown = Buffer.from(smallSnapshot.subarray(0, -32));
    unknown.writeUInt32LE(3, 20);
    const backup = await plant.foreign('e.db', unknown);
    expect(await findings(backup, { request: { bytesOnly: true } })).toEqual([
      'It carries no digest, and its bbolt version is unknown: whether it is whole, only restoring it can tell.',
    ]);
  });
});

describe('is no verdict on the backup', () => {
  it.each([
    ['a worker without room', 'open', new Refusal('Trying this backup out takes about 2.0 GiB.')],
    ['a full disk', 'write', fault('SCRATCH_DISK', 'The disk failed: it is full.')],
    ['a tool that the system killed', 'restore', fault('SCRATCH_KILLED', 'etcdutl was ended by the system')],
    ['a tool that is too slow', 'restore', fault('SCRATCH_SLOW', 'etcdutl was still restoring')],
    ['an etcd that is too slow', 'start', fault('SCRATCH_SLOW', 'etcd did not answer')],
    ['an etcd that breaks off', 'ask', fault('SCRATCH_ANSWER', 'The scratch etcd gave no answer')],
  ] as const)('when %s hinders it', async (_, moment, error) => {
    scratch.fail(moment, error);
    await expect(tryOut(await plantSnapshot(plant))).rejects.toBe(error);
    expect(scratch.openPlaces).toBe(0);
  });

  it('when the store fails', async () => {
    const backup = await plantSnapshot(plant);
    const error = new Fault('Access denied.', { port: 'objects', operation: 'get', retryable: false });
    objects.fail('get', error);
    await expect(tryOut(backup)).rejects.toBe(error);
    expect(scratch.openPlaces).toBe(0);
  });

  it.each(['open', 'write', 'restore', 'start', 'ask'] as const)('when it is cancelled in %s', async (moment) => {
    const stop = new AbortController();
    scratch.onReaching(moment, () => stop.abort(new Error('cancelled by alice')));
    const trial = { hooks: { signal: stop.signal } };
    await expect(tryOut(await plantSnapshot(plant), trial)).rejects.toThrow('cancelled by alice');
    expect(scratch.openPlaces).toBe(0);
  });
});

function fault(code: string, message: string): Fault {
  return new Fault(message, { port: 'scratch', operation: 'try', code, retryable: false });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
