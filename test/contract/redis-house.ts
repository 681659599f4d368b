import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxRedis, startRedis } from '../../sandbox/redis.ts';
import { connected, connectFailFast, type RedisConnection } from '../../src/queue/redis.ts';

/** A real Redis that holds nothing yet, and a connection to it. */
export interface RedisHouse {
  readonly server: SandboxRedis;
  readonly redis: RedisConnection;
  /** Ends both and leaves nothing on the disk. */
  close(): Promise<void>;
}

export async function openRedisHouse(connect = connectFailFast): Promise<RedisHouse> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-redis-'));
  const server = await startRedis({ directory });
  const redis = connect({ url: server.url });
  await connected(redis);
  return {
    server,
    redis,
    async close() {
      redis.disconnect();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
