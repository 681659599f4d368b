import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOpener } from '../../../../src/adapters/opener.ts';
import { Fault, Refusal } from '../../../../src/chatops/errors.ts';
import type { Backup, OwnBackup } from '../../../../src/ops/etcd/backup/backup.ts';
import { foreignForms } from '../../../../src/ops/etcd/backup/backup.ts';
import { type DatabaseFacts, openBackup } from '../../../../src/ops/etcd/backup/open-backup.ts';
import { isUnsound } from '../../../../src/ops/etcd/backup/unsound.ts';
import type { Objects } from '../../../../src/ports/objects.ts';
import { cases } from '../../../cases.ts';
import { flipped, foreignFileOf, oldArchive, plantSnapshot, withDigest } from '../../../fakes/backup-files.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { smallDatabase, smallSnapshot } from '../../../fakes/etcd/small-database.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const cluster = clusterOf({ foreign: ['old/prod-1'] });
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const variable = 'PROD_1_AGE_IDENTITY';
const opener = createOpener({ 'prod-1': { variable, identity } });

let objects: FakeObjects;
let plant: BackupPlanter;
beforeEach(() => {
  objects = createFakeObjects(createFakeClock(), { buckets: ['main'] });
  plant = createBackupPlanter(objects, cluster);
});

interface Ways {
  readonly opener?: ReturnType<typeof createOpener>;
  readonly objects?: Objects;
  readonly progress?: (bytes: number) => void;
  readonly member?: string;
}

async function read(
  backup: Backup,
  ways: Ways = {},
): Promise<{ readonly bytes: Buffer; readonly facts: DatabaseFacts }> {
  const { progress = () => undefined, member, ...others } = ways;
  const ports = { objects, opener, ...others };
  const opened = await openBackup(ports, cluster, backup, { progress, member });
  const pieces: Buffer[] = [];
  for await (const piece of opened.bytes) pieces.push(Buffer.from(piece));
  return { bytes: Buffer.concat(pieces), facts: opened.facts() };
}

/** What is wrong with it, as a code and a sentence. */
async function wrong(backup: Backup, ways: Ways = {}): Promise<readonly [string, string]> {
  const error = await read(backup, ways).catch((thrown: unknown) => thrown);
  if (!isUnsound(error)) throw error;
  expect(error.retryable).toBe(false);
  return [error.code, error.message];
}

const peek = ({ dataAt }: Backup): Buffer => objects.peek(dataAt) ?? Buffer.of();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
/** Changes what lies in the store behind the manifest's back. */
const spoil = (backup: Backup, change: (bytes: Buffer) => Buffer) => objects.plant(backup.dataAt, change(peek(backup)));

/** The same backup whose manifest names what really lies there, as if it had been wrong from the beginning. */
function describedAs(backup: OwnBackup): OwnBackup {
  const bytes = peek(backup);
  const stored = { ...backup.manifest.stored, sizeBytes: bytes.length, sha256: sha256(bytes) };
  return { ...backup, storedBytes: bytes.length, manifest: { ...backup.manifest, stored } };
}

/** The same store, which sends something else of each object than what it has. */
const storeSending = (body: () => AsyncIterable<Uint8Array>): Objects => ({
  ...objects,
  async get(at, options) {
    const found = await objects.get(at, options);
    return found && { ...found, body: body() };
  },
});

async function* onlyThe(first: number, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = first;
  for await (const piece of body) {
    yield piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return;
  }
}

