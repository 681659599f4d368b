import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scratch, ScratchEtcd, ScratchPlace } from '../../src/ports/scratch.ts';
import { flipped } from '../fakes/backup-files.ts';
import { smallDatabase, smallSnapshot } from '../fakes/etcd/small-database.ts';

/**
 * What every scratch behind the port must do. `cramped` has room for a file of a few kB and none for one of 4 MiB. `cleared` throws unless
 * nothing of any place is left.
 */
export function describeScratch(
  name: string,
  make: () => Promise<{
    readonly scratch: Scratch;
    readonly cramped: Scratch;
    cleared(): void;
    close(): Promise<void>;
  }>,
): void {
  describe(`scratch: ${name}`, () => {
    let under: Awaited<ReturnType<typeof make>>;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under?.close());

    const open = (signal?: AbortSignal): Promise<ScratchPlace> =>
      under.scratch.open({ databaseBytes: smallSnapshot.length, etcdVersion: '3.4.23', ...(signal ? { signal } : {}) });

    it('holds a file for others, tells its SHA-256, and leaves nothing of it', async () => {
      const file = await under.scratch.file({ databaseBytes: smallSnapshot.length });
      const { sha256 } = await file.write(inPieces(smallSnapshot));
      expect(sha256).toBe(createHash('sha256').update(smallSnapshot).digest('hex'));
      expect(file.path).toMatch(/\/snapshot\.db$/);
      await file.close();
      await file.close();
      under.cleared();
    });

    it('leaves no file that the source of its bytes did not end', async () => {
      const file = await under.scratch.file({ databaseBytes: smallSnapshot.length });
      async function* broken() {
        yield smallSnapshot.subarray(0, 100);
        throw new Error('no more');
      }
      await expect(file.write(broken())).rejects.toThrow('no more');
      await file.close();
      under.cleared();
    });

    describe('an etcd on a restored database', () => {
      let place: ScratchPlace;
      let etcd: ScratchEtcd;
      beforeAll(async () => {
        place = await open();
        await place.write(inPieces(smallSnapshot));
        await place.restore({ hasDigest: true });
        etcd = await place.start();
      });
      afterAll(() => place?.close());

      it('was restored by a tool of its own minor version', () => {
        expect(minor(place.tool.version)).toBe(minor(place.tool.etcdVersion));
      });

      it('is at the revision at which the snapshot was taken', async () => {
        expect(await etcd.revision()).toBe(smallDatabase.revision);
      });

      it('counts its keys, all of them and under a prefix', async () => {
        expect(await etcd.count('')).toBe(smallDatabase.keys.length);
        const pods = smallDatabase.keys.filter((key) => key.startsWith('/registry/pods/'));
        expect(await etcd.count('/registry/pods/')).toBe(pods.length);
        expect(await etcd.count('/registry/nothing/')).toBe(0);
      });

      it('answers as of a revision, as long as it knows it', async () => {
        const { revision } = smallDatabase;
        expect(await etcd.count('', { revision })).toBe(smallDatabase.keys.length);
        expect(await etcd.count('', { revision: revision - 1n })).toBe(smallDatabase.keys.length + 1);
        await expect(etcd.count('', { revision: 3n })).rejects.toMatchObject({ code: 'SCRATCH_ANSWER' });
        await expect(etcd.count('', { revision: revision + 1n })).rejects.toMatchObject({ code: 'SCRATCH_ANSWER' });
      });

      it('names keys in their order, page by page', async () => {
        const first = await etcd.keysUnder('/registry/', { limit: 70 });
        const second = await etcd.keysUnder('/registry/', { limit: 70, after: first.keys.at(-1)?.key });
        expect([first.hasMore, second.hasMore]).toEqual([true, false]);
        const names = [...first.keys, ...second.keys].map(({ key }) => key);
        expect(names).toEqual(smallDatabase.keys.toSorted());
      });

      it('says that there are no more when a page ends with the last one', async () => {
        const { length } = smallDatabase.keys;
        expect(await etcd.keysUnder('', { limit: length })).toMatchObject({ hasMore: false });
        expect(await etcd.keysUnder('', { limit: length - 1 })).toMatchObject({ hasMore: true });
        expect(await etcd.keysUnder('/registry/nothing/', { limit: 5 })).toEqual({ keys: [], hasMore: false });
      });

      it('knows of a key what etcd knows', async () => {
        const { keys } = await etcd.keysUnder('/registry/configmaps/', { limit: 10 });
        expect(keys).toEqual([
          {
            key: '/registry/configmaps/default/a',
            valueBytes: 1,
            createRevision: 154n,
            modRevision: 154n,
            version: 1n,
            hasLease: false,
          },
        ]);
        const [lease] = (await etcd.keysUnder('/registry/leases/', { limit: 1 })).keys;
        expect(lease).toMatchObject({ key: '/registry/leases/kube-system/cp-1', hasLease: true });
      });

      it('gives a value, or says that there is none', async () => {
        const found = await etcd.valueOf('/registry/configmaps/default/a');
        expect(found && Buffer.from(found.value).toString()).toBe('1');
        expect(await etcd.valueOf('/registry/configmaps/default')).toBeUndefined();
      });
    });

    it('takes a database without a digest when told so', async () => {
      const place = await open();
      await place.write(inPieces(smallSnapshot.subarray(0, -32)));
      await place.restore({ hasDigest: false });
      expect(await (await place.start()).count('')).toBe(smallDatabase.keys.length);
      await place.close();
      under.cleared();
    });

    it('does not take one whose digest is wrong', async () => {
      const place = await open();
      await place.write(inPieces(flipped(smallSnapshot, 60_000)));
      const restoring = place.restore({ hasDigest: true });
      await expect(restoring).rejects.toMatchObject({ code: 'SCRATCH_RESTORE', retryable: false });
      await expect(restoring).rejects.toThrow(/did not restore it: .*sha256/);
      await place.close();
      under.cleared();
    });

    it('throws what the bytes throw, and leaves nothing', async () => {
      const place = await open();
      const failing = (async function* () {
        yield smallSnapshot.subarray(0, 8_192);
        throw new Error('the store broke off');
      })();
      await expect(place.write(failing)).rejects.toThrow('the store broke off');
      await place.close();
      await place.close();
      under.cleared();
    });

    it('refuses what grows beyond the disk while it is unpacked, long before it has ended', async () => {
      const place = await under.cramped.open({ databaseBytes: 4096 });
      let passed = 0;
      const endless = (async function* () {
        for (; passed < 64; passed++) yield Buffer.alloc(1024 ** 2);
      })();
      await expect(place.write(endless)).rejects.toMatchObject({
        name: 'Refusal',
        message: expect.stringMatching(/^Unpacked, this backup is larger than its size let expect/),
        next: expect.stringContaining('drill.directory'),
      });
      expect(passed).toBeLessThan(8);
      await place.close();
      under.cleared();
    });

    it.each(['write', 'restore', 'start', 'ask'] as const)('stops where it is when told to in %s', async (moment) => {
      const stop = new AbortController();
      const place = await open(stop.signal);
      const work = {
        write: () => place.write(inPieces(smallSnapshot)),
        restore: () => place.restore({ hasDigest: true }),
        start: () => place.start(),
        ask: async () => void (await etcd?.count('')),
      };
      let etcd: ScratchEtcd | undefined;
      for (const [name, step] of Object.entries(work)) {
        if (name === moment) break;
        etcd = (await step()) ?? etcd;
      }
      const working = work[moment]();
      stop.abort(new Error('cancelled by alice'));
      // What was over already may end well.
      const ending = await working.then(
        () => 'done',
        (error: unknown) => error,
      );
      if (ending !== 'done') expect(ending).toEqual(new Error('cancelled by alice'));
      await place.close();
      under.cleared();
    });

    it('opens nothing when it was told to stop before', async () => {
      await expect(open(AbortSignal.abort(new Error('cancelled by alice')))).rejects.toThrow('cancelled by alice');
      under.cleared();
    });
  });
}

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}
