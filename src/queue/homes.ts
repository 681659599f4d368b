import type { Clock } from '../ports/clock.ts';
import type { Homes } from '../ports/homes.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

/** A working day: who comes back later opens it again. */
const watchedForMs = 8 * 60 * 60_000;
/** Each of them is looked at every few seconds. */
const most = 200;

/** Homes in Redis. */
export function createHomes(redis: RedisConnection, clock: Clock): Homes {
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('homes', operation, work);
  const since = () => clock.now().getTime() - watchedForMs;
  return {
    async opened(user) {
      await ask('opened', () => redis.zadd(keys.homes, clock.now().getTime(), user));
    },
    async watched() {
      await ask('watched', () => redis.zremrangebyscore(keys.homes, '-inf', since()));
      return ask('watched', () => redis.zrevrange(keys.homes, 0, most - 1));
    },
    shown: async (user) => (await ask('shown', () => redis.hget(keys.homesShown, user))) ?? undefined,
    async show(user, digest) {
      await ask('show', () => redis.hset(keys.homesShown, user, digest));
    },
  };
}
