import type { Seen } from '../ports/seen.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

/** What was handled, remembered in Redis. */
export function createSeen(redis: RedisConnection): Seen {
  return {
    first: (key, lifetimeMs) =>
      asking('seen', 'first', async () => (await redis.set(keys.seen(key), '1', 'PX', lifetimeMs, 'NX')) === 'OK'),
    async forget(key) {
      await asking('seen', 'forget', () => redis.del(keys.seen(key)));
    },
  };
}
