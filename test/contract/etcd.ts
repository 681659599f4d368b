import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Etcd, SnapshotSource } from '../../src/ports/etcd.ts';

/** A cluster of three members, etcd-1 to etcd-3, to try the contract on. */
export interface EtcdUnderTest {
  readonly etcd: Etcd;
  readonly cluster: string;
  /** One write more. */
  write(): Promise<void>;
  /** A member that is not the leader goes away, and comes back. */
  stop(member: string): Promise<void>;
  start(member: string): Promise<void>;
  close(): Promise<void>;
}

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
      const endpoint = await anEndpoint();
      await expect(under.etcd.snapshot(under.cluster, endpoint, { signal })).rejects.toThrow('too late');
      await expect(under.etcd.revision(under.cluster, endpoint, { signal })).rejects.toThrow('too late');
    });

    it('cannot reach a member that is not there', async () => {
      const name = await aFollower();
      const endpoint = (await survey()).members.find((member) => member.name === name)?.status?.endpoint ?? '';
      await under.stop(name);
      try {
        const fault = { name: 'Fault', port: 'etcd', code: 'ETCD_UNREACHABLE', retryable: true };
        await expect(under.etcd.snapshot(under.cluster, endpoint)).rejects.toMatchObject(fault);
        await expect(under.etcd.revision(under.cluster, endpoint)).rejects.toMatchObject(fault);
      } finally {
        await under.start(name);
      }
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
