import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepLease } from '../../src/chatops/keep-lease.ts';
import type { Lease } from '../../src/ports/leases.ts';

const at = new Date('2026-03-01T09:00:00Z');
const lease: Lease = {
  ...{ target: 'etcd/prod-1', fence: 1, run: 'r-1', approval: 'a-1', worker: 'w1', takenAt: at, renewedAt: at },
};
let now = 0;
let stop: AbortController;
beforeEach(() => {
  now = 0;
  stop = new AbortController();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

/** Calls it once a second, for so many seconds. */
async function passes(seconds: number, tick: () => void): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    now += 1000;
    tick();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
}

it('goes on while the target is its own, however long', async () => {
  await passes(600, keepLease(lease, { renew: async () => true }, stop));
  expect(stop.signal.aborted).toBe(false);
});

it('stops at once when the target is somebody else’s', async () => {
  await passes(1, keepLease(lease, { renew: async () => false }, stop));
  expect(stop.signal.reason).toMatchObject({ kind: 'superseded' });
});

it.each([
  ['no answer comes', () => new Promise<boolean>(() => {})],
  ['it is refused', () => Promise.reject(new Error('connection lost'))],
])('stops before others may take over when %s', async (_, renew) => {
  const tick = keepLease(lease, { renew }, stop);
  await passes(14, tick);
  expect(stop.signal.aborted).toBe(false);
  await passes(2, tick);
  expect(stop.signal.reason).toMatchObject({ kind: 'superseded' });
});

it('bears a Redis that is away for a while', async () => {
  let isAway = true;
  const tick = keepLease(
    lease,
    { renew: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(true)) },
    stop,
  );
  await passes(10, tick);
  isAway = false;
  await passes(60, tick);
  expect(stop.signal.aborted).toBe(false);
});
