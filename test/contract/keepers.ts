import { beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/chatops/audit-chain.ts';
import type { Audit } from '../../src/ports/audit.ts';
import type { Freezes } from '../../src/ports/freezes.ts';
import type { Journal, JournalEntry } from '../../src/ports/journal.ts';
import type { Lease, Leases } from '../../src/ports/leases.ts';
import type { Runs } from '../../src/ports/runs.ts';
import type { FakeClock } from '../fakes/clock.ts';
import { aRun } from './runs.ts';

export interface KeepersUnderTest {
  readonly clock: FakeClock;
  readonly runs: Runs;
  readonly leases: Leases;
  readonly journal: Journal;
  readonly freezes: Freezes;
  readonly audit: Audit;
}

const target = 'etcd/prod-1';

/** What every keeper of leases, journals, freezes and of the audit promises. `setUp` answers empty ones each time. */
export function keepersContract(name: string, setUp: () => Promise<KeepersUnderTest>): void {
  let now: KeepersUnderTest;
  beforeEach(async () => {
    now = await setUp();
  });

  async function running(approval = 'a-1') {
    const run = aRun({ queue: 'danger', approval: { id: approval, mode: 'run' } });
    await now.runs.admit(run);
    await now.runs.begin(run.id, 'worker-1');
    return { target, run: run.id, approval, worker: 'worker-1' };
  }
  const end = (run: string) => now.runs.end(run, undefined, { state: 'failed', report: { tone: 'bad', title: 'x' } });

  async function taken(wanted: Parameters<Leases['take']>[0]): Promise<Lease> {
    const { kind, lease } = await now.leases.take(wanted);
    expect(kind).toBe('taken');
    return lease;
  }

  describe(`leases: ${name}`, () => {
    it('are taken by one of two that ask at the same instant', async () => {
      const both = await Promise.all([running(), running('a-2')]);
      const answers = await Promise.all(both.map((one) => now.leases.take(one)));
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['held', 'taken']);
      expect(answers[0]?.lease).toEqual(answers[1]?.lease);
    });

    it('are the same for a run that asks again', async () => {
      const one = await running();
      expect(await taken(one)).toEqual(await taken(one));
    });

    it('are not those of another worker that is at the same run', async () => {
      const one = await running();
      const first = await taken(one);
      expect(await now.leases.take({ ...one, worker: 'worker-2' })).toEqual({ kind: 'held', lease: first });
    });

    it('are not taken from a run under way, not even by its own approval', async () => {
      const first = await taken(await running());
      const again = await now.leases.take(await running());
      expect(again).toEqual({ kind: 'held', lease: first });
    });

    it('go on to a run of the same approval once the former has ended, with a higher fence', async () => {
      const first = await taken(await running());
      await end(first.run);
      const second = await taken(await running());
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(await now.leases.renew(first)).toBe(false);
      expect(await now.leases.giveBack(first)).toBe(false);
      expect(await now.leases.find(target)).toEqual(second);
    });

    it('stay with an approval whose run has ended: nobody knows what it has done', async () => {
      const first = await taken(await running());
      await end(first.run);
      expect(await now.leases.take(await running('a-2'))).toEqual({ kind: 'held', lease: first });
    });

    it('are given back by their own run, and their fences never come again', async () => {
      const first = await taken(await running());
      expect(await now.leases.giveBack(first)).toBe(true);
      expect(await now.leases.find(target)).toBeUndefined();
      expect((await taken(await running('a-2'))).fence).toBeGreaterThan(first.fence);
    });

    it('say when their run was last alive', async () => {
      const first = await taken(await running());
      now.clock.advance(5_000);
      expect(await now.leases.renew(first)).toBe(true);
      expect((await now.leases.list()).map(({ renewedAt }) => renewedAt)).toEqual([now.clock.now()]);
    });

    it('are released by a person who saw this very one, and by nobody who saw another', async () => {
      const first = await taken(await running());
      expect(await now.leases.release(target, first.fence + 1)).toBe(false);
      expect(await now.leases.release(target, first.fence)).toBe(true);
      expect(await now.leases.renew(first)).toBe(false);
    });
  });

  describe(`the journal: ${name}`, () => {
    const entry = (lease: Lease, change: Partial<JournalEntry> = {}): JournalEntry => ({
      ...{ at: now.clock.now(), step: 'Stop etcd everywhere', event: 'started', run: lease.run, fence: lease.fence },
      ...change,
    });

    it('keeps what happened in its order', async () => {
      const lease = await taken(await running());
      const all = [entry(lease), entry(lease, { event: 'ended', detail: 'cp-1, cp-2', output: 'abc' })];
      for (const one of all) expect(await now.journal.add('a-1', target, one)).toBe(true);
      expect(await now.journal.read('a-1')).toEqual(all);
      expect(await now.journal.read('a-2')).toEqual([]);
    });

    it('keeps once what is said again, as after an answer that was lost', async () => {
      const lease = await taken(await running());
      for (let times = 0; times < 2; times++) expect(await now.journal.add('a-1', target, entry(lease))).toBe(true);
      expect(await now.journal.read('a-1')).toEqual([entry(lease)]);
    });

    it('takes nothing from a run whose lease is another’s by now, or was released', async () => {
      const first = await taken(await running());
      await end(first.run);
      const second = await taken(await running());
      expect(await now.journal.add('a-1', target, entry(first))).toBe(false);
      await now.leases.release(target, second.fence);
      expect(await now.journal.add('a-1', target, entry(second))).toBe(false);
      expect(await now.journal.read('a-1')).toEqual([]);
    });
  });

  describe(`freezes: ${name}`, () => {
    const by = 'person U0ALICE (Alice)';

    it('hold back the cluster they name, and no other', async () => {
      const freeze = { target: 'prod-1', by, at: now.clock.now(), reason: 'audit' };
      await now.freezes.set(freeze);
      expect(await now.freezes.holding('prod-1')).toEqual(freeze);
      expect(await now.freezes.holding('staging')).toBeUndefined();
    });

    it('of all hold back every cluster', async () => {
      await now.freezes.set({ target: 'all', by, at: now.clock.now() });
      expect(await now.freezes.holding('staging')).toMatchObject({ target: 'all' });
      expect(await now.freezes.list()).toHaveLength(1);
    });

    it('are lifted once', async () => {
      await now.freezes.set({ target: 'prod-1', by, at: now.clock.now() });
      expect(await now.freezes.lift('prod-1')).toBe(true);
      expect(await now.freezes.lift('prod-1')).toBe(false);
      expect(await now.freezes.holding('prod-1')).toBeUndefined();
    });
  });

  describe(`the audit: ${name}`, () => {
    const event = (what: string, change = {}) => ({
      ...{ kind: 'request' as const, target: 'prod-1', by: 'person U0ALICE (Alice)', what },
      ...change,
    });

    it('is one whole chain, also when many write at once', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => now.audit.add(event(`asked ${index}`))));
      expect(await verifyChain(now.audit.all())).toMatchObject({
        entries: 20,
        head: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(await verifyChain(now.audit.all())).not.toHaveProperty('broken');
    });

    it('is found by target, run, approval and person, newest first', async () => {
      await now.audit.add(event('first', { run: 'r-1' }));
      await now.audit.add(event('second', { target: 'staging', approval: 'a-1', digest: 'abc' }));
      await now.audit.add(event('third', { by: 'person U0BOB (Bob)' }));
      const whats = async (about?: string) =>
        (await now.audit.list({ ...(about === undefined ? {} : { about }), limit: 2 })).map(({ what }) => what);
      expect(await whats()).toEqual(['third', 'second']);
      expect(await whats('prod-1')).toEqual(['third', 'first']);
      expect(await whats('a-1')).toEqual(['second']);
      expect(await whats('r-1')).toEqual(['first']);
      expect(await whats('U0BOB')).toEqual(['third']);
    });
  });
}
