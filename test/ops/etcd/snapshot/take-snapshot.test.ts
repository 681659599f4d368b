import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { parseManifest } from '../../../../src/ops/etcd/backup/manifest.ts';
import {
  type SnapshotHooks,
  type SnapshotPorts,
  takeSnapshot,
} from '../../../../src/ops/etcd/snapshot/take-snapshot.ts';
import type { BackupTarget, Cluster } from '../../../../src/ports/catalogue.ts';
import type { Objects } from '../../../../src/ports/objects.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { smallDatabase, smallSnapshot } from '../../../fakes/etcd/small-database.ts';
import { createFakeEtcd, type FakeEtcd } from '../../../fakes/etcd.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

let etcd: FakeEtcd;
let objects: FakeObjects;
let ports: SnapshotPorts;
beforeEach(() => {
  const clock = createFakeClock();
  etcd = createFakeEtcd({ 'prod-1': { members: 3 } }, clock);
  objects = createFakeObjects(clock, { buckets: ['main'] });
  ports = { etcd, objects, clock };
});
afterEach(() => expect(etcd.openStreams).toBe(0));

interface Wishes {
  readonly backup?: Partial<BackupTarget>;
  readonly cluster?: Partial<Cluster>;
  readonly hooks?: Partial<SnapshotHooks>;
  readonly ports?: Partial<SnapshotPorts>;
}

function snapshot({ backup, cluster, hooks, ports: others }: Wishes = {}) {
  const prod = clusterOf(backup, cluster);
  const actor = { kind: 'person', id: 'U0ALICE', name: 'Alice' };
  return takeSnapshot(
    { ...ports, ...others },
    { cluster: prod, runId: 'r-1', askedAt: ports.clock.now(), actor },
    {
      signal: new AbortController().signal,
      step: (_, work) => work(),
      beforeCommit: async () => undefined,
      ...hooks,
    },
  );
}

const stored = (key: string): Buffer => objects.peek({ bucket: 'main', key }) ?? Buffer.alloc(0);
const decompress = { zstd: zstdDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes };

describe('takeSnapshot stores', () => {
  it.each(['zstd', 'gzip', 'none'] as const)('with %s what the member sent, digest included', async (compression) => {
    const { manifest, dataAt } = await snapshot({ backup: { compression } });
    const bytes = stored(dataAt.key);
    expect(decompress[compression](bytes).equals(smallSnapshot)).toBe(true);
    expect(manifest.stored).toEqual({
      ...{ key: dataAt.key, sizeBytes: bytes.length, sha256: sha256(bytes), compression },
      encryption: { kind: 'none' },
    });
    expect(manifest.database).toEqual({ sizeBytes: smallDatabase.sizeBytes, sha256: smallDatabase.sha256 });
  });

  it.each(['zstd', 'none'] as const)(
    'with age and %s what each recipient can read, and nobody else',
    async (compression) => {
      const identities = [await generateX25519Identity(), await generateX25519Identity()];
      const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
      const { manifest, dataAt } = await snapshot({ backup: { compression, encryption: { kind: 'age', recipients } } });
      const bytes = stored(dataAt.key);
      for (const identity of identities) {
        const decrypter = new Decrypter();
        decrypter.addIdentity(identity);
        const decrypted = Buffer.from(await decrypter.decrypt(bytes));
        expect(decompress[compression](decrypted).equals(smallSnapshot)).toBe(true);
      }
      const stranger = new Decrypter();
      stranger.addIdentity(await generateX25519Identity());
      await expect(stranger.decrypt(bytes)).rejects.toThrow();
      expect(bytes.includes('/registry/')).toBe(false);
      expect(dataAt.key).toMatch(/\.age$/);
      expect(manifest.stored).toMatchObject({ sha256: sha256(bytes), encryption: { kind: 'age', recipients } });
    },
  );

  it('with the encryption the store is to do', async () => {
    const { manifest, dataAt } = await snapshot({ backup: { encryption: { kind: 'sse-s3' } } });
    expect((await objects.head(dataAt))?.serverSideEncryption).toBe('AES256');
    expect(manifest.stored.encryption).toEqual({ kind: 'sse-s3' });
  });

  it('a manifest that parses to what it answers', async () => {
    const { manifest, manifestAt } = await snapshot();
    expect(parseManifest(stored(manifestAt.key).toString())).toEqual(manifest);
  });

  it('one backup for a run, however many attempts get as far as the commit', async () => {
    const first = await snapshot();
    const second = await snapshot();
    expect(second.manifest).toEqual(first.manifest);
    expect(objects.keys('main').toSorted()).toEqual([first.dataAt.key, first.manifestAt.key].sort());
  });

  it('its own, where the manifest of a former attempt names data that is not there', async () => {
    const first = await snapshot();
    await objects.remove(first.dataAt);
    const second = await snapshot();
    expect(parseManifest(stored(second.manifestAt.key).toString()).stored.key).toBe(second.dataAt.key);
    expect(objects.keys('main')).toContain(second.dataAt.key);
  });
});