describe('a backup that Salvor took', () => {
  describe.each(['zstd', 'gzip', 'none'] as const)('stored with %s', (compression) => {
    it.each([[[]], [[recipient]]])('comes back as etcd sent it, encrypted for %j', async (recipients) => {
      const backup = await plantSnapshot(plant, { compression, recipients });
      const { bytes, facts } = await read(backup);
      expect(bytes.equals(smallSnapshot)).toBe(true);
      expect(facts).toMatchObject({
        sizeBytes: smallDatabase.sizeBytes,
        sha256: smallDatabase.sha256,
        hasDigest: true,
        pages: { kind: 'exact', revision: smallDatabase.revision },
      });
    });

    it('with one byte flipped, wherever it is, is found out', async () => {
      const backup = await plantSnapshot(plant, { compression });
      const good = peek(backup);
      const positions = fc.integer({ min: 0, max: good.length - 1 });
      const property = fc.asyncProperty(positions, async (at) => {
        objects.plant(backup.dataAt, flipped(good, at));
        const [code, sentence] = await wrong(backup);
        expect(code).toBe('BACKUP_STORED');
        expect(sentence).toMatch(
          /^The object’s bytes are not those that were stored: their SHA-256 is [0-9a-f]{12}… where/,
        );
      });
      await fc.assert(property, cases(40));
    });

    it('spoiled before it was stored, so that its sum is right, is found out all the same', async () => {
      const backup = await plantSnapshot(plant, { compression });
      const good = peek(backup);
      const positions = fc.integer({ min: 0, max: good.length - 1 });
      const property = fc.asyncProperty(positions, async (at) => {
        objects.plant(backup.dataAt, flipped(good, at));
        const outcome = await read(describedAs(backup)).catch((thrown: unknown) => thrown);
        // A few bits of compressed forms say nothing about the content.
        if (isUnsound(outcome)) expect(outcome.code).toMatch(/^BACKUP_(COMPRESSION|DATABASE|MANIFEST)$/);
        else expect(outcome).toMatchObject({ facts: { sha256: smallDatabase.sha256 } });
      });
      await fc.assert(property, cases(40));
    });
  });

  it('tells how much of it was read', async () => {
    const backup = await plantSnapshot(plant);
    const told: number[] = [];
    await read(backup, { progress: (bytes) => told.push(bytes) });
    expect(told.at(-1)).toBe(backup.storedBytes);
  });

  it('that was cut off is found out before it is read', async () => {
    const backup = await plantSnapshot(plant);
    spoil(backup, (bytes) => bytes.subarray(0, -100));
    const [code, sentence] = await wrong(backup);
    expect(code).toBe('BACKUP_STORED');
    expect(sentence).toMatch(/^The object has .* bytes where its manifest names .*: it is cut off\.$/);
  });

  it('that is longer than it was is found out before it is read', async () => {
    const backup = await plantSnapshot(plant);
    spoil(backup, (bytes) => Buffer.concat([bytes, Buffer.alloc(512)]));
    expect((await wrong(backup))[1]).toMatch(/it is longer than what was stored\.$/);
  });

  it('whose data is gone is found out', async () => {
    const backup = await plantSnapshot(plant);
    await objects.remove(backup.dataAt);
    expect(await wrong(backup)).toEqual(['BACKUP_MISSING', `Its data, ${backup.dataAt.key}, is not in the store.`]);
  });

  it('whose data is another cluster’s is found out', async () => {
    const backup = await plantSnapshot(plant, { compression: 'none' });
    const other = Buffer.from(smallSnapshot);
    other.fill(7, 50_000, 60_000);
    objects.plant(backup.dataAt, withDigest(other.subarray(0, -32)));
    expect((await wrong(backup))[0]).toBe('BACKUP_STORED');
  });

  it.each([
    ['size', { sizeBytes: 200_704 }, /^The database has size 122 880 where its manifest names 200 704\.$/],
    ['size', { sizeBytes: 1_024 }, /^The database is longer than the 1 024 bytes that its manifest names\.$/],
    [
      'digest',
      { sha256: 'a'.repeat(64) },
      /^The database has SHA-256 [0-9a-f]{12}… where its manifest names aaaaaaaaaaaa…\.$/,
    ],
  ])('whose manifest names another %s of the database is found out', async (_, change, sentence) => {
    const backup = await plantSnapshot(plant);
    const { manifest } = backup;
    const changed = { ...backup, manifest: { ...manifest, database: { ...manifest.database, ...change } } };
    const [code, says] = await wrong(changed);
    expect(code).toBe('BACKUP_MANIFEST');
    expect(says).toMatch(sentence);
  });

  it.each([
    [
      'revision',
      { revision: { kind: 'exact', revision: 9n } },
      'The database has revision 185 where its manifest names 9.',
    ],
    ['keys', { keys: { total: 1, revisions: 1, live: 1 } }, 'The database has entries 132 where its manifest names 1.'],
  ] as const)('whose manifest names another number of %s is found out', async (_, manifest, sentence) => {
    expect(await wrong(await plantSnapshot(plant, { manifest }))).toEqual(['BACKUP_MANIFEST', sentence]);
  });

  it('that unpacks to more than its manifest names is left long before its end', async () => {
    const backup = await plantSnapshot(plant, { compression: 'zstd' });
    spoil(backup, () => zstdCompressSync(Buffer.alloc(64 * 1024 ** 2)));
    const opened = await openBackup({ objects, opener }, cluster, describedAs(backup));
    let bytes = 0;
    const reading = (async () => {
      for await (const piece of opened.bytes) bytes += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'BACKUP_MANIFEST' });
    expect(bytes).toBeLessThan(2 * smallSnapshot.length);
  });

  it('is believed where its manifest does not know the revision exactly', async () => {
    const revision = { kind: 'about', atLeast: 1n, atMost: 2n, why: 'it was not understood' } as const;
    await expect(read(await plantSnapshot(plant, { manifest: { revision } }))).resolves.toBeDefined();
  });

  it('is not blamed for a store that sends less than it has', async () => {
    const backup = await plantSnapshot(plant, { compression: 'none' });
    const short = storeSending(async function* () {
      yield peek(backup).subarray(0, 40_960);
    });
    await expect(read(backup, { objects: short })).rejects.toMatchObject({ code: 'S3_SHORT_BODY', retryable: true });
  });

  it('is not blamed for a store that breaks off', async () => {
    const backup = await plantSnapshot(plant);
    const fault = new Fault('The connection broke.', { port: 'objects', operation: 'get', retryable: true });
    const broken = storeSending(async function* () {
      yield peek(backup).subarray(0, 9_000);
      throw fault;
    });
    await expect(read(backup, { objects: broken })).rejects.toBe(fault);
  });

  it('ends the connection to the store when its reader leaves early', async () => {
    const backup = await plantSnapshot(plant);
    let signal: AbortSignal | undefined;
    const watched: Objects = {
      ...objects,
      get(at, options) {
        signal = options?.signal;
        return objects.get(at, options);
      },
    };
    const { bytes } = await openBackup({ objects: watched, opener }, cluster, backup);
    for await (const _ of bytes) break;
    expect(signal?.aborted).toBe(true);
  });
});

