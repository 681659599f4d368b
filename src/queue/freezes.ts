import { z } from 'zod';
import type { Freeze, Freezes } from '../ports/freezes.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

const StoredFreeze = z.object({
  target: z.string(),
  by: z.string(),
  at: z.coerce.date(),
  reason: z.string().optional(),
});
const parse = (json: string): Freeze => StoredFreeze.parse(JSON.parse(json));

/** Freezes in Redis. What cannot be read or understood is an error, never no freeze. */
export function createFreezes(redis: RedisConnection): Freezes {
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('freezes', operation, work);
  return {
    async set(freeze) {
      await ask('set', () => redis.hset(keys.freezes, freeze.target, JSON.stringify(freeze)));
    },
    lift: async (target) => (await ask('lift', () => redis.hdel(keys.freezes, target))) === 1,
    async list() {
      const all = await ask('list', () => redis.hvals(keys.freezes));
      return all.map(parse).sort((a, b) => (a.target < b.target ? -1 : 1));
    },
    async holding(cluster) {
      const [own, all] = await ask('holding', () => redis.hmget(keys.freezes, cluster, 'all'));
      const json = own ?? all;
      return json === null || json === undefined ? undefined : parse(json);
    },
  };
}