describe('takeSnapshot says', () => {
  it('its steps, its member and how far it is, in order', async () => {
    const said: string[] = [];
    let done = 0;
    await snapshot({
      hooks: {
        step: (name, work) => {
          said.push(name);
          return work();
        },
        chosen: ({ why }) => void said.push(why),
        progress(doneBytes, expectedBytes) {
          expect(doneBytes).toBeGreaterThan(done);
          expect(expectedBytes).toBe(smallSnapshot.length);
          done = doneBytes;
        },
        beforeCommit: async () => void said.push('may I?'),
      },
    });
    const steps = [
      'Choose a member',
      'etcd-2: a follower, up to date',
      'Copy to the store',
      'Read back',
      'Commit',
      'may I?',
    ];
    expect(said).toEqual(steps);
    expect(done).toBe(smallSnapshot.length);
  });

  it.each([
    [0.79, []],
    [0.8, ['The database fills 80 % of its quota.']],
    [1, ['The database fills 100 % of its quota.']],
  ])('when the database fills %d of its quota', async (share, warnings) => {
    const quotaBytes = Math.floor(smallDatabase.sizeBytes / share);
    etcd.cluster('prod-1').quota(quotaBytes);
    expect((await snapshot()).warnings).toEqual(warnings);
    for (const name of ['etcd-1', 'etcd-2', 'etcd-3']) etcd.cluster('prod-1').clockIs(name, 'not told');
    expect((await snapshot()).warnings).toEqual([]);
    expect((await snapshot({ cluster: { quotaBytes } })).warnings).toEqual(warnings);
  });

  it('that the revision is about what the member told, where the pages are not understood', async () => {
    const strange = Buffer.concat([Buffer.alloc(512), createHash('sha256').update(Buffer.alloc(512)).digest()]);
    const { manifest } = await snapshot({ ports: { etcd: { ...etcd, snapshot: async () => sourceOf(strange) } } });
    const { revision } = smallDatabase;
    expect(manifest.revision).toMatchObject({ kind: 'about', atLeast: revision, atMost: revision + 1n });
    expect(manifest).not.toHaveProperty('keys');
  });
});

/** A member whose database no reader of pages knows, and that is written to meanwhile. */
function sourceOf(bytes: Buffer) {
  let position = 0;
  return {
    ...{ expectedBytes: bytes.length, version: undefined },
    async read(into: Uint8Array) {
      const count = bytes.copy(into, 0, position);
      if (position === 0) etcd.cluster('prod-1').put('/registry/pods/default/a');
      position += count;
      return count;
    },
    close() {},
  };
}

describe('takeSnapshot leaves nothing visible', () => {
  const nothing = () => expect(objects.keys('main')).toEqual([]);
  const fault = (method: string) =>
    new Fault(`no ${method} now`, { port: 'objects', operation: method, retryable: true });

  it('when it may no longer commit', async () => {
    const lost = new Error('another worker has it');
    await expect(snapshot({ hooks: { beforeCommit: () => Promise.reject(lost) } })).rejects.toBe(lost);
    nothing();
  });

  it.each(['Choose a member', 'Copy to the store', 'Read back', 'Commit'])(
    'when it is stopped before "%s"',
    async (at) => {
      const abort = new AbortController();
      const reason = new Error('cancelled by Alice');
      const taking = snapshot({
        hooks: {
          signal: abort.signal,
          step(name, work) {
            if (name === at) abort.abort(reason);
            abort.signal.throwIfAborted();
            return work();
          },
        },
      });
      await expect(taking).rejects.toBe(reason);
      nothing();
    },
  );

  it('when it is stopped in the middle of the copy', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled by Alice');
    const pause = etcd.cluster('prod-1').pause('etcd-2', 40_000);
    const taking = snapshot({ hooks: { signal: abort.signal } });
    await pause.reached;
    abort.abort(reason);
    await expect(taking).rejects.toBe(reason);
    nothing();
  });

  it('when it is stopped at the very last moment', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled by Alice');
    const beforeCommit = async () => abort.abort(reason);
    await expect(snapshot({ hooks: { signal: abort.signal, beforeCommit } })).rejects.toBe(reason);
    nothing();
  });

  it.each(['store', 'head', 'put'] as const)('when the store fails in %s', async (method) => {
    const failure = fault(method);
    objects.fail(method, failure);
    await expect(snapshot()).rejects.toBe(failure);
    nothing();
  });

  it('and is whole when the manifest was written although its answer was lost', async () => {
    const { manifest, dataAt } = await snapshot({ ports: { objects: losingAnswers(fault('put')) } });
    expect(manifest.stored.key).toBe(dataAt.key);
    expect(objects.keys('main')).toHaveLength(2);
  });

  it('and keeps the data while nobody can say whether the manifest was written', async () => {
    const store: Objects = { ...losingAnswers(fault('put')), get: () => Promise.reject(fault('get')) };
    await expect(snapshot({ ports: { objects: store } })).rejects.toMatchObject({
      code: 'S3_COMMIT_UNKNOWN',
      changed: expect.stringContaining('not known'),
    });
    const [manifest] = objects.keys('main').filter((key) => key.endsWith('.json'));
    expect(objects.keys('main')).toContain(parseManifest(stored(manifest ?? '').toString()).stored.key);
  });

  const losingAnswers = (lost: Fault): Objects => ({
    ...objects,
    async put(...asked) {
      await objects.put(...asked);
      throw lost;
    },
  });
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