describe('a backup that was encrypted with age', () => {
  const refused = async (backup: Backup, how: Ways) => {
    const error = await read(backup, how).catch((thrown: unknown) => thrown);
    if (!(error instanceof Refusal)) throw error;
    return [error.message, error.next];
  };

  it('asks for the variable that is not set', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient] });
    expect(await refused(backup, { opener: createOpener({ 'prod-1': { variable, identity: undefined } }) })).toEqual([
      'This worker holds no age identity for prod-1, so it cannot open its backups.',
      'Set PROD_1_AGE_IDENTITY, or PROD_1_AGE_IDENTITY_FILE, for it: AGE-SECRET-KEY-1…, as age-keygen prints it.',
    ]);
  });

  it('asks for a variable where salvor.yaml names none', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient] });
    expect((await refused(backup, { opener: createOpener({}) }))[1]).toBe(
      'In salvor.yaml put the name of the variable that holds it into clusters.prod-1.backup.encryption.identity.',
    );
  });

  it('is not blamed for an identity of another key', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient] });
    const other = createOpener({ 'prod-1': { variable, identity: await generateX25519Identity() } });
    expect(await refused(backup, { opener: other })).toEqual([
      `The age identity that this worker holds for prod-1 does not open r-good: it was encrypted for ${recipient}.`,
      'Give the worker the identity of one of these, in the variable that clusters.prod-1.backup.encryption.identity names.',
    ]);
  });

  it('is not blamed for an identity that is none, and nothing of it is said', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient] });
    const broken = createOpener({ 'prod-1': { variable, identity: 'AGE-SECRET-KEY-1NOTREALLY' } });
    const said = await refused(backup, { opener: broken });
    expect(said[0]).toBe('What stands in PROD_1_AGE_IDENTITY for prod-1 is no age identity.');
    expect(said.join()).not.toContain('NOTREALLY');
  });

  it('opens with a file as age-keygen writes it', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient] });
    const file = `# created: 2026-01-01T00:00:00Z\n# public key: ${recipient}\n${identity}\n`;
    const { bytes } = await read(backup, { opener: createOpener({ 'prod-1': { variable, identity: file } }) });
    expect(bytes.equals(smallSnapshot)).toBe(true);
  });

  it('with one byte flipped, wherever it is, is found out', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient] });
    const good = peek(backup);
    const positions = fc.integer({ min: 0, max: good.length - 1 });
    const property = fc.asyncProperty(positions, async (at) => {
      objects.plant(backup.dataAt, flipped(good, at));
      expect((await wrong(backup))[0]).toBe('BACKUP_STORED');
      // The same with a manifest that names it so: authenticity is age's own.
      const error = await read(describedAs(backup)).catch((thrown: unknown) => thrown);
      expect(error instanceof Refusal || (isUnsound(error) && error.code === 'BACKUP_ENCRYPTION')).toBe(true);
    });
    await fc.assert(property, cases(30));
  });

  it('whose end is missing is found out although its manifest names it so', async () => {
    const backup = await plantSnapshot(plant, { recipients: [recipient], compression: 'none' });
    spoil(backup, (bytes) => bytes.subarray(0, -70_000));
    expect((await wrong(describedAs(backup)))[0]).toBe('BACKUP_ENCRYPTION');
  });
});

