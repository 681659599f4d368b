import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { Fault } from '../chatops/errors.ts';
import { isWatched, type RedisConnection } from './redis.ts';
import type { Script, ScriptAnswer } from './script.ts';

/** As long as a server takes that is started anew and becomes a replica. */
const usualMs = 60_000;
/** All else on the connection waits meanwhile. */
const confirmedWithinMs = 500;
const betweenMs = 500;

/**
 * Whether another server may take the place of the one that is spoken to. A cluster without any replica is like a single server: what it has not
 * got, nobody has.
 */
function hasReplicas(redis: RedisConnection): boolean {
  return redis instanceof Cluster ? redis.nodes('slave').length > 0 : isWatched(redis);
}

/**
 * Runs a script whose effect must outlive the server that takes it: answers once a replica has it too. Redis waits for none by itself, and what only a
 * dead master knew is as if it had never been; one that was cut off, and does not know yet that another is master now, has no replica that would
 * confirm anything. Since replicas get everything in its order, they have all that was written before as well.
 *
 * The script may come more than once, and must then come to the same and write something each time; 0 says that it changed nothing. Throws Fault
 * when no replica confirms it within `withinMs`: it may have been written all the same. Where there are no replicas it is as `script.run`.
 */
export async function runKept(
  redis: RedisConnection,
  script: Script,
  keys: readonly string[],
  values: readonly (string | number)[],
  withinMs = usualMs,
): Promise<ScriptAnswer> {
  if (!hasReplicas(redis)) return script.run(redis, keys, values);
  // By a clock that nobody sets.
  const until = performance.now() + withinMs;
  for (;;) {
    const [answer, replicas] = await attempt(redis, script, keys, values);
    if (answer === 0 || replicas >= 1) return answer;
    if (performance.now() >= until) throw notKept();
    await pause(betweenMs);
  }
}

/**
 * WAIT counts who has what was written on the same connection, and on another one everybody has all of nothing. ioredis sends a pipeline again as a
 * whole, or gives the rest of it up once a part was answered; and in a cluster all of it goes to the master of its keys.
 */
async function attempt(
  redis: RedisConnection,
  { lua }: Script,
  keys: readonly string[],
  values: readonly (string | number)[],
): Promise<readonly [answer: ScriptAnswer, replicas: number]> {
  const asked = redis.pipeline().eval(lua, keys.length, ...keys, ...values);
  const [ran, waited] = (await asked.wait(1, confirmedWithinMs).exec()) ?? [];
  if (ran?.[0]) throw ran[0];
  return [ran?.[1], waited?.[0] ? 0 : Number(waited?.[1])];
}

const notKept = (): Fault =>
  new Fault('No replica of Redis confirms what is written down, so what was to come next was not begun.', {
    port: 'redis',
    operation: 'wait',
    // Dangerous work is never tried again by itself.
    retryable: false,
    code: 'REDIS_NOT_REPLICATED',
    next: 'Bring a replica back first (redis-cli INFO replication): should this server be lost, nobody would know what was done.',
  });
