import type { Shelf } from '../ports/shelf.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

/** The shelf in Redis. */
export function createShelf(redis: RedisConnection): Shelf {
  return {
    get: (key) => asking('shelf', 'get', async () => (await redis.get(keys.shelf(key))) ?? undefined),
    async set(key, value, lifetimeMs) {
      await asking('shelf', 'set', () => redis.set(keys.shelf(key), value, 'PX', lifetimeMs));
    },
  };
}
