import { Fault } from '../../src/chatops/errors.ts';
import type { Freeze, Freezes } from '../../src/ports/freezes.ts';

export interface FakeFreezes extends Freezes {
  /** Nobody can be asked from now on. */
  breakDown(): void;
}

/** Freezes in memory. */
export function createFakeFreezes(): FakeFreezes {
  const all = new Map<string, Freeze>();
  let isBroken = false;
  const ask = () => {
    if (!isBroken) return;
    throw new Fault('Redis cannot be reached.', {
      port: 'freezes',
      operation: 'ask',
      code: 'REDIS_UNREACHABLE',
      retryable: true,
    });
  };
  return {
    breakDown() {
      isBroken = true;
    },
    async set(freeze) {
      ask();
      all.set(freeze.target, freeze);
    },
    async lift(target) {
      ask();
      return all.delete(target);
    },
    async list() {
      ask();
      return [...all.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
    },
    async holding(cluster) {
      ask();
      return all.get(cluster) ?? all.get('all');
    },
  };
}