describe('a backup that something else made', () => {
  it.each(foreignForms)('of the form .%s comes back as the file that restores', async (form) => {
    const backup = await plant.foreign(`etcd-20260301080000.${form}`, await foreignFileOf(form));
    const { bytes, facts } = await read(backup);
    expect(bytes.equals(smallSnapshot)).toBe(true);
    expect(facts).toMatchObject({ hasDigest: true, sha256: smallDatabase.sha256, pages: { kind: 'exact' } });
  });

  it.each(foreignForms)(
    'of the form .%s is told to have no digest where it was copied from a data directory',
    async (form) => {
      const database = smallSnapshot.subarray(0, -32);
      const backup = await plant.foreign(`etcd-20260301080000.${form}`, await foreignFileOf(form, database));
      const { bytes, facts } = await read(backup);
      expect(bytes.equals(database)).toBe(true);
      expect(facts).toMatchObject({ hasDigest: false, sha256: smallDatabase.sha256 });
    },
  );

  it.each(foreignForms)('of the form .%s with a digest is found out when a byte of it was flipped', async (form) => {
    const backup = await plant.foreign(`etcd-20260301080000.${form}`, await foreignFileOf(form));
    const good = peek(backup);
    const property = fc.asyncProperty(fc.integer({ min: 0, max: good.length - 1 }), async (at) => {
      objects.plant(backup.dataAt, flipped(good, at));
      const outcome = await read(backup).catch((thrown: unknown) => thrown);
      // Names and times in the head of a gzip file, say, are not of the database.
      if (!isUnsound(outcome)) expect(outcome).toMatchObject({ facts: { sha256: smallDatabase.sha256 } });
    });
    await fc.assert(property, cases(30));
  });

  it.each(foreignForms)('of the form .%s is found out when it was cut off', async (form) => {
    const backup = await plant.foreign(`etcd-20260301080000.${form}`, await foreignFileOf(form));
    spoil(backup, (bytes) => bytes.subarray(0, bytes.length - 5_001));
    expect((await wrong(backup))[0]).toMatch(/^BACKUP_(COMPRESSION|DATABASE|ARCHIVE)$/);
  });

  it('of many zstd frames, and some that hold nothing, comes back whole', async () => {
    const frames = [0, 40_000, 80_000].map((at) => zstdCompressSync(smallSnapshot.subarray(at, at + 40_000)));
    const skippable = Buffer.concat([Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')]);
    const rest = zstdCompressSync(smallSnapshot.subarray(120_000));
    const backup = await plant.foreign('e.db.zst', Buffer.concat([skippable, ...frames, skippable, rest]));
    expect((await read(backup)).bytes.equals(smallSnapshot)).toBe(true);
  });

  it('with rubbish after its zstd is found out', async () => {
    const backup = await plant.foreign(
      'e.db.zst',
      Buffer.concat([zstdCompressSync(smallSnapshot), Buffer.from('rubbish')]),
    );
    expect(await wrong(backup)).toEqual(['BACKUP_COMPRESSION', 'Its zstd cannot be read: unknown frame descriptor.']);
  });

  it('that is not what its name says is found out', async () => {
    for (const name of ['e.db', 'e.db.gz', 'e.db.zst', 'e.tar.gz']) {
      const backup = await plant.foreign(name, Buffer.from('this is a text about databases'));
      expect((await wrong(backup))[0]).toMatch(/^BACKUP_/);
    }
  });

  describe('in an archive of another layout than the old script’s', () => {
    const wal = { 'node-1/member/wal/0-0.wal': Buffer.alloc(5_000, 'w') };
    const copied = {
      'node-1/member/snap/db': smallSnapshot.subarray(0, 65_536),
      'node-1/member/snap/1.snap.db': smallSnapshot.subarray(0, 65_536),
    };
    const other = withDigest(smallSnapshot.subarray(0, 65_536));
    const archived = async (files: Readonly<Record<string, Buffer>>) =>
      plant.foreign('e.tar.gz', await oldArchive(files));
    const refused = async (backup: Backup) => {
      const error = await read(backup).catch((thrown: unknown) => thrown);
      if (!(error instanceof Refusal)) throw error;
      return error;
    };

    it.each(['etcd.db', './etcd-snapshot.db', 'var/backups/2026/node-1.db'])('is found as %s', async (name) => {
      const { bytes, facts } = await read(await archived({ ...copied, [name]: smallSnapshot, ...wal }));
      expect(bytes.equals(smallSnapshot)).toBe(true);
      expect(facts).toMatchObject({ hasDigest: true, sha256: smallDatabase.sha256 });
    });

    it('is the snap-….db where there are other databases, wherever it stands among them', async () => {
      const backup = await archived({ 'a.db': other, 'old/snap-1.db': smallSnapshot, 'z.db': other });
      expect((await read(backup)).bytes.equals(smallSnapshot)).toBe(true);
    });

    it('is not guessed among several, and nothing is said against it', async () => {
      const { message, next } = await refused(await archived({ ...wal, 'a.db': smallSnapshot, 'b/c.db': other }));
      expect(message).toBe(
        'e.tar.gz of prod-1: the layout of the archive cannot be read, and nothing is said of the backup in it. It holds a.db, b/c.db, node-1/member/wal/0-0.wal.',
      );
      expect(next).toMatch(/^Looked for is a file snap-….db in any folder, else one .db alone; what lies in a data/);
    });

    it('is never the database of a copied data directory', async () => {
      expect((await refused(await archived(copied))).message).toMatch(
        /It holds node-1\/member\/snap\/db, node-1\/member\/snap\/1\.snap\.db\.$/,
      );
    });

    it('is a copied database where somebody names it, with or without the dot that tar writes', async () => {
      const inDot = Object.fromEntries(Object.entries(copied).map(([name, bytes]) => [`./${name}`, bytes]));
      for (const files of [copied, inDot]) {
        const backup = await archived({ ...files, 'snap-1.db': smallSnapshot });
        const [[member = '', bytes] = []] = Object.entries(copied);
        const found = await read(backup, { member });
        expect(found.bytes.equals(bytes ?? Buffer.of())).toBe(true);
        expect(found.facts.hasDigest).toBe(false);
      }
    });

    it('is none of its other files when what was named is not in it', async () => {
      const backup = await archived({ 'snap-1.db': smallSnapshot });
      const reading = read(backup, { member: 'member/snap/db' });
      await expect(reading).rejects.toThrow('e.tar.gz of prod-1 holds no file member/snap/db.');
    });

    it('is found out when the archive holds no file at all', async () => {
      expect(await wrong(await archived({}))).toEqual(['BACKUP_ARCHIVE', 'The archive holds no file.']);
    });

    it('is not blamed for a store that sends less the second time', async () => {
      const backup = await archived({ 'etcd.db': smallSnapshot });
      let times = 0;
      const tiring: Objects = {
        ...objects,
        async get(at, options) {
          const found = await objects.get(at, options);
          times += 1;
          return found && times === 2 ? { ...found, body: onlyThe(1_000, found.body) } : found;
        },
      };
      await expect(read(backup, { objects: tiring })).rejects.toMatchObject({ code: 'S3_SHORT_BODY', retryable: true });
    });
  });

  it('is no database when it does not begin like one', async () => {
    const [code, sentence] = await wrong(await plant.foreign('e.db', Buffer.alloc(8_192, 'x')));
    expect([code, sentence]).toEqual(['BACKUP_DATABASE', 'It is no database of etcd’s: it does not begin like one.']);
  });
});
