import { createHash } from 'node:crypto';
import { Fault } from '../chatops/errors.ts';
import type { RedisConnection } from './redis.ts';

export type ScriptAnswer = unknown;

/** A Lua script, which Redis runs as one indivisible step. */
export interface Script {
  readonly lua: string;
  run(redis: RedisConnection, keys: readonly string[], values: readonly (string | number)[]): Promise<ScriptAnswer>;
}

/** Sent by its digest; whole only to a Redis that does not know it yet. */
export function defineScript(lua: string): Script {
  const digest = createHash('sha1').update(lua).digest('hex');
  return {
    lua,
    async run(redis, keys, values) {
      try {
        return await redis.evalsha(digest, keys.length, ...keys, ...values);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return redis.eval(lua, keys.length, ...keys, ...values);
      }
    },
  };
}

/** Runs `work`, and says a failure of Redis as a Fault of `port`. */
export async function asking<T>(port: string, operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw redisFault(port, operation, error);
  }
}

const sayings = {
  timeout: {
    code: 'REDIS_SILENT',
    words: 'Redis did not answer in time, so it is not certain whether this was recorded.',
    next: 'Look at the list of runs before you ask again.',
  },
  offline: {
    code: 'REDIS_UNREACHABLE',
    words: 'Redis cannot be reached, so nothing was recorded.',
    next: 'Ask again in a minute; whoever runs Salvor should look at Redis.',
  },
  alone: {
    code: 'REDIS_NOT_REPLICATED',
    words: 'Redis takes nothing while it has no replica, so nothing was recorded.',
    next: 'Ask again in a minute; whoever runs Salvor should look at its replicas.',
  },
  refused: {
    code: 'REDIS_REFUSED',
    words: 'Redis refused what Salvor asked of it.',
    next: 'Whoever runs Salvor should look at the log and at Redis.',
  },
} as const;

function redisFault(port: string, operation: string, cause: unknown): Fault {
  const saying = sayings[kindOf(cause)];
  return new Fault(saying.words, { port, operation, retryable: true, code: saying.code, next: saying.next, cause });
}

function kindOf(cause: unknown): keyof typeof sayings {
  const message = cause instanceof Error ? cause.message : '';
  if (/timed out|Connection is closed|max retries/i.test(message)) return 'timeout';
  if (/isn't (writeable|ready)|ECONNREFUSED|ECONNRESET|ENOTFOUND|refresh slots|startup nodes/i.test(message))
    return 'offline';
  return message.startsWith('NOREPLICAS') ? 'alone' : 'refused';
}
