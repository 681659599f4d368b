import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { RedisAccess } from '../config/redis-access.ts';

export type RedisConnection = Redis | Cluster;

type Options = Omit<RedisOptions, 'replyMapping'>;

/**
 * A connection for what a person waits for. With Redis down every command fails at once, with Redis silent after 1.5 s; nothing is
 * kept in memory to be done later, when nobody expects it any more. It connects again by itself.
 */
export function connectFailFast(settings: RedisAccess): RedisConnection {
  return open(settings, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1500,
    connectTimeout: 1500,
    socketTimeout: 4000,
    retryStrategy: (times) => Math.min(times * 100, 1000),
  });
}

/** A connection for workers: commands wait for Redis to come back, as long as it takes. BullMQ takes no other kind for workers. */
export function connectPatient(settings: RedisAccess): RedisConnection {
  return open(settings, {
    maxRetriesPerRequest: null,
    connectTimeout: 5000,
    // A server that vanished without a word is given up after this long; longer than any call that blocks (10 s at most).
    socketTimeout: 15_000,
    retryStrategy: (times) => Math.min(times * 100, 2000),
    reconnectOnError: (error) => isDemoted(error) || isAlone(error),
  });
}

/** Waits until the connection can be used. Throws Fault when it cannot within `timeoutMs`, and at once when Redis refuses the password. */
export async function connected(redis: RedisConnection, timeoutMs = 5000): Promise<void> {
  if (redis.status === 'ready') return;
  const limit = AbortSignal.timeout(timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let last: unknown;
  const onError = (error: unknown) => {
    last = error;
    // Asking again with the same password would only fail again.
    if (isUnwelcome(error)) reject(unwelcome(error));
  };
  redis.on('error', onError);
  redis.once('ready', resolve);
  limit.addEventListener('abort', () => reject(unreachable(last)), { once: true });
  try {
    await promise;
  } finally {
    redis.off('error', onError);
    redis.off('ready', resolve);
  }
}

/** One more connection of the same kind to the same place. */
export function another(redis: RedisConnection): RedisConnection {
  const connection = redis instanceof Cluster ? redis.duplicate() : redis.duplicate();
  connection.on('error', () => undefined);
  return connection;
}

/** Ends a connection without waiting for a server that may be gone. */
export function disconnect(redis: RedisConnection): void {
  redis.disconnect();
}

/**
 * Refuses a Redis that may forget what it was told: a run, a lock or a promised answer lost in silence is worse than a start refused.
 * Answers warnings, for a service that does not let its settings be read.
 */
export async function checkRedis(redis: RedisConnection): Promise<readonly string[]> {
  await connected(redis);
  const warnings: string[] = [];
  if (isWatched(redis) && (await setting(redis, 'min-replicas-to-write')) === '0') warnings.push(takesWritesAlone);
  for (const rule of rules) {
    const value = await setting(redis, rule.name);
    if (value === undefined)
      warnings.push(`Redis does not say its ${rule.name}. It must be '${rule.wanted}': ${rule.why}`);
    else if (value !== rule.wanted) throw refusal(rule, value);
  }
  return warnings;
}

/** Whether sentinels put another in the master's place; the masters of a cluster stop by themselves once they are cut off. */
export const isWatched = (redis: RedisConnection): boolean =>
  !(redis instanceof Cluster) && (redis.options.sentinels ?? []).length > 0;

const takesWritesAlone =
  "Redis has min-replicas-to-write '0': a master that is cut off goes on taking what is lost once another has its place. With two replicas or more set it to 1.";

interface Rule {
  readonly name: string;
  readonly wanted: string;
  readonly why: string;
}

const rules: readonly Rule[] = [
  {
    name: 'maxmemory-policy',
    wanted: 'noeviction',
    why: 'any other policy drops runs and locks when memory is short.',
  },
  { name: 'appendonly', wanted: 'yes', why: 'without it a restart of Redis forgets minutes of runs and locks.' },
];

function refusal(rule: Rule, value: string): Refusal {
  return new Refusal(
    `Redis has ${rule.name} '${value}', and Salvor needs '${rule.wanted}': ${rule.why}`,
    `Run: redis-cli CONFIG SET ${rule.name} ${rule.wanted} && redis-cli CONFIG REWRITE — or set '${rule.name} ${rule.wanted}' in redis.conf and restart Redis.`,
  );
}

/** Undefined where CONFIG is hidden, as managed services do. */
async function setting(redis: RedisConnection, name: string): Promise<string | undefined> {
  try {
    const answer = await redis.config('GET', name);
    return Array.isArray(answer) ? (answer[1] as string | undefined) : undefined;
  } catch (error) {
    if (error instanceof Error && /unknown command|NOPERM|no permissions|disabled/i.test(error.message))
      return undefined;
    throw isUnwelcome(error) ? unwelcome(error) : unreachable(error);
  }
}

function unreachable(cause: unknown): Fault {
  return new Fault('Redis cannot be reached.', {
    port: 'redis',
    operation: 'connect',
    retryable: true,
    code: 'REDIS_UNREACHABLE',
    next: 'Check that Redis runs and that REDIS_URL, or redis in salvor.yaml, names it.',
    cause,
  });
}

const isUnwelcome = (error: unknown): boolean =>
  error instanceof Error && /^(?:NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password)\b/.test(error.message);

function unwelcome(cause: unknown): Fault {
  return new Fault('Redis does not accept the user or the password it was given.', {
    port: 'redis',
    operation: 'connect',
    retryable: false,
    code: 'REDIS_UNAUTHENTICATED',
    next: 'Check the user and the password in REDIS_URL, where % is written as %25, or those that redis in salvor.yaml names.',
    cause,
  });
}

function open(settings: RedisAccess, behaviour: Options): RedisConnection {
  const options: Options = { reconnectOnError: isDemoted, ...behaviour, ...credentials(settings) };
  const connection = build(settings, options);
  // ioredis also reports to whoever waits for the command; without a listener it would print on its own.
  connection.on('error', () => undefined);
  return connection;
}

/** After a failover the old server lives on as a replica: connect again, which finds the new one, and say it once more (2). */
const isDemoted = (error: Error): 2 | false => (error.message.startsWith('READONLY') ? 2 : false);

/**
 * A master takes nothing while it has no replica (min-replicas-to-write): right after a failover, until the others follow it; or it was cut off, and
 * another is master by now. Who can wait asks anew who the master is, and says it once more.
 */
const isAlone = (error: Error): 2 | false => (error.message.startsWith('NOREPLICAS') ? 2 : false);

function build(settings: RedisAccess, options: Options): RedisConnection {
  if (settings.cluster) return new Cluster([...settings.cluster.nodes], clusterOptions(options));
  if (settings.sentinels) {
    const { group, nodes, password } = settings.sentinels;
    return new Redis({
      ...options,
      name: group,
      sentinels: nodes.map((node) => ({ ...node })),
      // Without these ioredis would speak to both in the clear, `tls` or not.
      ...(options.tls ? { enableTLSForSentinelMode: true, sentinelTLS: options.tls } : {}),
      ...(password === undefined ? {} : { sentinelPassword: password }),
    });
  }
  if (settings.url === undefined)
    throw new Refusal('No Redis is named.', 'Set REDIS_URL, such as redis://127.0.0.1:6379.');
  return new Redis(settings.url, options);
}

/** A cluster takes some of these for itself and hands the rest to the connection to each node. */
function clusterOptions(options: Options) {
  const { enableOfflineQueue, retryStrategy, maxRetriesPerRequest, ...redisOptions } = options;
  return {
    enableOfflineQueue: enableOfflineQueue ?? true,
    clusterRetryStrategy: (times: number) => retryStrategy?.(times) ?? null,
    redisOptions: { ...redisOptions, ...(maxRetriesPerRequest === undefined ? {} : { maxRetriesPerRequest }) },
  };
}

function credentials(settings: RedisAccess): Options {
  const { username, password, tls } = settings;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: tlsOptions(tls) } : {}),
  };
}

export function tlsOptions(tls: NonNullable<RedisAccess['tls']>) {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}
