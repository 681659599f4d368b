import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertThread } from '../../src/chatops/alerts/alert-thread.ts';
import { groupId } from '../../src/chatops/alerts/told.ts';
import type { AlertThreads } from '../../src/ports/alert-threads.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import { at } from '../chatops/alerts/alerts.ts';
import type { FakeClock } from '../fakes/clock.ts';

export interface AlertThreadsUnderTest {
  readonly threads: AlertThreads;
  readonly outbox: Outbox;
  readonly clock: FakeClock;
}

const groupKey = '{}:{alertname="etcdNoLeader"}';

export const aThread = (changes: Partial<AlertThread> = {}): AlertThread => ({
  ...{ id: `${groupId(groupKey, 'prod-1')}-1`, version: 1, groupKey, target: 'prod-1', state: 'firing' },
  alerts: [{ name: 'etcdNoLeader', fingerprint: 'a1', startsAt: at(0), rule: 'no-leader' }],
  ...{ truncated: 0, untold: 0, notifications: 1, labels: { cluster: 'prod-1' }, startedAt: at(1), toldAt: at(1) },
  ...{ decisions: [], thread: { channel: 'C1' } },
  ...changes,
});

/** What every keeper of alerts promises. `setUp` answers an empty one each time. */
export function alertThreadsContract(name: string, setUp: () => Promise<AlertThreadsUnderTest>): void {
  describe(`alert threads: ${name}`, () => {
    let threads: AlertThreads;
    let outbox: Outbox;
    let clock: FakeClock;
    beforeEach(async () => {
      ({ threads, outbox, clock } = await setUp());
    });

    const first = aThread();
    const later = aThread({ id: first.id.replace(/1$/, '2'), version: 2 });

    it('are kept as they are, and shown', async () => {
      expect(await threads.replace(first)).toBe(true);
      expect(await threads.find(first.id)).toEqual(first);
      expect(await threads.latest(groupKey, 'prod-1')).toEqual(first);
      expect(await threads.latest(groupKey, 'prod-2')).toBeUndefined();
      expect(await outbox.claim(1000)).toMatchObject({
        ...{ id: `alert:${first.id}`, letter: { kind: 'alert', alertId: first.id } },
      });
    });

    it('say a remark once, with the change that it is about', async () => {
      const said = { tone: 'warning', title: 'Not done: snapshot prod-1' } as const;
      await threads.replace(first);
      expect(await threads.replace({ ...first, version: 2 }, said)).toBe(true);
      expect(await threads.replace({ ...first, version: 2 }, said)).toBe(false);
      const letters = [await outbox.claim(1000), await outbox.claim(1000), await outbox.claim(1000)];
      expect(letters.flatMap((claim) => (claim?.letter.kind === 'remark' ? [claim.letter] : []))).toEqual([
        { kind: 'remark', alertId: first.id, report: said },
      ]);
      expect(letters[2]).toBeUndefined();
    });

    it('begin once, however many hear of it at the same instant', async () => {
      const all = await Promise.all([threads.replace(first), threads.replace(first), threads.replace(first)]);
      expect(all.filter(Boolean)).toHaveLength(1);
    });

    it('know where their message is from the first who says so on, and keep it', async () => {
      await threads.replace(first);
      expect(await threads.address(first.id, '1.1')).toBe(true);
      expect(await threads.address(first.id, '2.2')).toBe(false);
      await threads.replace({ ...first, version: 2 });
      expect((await threads.find(first.id))?.thread).toEqual({ channel: 'C1', ts: '1.1' });
    });

    it('give way to a later one of the same group, which has a message of its own', async () => {
      await threads.replace(first);
      await threads.address(first.id, '1.1');
      expect(await threads.replace(later)).toBe(true);
      expect(await threads.find(first.id)).toBeUndefined();
      expect(await threads.address(first.id, '3.3')).toBe(false);
      expect((await threads.latest(groupKey, 'prod-1'))?.thread).toEqual({ channel: 'C1' });
      expect((await threads.firing()).map(({ id }) => id)).toEqual([later.id]);
    });

    it('are looked after while they fire', async () => {
      await threads.replace(first);
      expect((await threads.firing()).map(({ id }) => id)).toEqual([first.id]);
      await threads.replace({ ...first, version: 2, state: 'resolved', resolvedAt: at(2) });
      expect(await threads.firing()).toEqual([]);
    });

    it('allow a write again after its time, so many times a day, and the same one always', async () => {
      const of = { rule: 'no-leader', target: 'prod-1', cooldownMs: 60_000, perDay: 2 };
      const began = clock.now().getTime();
      expect(await threads.allow('one', of)).toEqual({ kind: 'allowed' });
      expect(await threads.allow('one', of)).toEqual({ kind: 'allowed' });
      expect(await threads.allow('two', of)).toEqual({ kind: 'cooling', until: new Date(began + 60_000) });
      expect(await threads.allow('two', { ...of, target: 'prod-2' })).toEqual({ kind: 'allowed' });
      clock.advance(60_000);
      expect(await threads.allow('two', of)).toEqual({ kind: 'allowed' });
      clock.advance(60_000);
      expect(await threads.allow('three', of)).toEqual({ kind: 'used up' });
      clock.advance(24 * 60 * 60_000);
      expect(await threads.allow('three', of)).toEqual({ kind: 'allowed' });
    });

    it('count one of two writes that are asked for at the same instant', async () => {
      const of = { rule: 'no-leader', target: 'prod-1', cooldownMs: 60_000, perDay: 4 };
      const both = await Promise.all([threads.allow('one', of), threads.allow('two', of)]);
      expect(both.filter(({ kind }) => kind === 'allowed')).toHaveLength(1);
    });
  });
}
