import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SandboxRedis, startRedis } from './redis.ts';

/** A real Redis Cluster of several masters, each with its share of the slots. */
export interface SandboxRedisCluster {
  readonly masters: readonly SandboxRedis[];
  /** How Salvor is told of it. */
  readonly access: {
    readonly cluster: { readonly nodes: readonly { readonly host: string; readonly port: number }[] };
  };
  stop(): Promise<void>;
}

/** Three masters, which is the least that `redis-cli --cluster create` makes. */
export async function startRedisCluster(directory: string): Promise<SandboxRedisCluster> {
  const masters = await Promise.all(
    ['1', '2', '3'].map((name) => startRedis({ directory: join(directory, name), isClusterNode: true })),
  );
  const stop = async () => void (await Promise.all(masters.map((one) => one.stop())));
  const addresses = masters.map(({ port }) => `127.0.0.1:${port}`);
  try {
    await promisify(execFile)('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { timeout: 60_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { masters, access: { cluster: { nodes: masters.map(({ port }) => ({ host: '127.0.0.1', port })) } }, stop };
}
