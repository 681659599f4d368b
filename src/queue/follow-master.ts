import { Redis } from 'ioredis';
import type { RedisAccess } from '../config/redis-access.ts';
import { type RedisConnection, tlsOptions } from './redis.ts';

const channel = '+switch-master';

/**
 * Connects anew, to whoever is master then, as soon as a sentinel says that it is another. Who is refused by a dead server notices by itself; one
 * that froze or was cut off leaves its connections open, and waiting for it would cost longer than a dangerous run may be silent. Answers how to
 * stop; does nothing where there are no sentinels.
 */
export function followMaster(
  { sentinels, tls }: Pick<RedisAccess, 'sentinels' | 'tls'>,
  connections: readonly RedisConnection[],
): () => void {
  if (!sentinels) return () => undefined;
  const { group, nodes, password } = sentinels;
  const ears = nodes.map(
    ({ host, port }) =>
      new Redis({
        ...{ host, port, enableReadyCheck: false, maxRetriesPerRequest: null, keepAlive: 30_000 },
        retryStrategy: (times) => Math.min(times * 500, 10_000),
        ...(password === undefined ? {} : { password }),
        ...(tls ? { tls: tlsOptions(tls) } : {}),
      }),
  );
  for (const ear of ears) {
    // One that is away is asked again; the others tell the same.
    ear.on('error', () => undefined);
    ear.on('message', (_channel: string, said: string) => {
      if (said.split(' ')[0] === group) for (const one of connections) leave(one);
    });
    ear.subscribe(channel).catch(() => undefined);
  }
  return () => {
    for (const ear of ears) ear.disconnect();
  };
}

/** One that is on its way asks the sentinels by itself; ioredis would end it for good if it were told to stop there. */
function leave(connection: RedisConnection): void {
  if (connection.status === 'ready' || connection.status === 'connect') connection.disconnect(true);
}
