import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Etcd, SnapshotSource } from '../../src/ports/etcd.ts';

/** A cluster of three members, etcd-1 to etcd-3, with a quota of 2 MiB, to try the contract on. */
export interface EtcdUnderTest {
  readonly etcd: Etcd;
  readonly cluster: string;
  /** Writes the same key once more, so large a value: what it was before is history. */
  write(bytes?: number): Promise<void>;
  /** Writes a key of that name. */
  put(key: string): Promise<void>;
  /** A member that is not the leader goes away, and comes back. */
  stop(member: string): Promise<void>;
  start(member: string): Promise<void>;
  close(): Promise<void>;
}

export const quotaBytes = 2 * 1024 ** 2;

/** What every etcd behind the port must do. */
export function describeEtcd(name: string, make: () => Promise<EtcdUnderTest>): void {
  describe(`etcd: ${name}`, () => {
    let under: EtcdUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under?.close());

    const survey = () => under.etcd.survey(under.cluster);
    const anEndpoint = async () => (await survey()).members.flatMap(({ status }) => status?.endpoint ?? [])[0] ?? '';
    const endpoints = async () => (await survey()).members.flatMap(({ status }) => status?.endpoint ?? []);
    const work = { timeLimitMs: 20_000 };
    const fileBytes = async () =>
      Object.fromEntries((await survey()).members.map(({ status }) => [status?.endpoint ?? '', status?.databaseBytes]));
    const usedBytes = async () => (await survey()).members[0]?.status?.inUseBytes ?? 0;
    const aFollower = async () =>
      (await survey()).members.find(({ id, status }) => status && status.leaderId !== id)?.name ?? '';

    it('surveys the members by name, each with its own status', async () => {
      const { members, alarms, clusterId } = await survey();
      expect(members.map((member) => member.name)).toEqual(['etcd-1', 'etcd-2', 'etcd-3']);
      expect(clusterId).toMatch(/^[0-9a-z]+$/);
      expect(alarms).toEqual([]);
      expect(new Set(members.map((member) => member.status?.endpoint)).size).toBe(3);
      for (const { id, isLearner, status, silence } of members) {
        expect(id).toMatch(/^[0-9a-f]+$/);
        expect({ isLearner, silence }).toEqual({ isLearner: false, silence: undefined });
        expect(status).toMatchObject({ isLearner: false, version: expect.stringMatching(/^3\.\d+\.\d+/), errors: [] });
        expect(members.map((member) => member.id)).toContain(status?.leaderId);
        expect(status?.appliedIndex).toBeLessThanOrEqual(status?.raftIndex ?? 0n);
        expect(status?.databaseBytes).toBeGreaterThanOrEqual(status?.inUseBytes ?? Number.POSITIVE_INFINITY);
      }
    });

    it('surveys a cluster of which a member is silent, and says which and why', async () => {
      const name = await aFollower();
      await under.stop(name);
      try {
        const { members } = await survey();
        const silent = members.find((member) => member.name === name);
        expect(silent).toMatchObject({ silence: expect.stringMatching(/cannot be reached/) });
        expect(silent?.status).toBeUndefined();
        expect(members.filter((member) => member.status).length).toBe(2);
      } finally {
        await under.start(name);
      }
    });

    it('tells the certificates of those with https, and of them alone', async () => {
      const secure = (await endpoints()).filter((endpoint) => endpoint.startsWith('https:'));
      const found = await under.etcd.certificates(under.cluster, { endpoints: await endpoints() });
      expect(found.map(({ endpoint }) => endpoint)).toEqual(secure);
      for (const { seen } of found) expect(seen).toMatchObject({ until: expect.any(Date), at: expect.any(Date) });
      expect(await under.etcd.certificates(under.cluster)).toHaveLength(secure.length);
    });

    it('tells the clock of each member as near ours, and its quota', async () => {
      const asked = await endpoints();
      const told = await under.etcd.vitals(under.cluster, asked);
      expect(told).toEqual(asked.map((endpoint) => ({ endpoint, aheadMs: expect.any(Object), quotaBytes })));
      for (const { aheadMs } of told) {
        expect(aheadMs?.atLeast).toBeLessThanOrEqual(0);
        expect(aheadMs?.atMost).toBeGreaterThanOrEqual(0);
        expect((aheadMs?.atMost ?? 0) - (aheadMs?.atLeast ?? 0)).toBeGreaterThanOrEqual(1000);
      }
    });

    it('tells why a member that is gone tells neither', async () => {
      const name = await aFollower();
      const gone = (await survey()).members.find((member) => member.name === name)?.status?.endpoint ?? '';
      await under.stop(name);
      try {
        const [told] = await under.etcd.vitals(under.cluster, [gone]);
        expect(told).toEqual({ endpoint: gone, silence: expect.stringMatching(/cannot be reached/) });
      } finally {
        await under.start(name);
      }
    });

    it('knows the newest revision of a member', async () => {
      const endpoint = await anEndpoint();
      const before = await under.etcd.revision(under.cluster, endpoint);
      await under.write();
      await expect.poll(() => under.etcd.revision(under.cluster, endpoint)).toBe(before + 1n);
    });

    it.each([
      ['large buffers', 1024 * 1024],
      ['small ones', 1_000],
    ])('streams a database that ends with the SHA-256 of all before, into %s', async (_, bufferBytes) => {
      const source = await under.etcd.snapshot(under.cluster, await anEndpoint());
      const bytes = await readAll(source, bufferBytes);
      expect(bytes.length).toBe(source.expectedBytes);
      expect(bytes.length % 512).toBe(32);
      expect(createHash('sha256').update(bytes.subarray(0, -32)).digest().equals(bytes.subarray(-32))).toBe(true);
    });

    it('answers 0 after the end as often as it is asked', async () => {
      const source = await under.etcd.snapshot(under.cluster, await anEndpoint());
      await readAll(source, 1024 * 1024);
      expect(await source.read(new Uint8Array(10))).toBe(0);
      source.close();
      expect(await source.read(new Uint8Array(10))).toBe(0);
    });

    it('ends a stream that is closed', async () => {
      const source = await under.etcd.snapshot(under.cluster, await anEndpoint());
      expect(await source.read(new Uint8Array(100))).toBe(100);
      source.close();
      await expect(source.read(new Uint8Array(100))).rejects.toMatchObject({ code: 'ETCD_STREAM_ENDED' });
    });

    it('ends a stream with the reason it is aborted for', async () => {
      const abort = new AbortController();
      const source = await under.etcd.snapshot(under.cluster, await anEndpoint(), { signal: abort.signal });
      expect(await source.read(new Uint8Array(100))).toBe(100);
      abort.abort(new Error('enough'));
      await expect(source.read(new Uint8Array(100))).rejects.toThrow('enough');
    });

    it('begins nothing that was aborted before', async () => {
      const signal = AbortSignal.abort(new Error('too late'));
      await expect(under.etcd.survey(under.cluster, { signal })).rejects.toThrow('too late');
      await expect(under.etcd.vitals(under.cluster, [], { signal })).rejects.toThrow('too late');
      const endpoint = await anEndpoint();
      await expect(under.etcd.snapshot(under.cluster, endpoint, { signal })).rejects.toThrow('too late');
      await expect(under.etcd.revision(under.cluster, endpoint, { signal })).rejects.toThrow('too late');
      const work = { signal, timeLimitMs: 1_000 };
      await expect(under.etcd.catchUp(under.cluster, endpoint, work)).rejects.toThrow('too late');
      await expect(under.etcd.compact(under.cluster, endpoint, 1n, work)).rejects.toThrow('too late');
      await expect(under.etcd.defragment(under.cluster, endpoint, work)).rejects.toThrow('too late');
      const alarm = { memberId: undefined, kind: 'NOSPACE' };
      await expect(under.etcd.disarm(under.cluster, endpoint, alarm, { signal })).rejects.toThrow('too late');
    });

    it('cannot reach a member that is not there', async () => {
      const name = await aFollower();
      const endpoint = (await survey()).members.find((member) => member.name === name)?.status?.endpoint ?? '';
      await under.stop(name);
      try {
        const fault = { name: 'Fault', port: 'etcd', code: 'ETCD_UNREACHABLE', retryable: true };
        await expect(under.etcd.snapshot(under.cluster, endpoint)).rejects.toMatchObject(fault);
        await expect(under.etcd.revision(under.cluster, endpoint)).rejects.toMatchObject(fault);
        await expect(under.etcd.compact(under.cluster, endpoint, 1n, work)).rejects.toMatchObject(fault);
        await expect(under.etcd.defragment(under.cluster, endpoint, work)).rejects.toMatchObject(fault);
      } finally {
        await under.start(name);
      }
    });

    it('waits for a member to be well for as long as it was told to, and no longer', async () => {
      const name = await aFollower();
      const endpoint = (await survey()).members.find((member) => member.name === name)?.status?.endpoint ?? '';
      await under.stop(name);
      try {
        const waiting = under.etcd.catchUp(under.cluster, endpoint, { timeLimitMs: 300 });
        await expect(waiting).rejects.toMatchObject({
          ...{ name: 'Fault', port: 'etcd', code: 'ETCD_TIME_LIMIT', retryable: false },
          message: expect.stringMatching(/was not well within .*cannot be reached/),
        });
      } finally {
        await under.start(name);
      }
    });

    it('hears from every member, once it has applied it, what was written before', async () => {
      await under.write();
      const newest = await under.etcd.revision(under.cluster, await anEndpoint());
      const revisions = (await endpoints()).map((endpoint) => under.etcd.catchUp(under.cluster, endpoint, work));
      expect(await Promise.all(revisions)).toEqual([newest, newest, newest]);
    });

    it('forgets history up to a revision, as often as it is told to, and none that is still to come', async () => {
      const endpoint = await anEndpoint();
      for (let count = 0; count < 10; count++) await under.write(50_000);
      await expect.poll(usedBytes).toBeGreaterThan(500_000);
      const newest = await under.etcd.catchUp(under.cluster, endpoint, work);
      await expect(under.etcd.compact(under.cluster, endpoint, newest + 10n, work)).rejects.toMatchObject({
        code: 'ETCD_ANSWER',
      });
      for (let count = 0; count < 2; count++) await under.etcd.compact(under.cluster, endpoint, newest, work);
      // Pages count as free from the next write on.
      await under.write();
      await expect.poll(usedBytes).toBeLessThan(300_000);
    });

    it('defragments one member and no other', async () => {
      const [one = '', ...others] = await endpoints();
      const before = await fileBytes();
      await under.etcd.defragment(under.cluster, one, work);
      const after = await fileBytes();
      expect(after[one]).toBeLessThan((before[one] ?? 0) - 400_000);
      for (const other of others) expect(after[other]).toBe(before[other]);
    });

    it('refuses writes once it is full, until it is compacted, defragmented and disarmed, in this order', async () => {
      const full = /database space exceeded/;
      const fill = async () => {
        for (let count = 0; count < 100; count++) await under.write(100_000);
      };
      await expect(fill()).rejects.toThrow(full);
      const alarms = async () => (await survey()).alarms;
      await expect.poll(alarms).not.toEqual([]);
      expect(new Set((await alarms()).map((alarm) => alarm.kind))).toEqual(new Set(['NOSPACE']));

      const [endpoint = '', ...others] = await endpoints();
      const disarm = async () => {
        for (const alarm of await alarms()) await under.etcd.disarm(under.cluster, endpoint, alarm);
      };
      await disarm();
      expect(await alarms()).toEqual([]);
      await expect(fill()).rejects.toThrow(full);

      const newest = await under.etcd.catchUp(under.cluster, endpoint, work);
      for (const each of [endpoint, ...others]) await under.etcd.compact(under.cluster, each, newest, work);
      for (const each of [endpoint, ...others]) await under.etcd.defragment(under.cluster, each, work);
      await expect(under.write(100_000)).rejects.toThrow(full);
      await disarm();
      await under.write(100_000);
      expect(await alarms()).toEqual([]);
    });

    it('takes no offence when there is no alarm to disarm', async () => {
      const { members } = await survey();
      const endpoint = await anEndpoint();
      for (const memberId of [members[0]?.id, undefined]) {
        await under.etcd.disarm(under.cluster, endpoint, { memberId, kind: 'NOSPACE' });
      }
    });

    describe('keys', () => {
      const prefix = '/registry/configmaps/contract/';
      const names = ['a', 'b', 'b/1', 'c', 'ü'].map((name) => `${prefix}${name}`);
      const keysOf = async (options: { prefix?: string; pageKeys?: number }) => {
        const pages = [];
        for await (const page of under.etcd.keys(under.cluster, await anEndpoint(), options)) pages.push(page);
        return pages;
      };
      const caughtUp = async () => {
        for (const endpoint of await endpoints()) await under.etcd.catchUp(under.cluster, endpoint, work);
      };

      it('tells them in their order, page by page, with the revisions of their making and of their last change', async () => {
        for (const name of names) await under.put(name);
        const before = await under.etcd.catchUp(under.cluster, await anEndpoint(), work);
        await under.put(`${prefix}b`);
        await caughtUp();
        const pages = await keysOf({ prefix, pageKeys: 2 });
        expect(pages.map((page) => page.map(({ key }) => key))).toEqual([
          names.slice(0, 2),
          names.slice(2, 4),
          names.slice(4),
        ]);
        const changed = pages.flat().filter(({ modRevision }) => modRevision > before);
        expect(changed).toMatchObject([{ key: `${prefix}b`, modRevision: before + 1n }]);
        expect(changed[0]?.createRevision).toBeLessThan(before);
      });

      it('tells all of them where no prefix is given, and none where there is none', async () => {
        const all = (await keysOf({})).flat().map(({ key }) => key);
        expect(all).toEqual(expect.arrayContaining(names));
        expect(await keysOf({ prefix: '/nothing/' })).toEqual([]);
      });

      it('tells their values too, page by page', async () => {
        const pages = [];
        const options = { prefix, pageKeys: 2 };
        for await (const page of under.etcd.values(under.cluster, await anEndpoint(), options)) pages.push(page);
        expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
        expect(pages.flat().map(({ key, value }) => [key, Buffer.from(value).toString()])).toEqual(
          names.map((name) => [name, 'value']),
        );
      });

      it('counts them', async () => {
        await caughtUp();
        expect(await under.etcd.count(under.cluster, await anEndpoint(), prefix)).toBe(names.length);
        expect(await under.etcd.count(under.cluster, await anEndpoint(), '/nothing/')).toBe(0);
      });

      it('have one hash on all members, at a revision that is not still to come', async () => {
        const newest = await under.etcd.catchUp(under.cluster, await anEndpoint(), work);
        await caughtUp();
        const hashes = await Promise.all(
          (await endpoints()).map((endpoint) => under.etcd.hash(under.cluster, endpoint, newest, work)),
        );
        expect(new Set(hashes.map(({ hash, compactRevision }) => `${hash} ${compactRevision}`)).size).toBe(1);
        await expect(under.etcd.hash(under.cluster, await anEndpoint(), newest + 10n, work)).rejects.toMatchObject({
          code: 'ETCD_ANSWER',
        });
      });

      it('go away with their prefix, and are none the second time', async () => {
        const endpoint = await anEndpoint();
        expect(await under.etcd.removePrefix(under.cluster, endpoint, prefix)).toBe(names.length);
        expect(await under.etcd.removePrefix(under.cluster, endpoint, prefix)).toBe(0);
        expect(await under.etcd.count(under.cluster, endpoint, '')).toBeGreaterThan(0);
      });
    });

    const theLeader = async () => {
      const { members } = await survey();
      return members.find(({ id, status }) => status?.leaderId === id)?.status?.endpoint ?? '';
    };

    it('adds a member without a vote once, gives it none before it follows, and takes it out', async () => {
      const leader = await theLeader();
      const peerUrl = 'http://127.0.0.1:1';
      const id = await under.etcd.addLearner(under.cluster, leader, peerUrl, work);
      expect(await under.etcd.addLearner(under.cluster, leader, peerUrl, work)).toBe(id);
      const listed = async () => (await survey()).members.find((member) => member.id === id);
      await expect.poll(listed).toMatchObject({ name: '', isLearner: true, peerUrls: [peerUrl] });
      const promoting = under.etcd.promote(under.cluster, leader, id, { timeLimitMs: 300 });
      await expect(promoting).rejects.toMatchObject({ code: 'ETCD_TIME_LIMIT' });
      for (let count = 0; count < 2; count++) await under.etcd.removeMember(under.cluster, leader, id, work);
      await expect.poll(listed).toBeUndefined();
    });

    it('gives no vote to one that has it, nor to one that is not there', async () => {
      const [member] = (await survey()).members;
      const leader = await theLeader();
      await under.etcd.promote(under.cluster, leader, member?.id ?? '', work);
      const promoting = under.etcd.promote(under.cluster, leader, 'abc', work);
      await expect(promoting).rejects.toMatchObject({ code: 'ETCD_ANSWER' });
    });

    it('knows no cluster by another name', async () => {
      await expect(under.etcd.survey('elsewhere')).rejects.toMatchObject({ code: 'ETCD_UNKNOWN_CLUSTER' });
      await expect(under.etcd.survey('constructor')).rejects.toMatchObject({ code: 'ETCD_UNKNOWN_CLUSTER' });
    });
  });
}

export async function readAll(source: SnapshotSource, bufferBytes = 1024 * 1024): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (;;) {
    const into = Buffer.alloc(bufferBytes);
    const count = await source.read(into);
    if (count === 0) return Buffer.concat(pieces);
    pieces.push(into.subarray(0, count));
  }
}
