import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './etcd.ts';
import { answers, type SandboxRedis, startRedis } from './redis.ts';

/** A real master with replicas, and three sentinels that put a replica in the master's place when it is gone. */
export interface SandboxSentinels {
  /** Who was master at the start. */
  readonly master: SandboxRedis;
  readonly replicas: readonly SandboxRedis[];
  /** How Salvor is told of it. */
  readonly access: {
    readonly sentinels: {
      readonly group: string;
      readonly nodes: readonly { readonly host: string; readonly port: number }[];
    };
  };
  stop(): Promise<void>;
}

const group = 'salvor';

export async function startSentinels(directory: string, count: 1 | 2 = 1): Promise<SandboxSentinels> {
  const running: SandboxRedis[] = [];
  const started = async (starting: Promise<SandboxRedis>) => {
    const server = await starting;
    running.unshift(server);
    return server;
  };
  const stop = async () => void (await Promise.all(running.splice(0).map((one) => one.stop())));
  try {
    const settings = ['--repl-diskless-sync-delay', '0'];
    const master = await started(startRedis({ directory: join(directory, 'master'), settings }));
    const replicaOf = [...settings, '--replicaof', `127.0.0.1 ${master.port}`];
    const replicas: SandboxRedis[] = [];
    for (let nth = 1; nth <= count; nth++) {
      const place = join(directory, `replica-${nth}`);
      replicas.push(await started(startRedis({ directory: place, settings: replicaOf })));
      await answers(
        master.port,
        'INFO replication',
        `slave${nth - 1}:ip=127.0.0.1,port=${replicas.at(-1)?.port},state=online`,
      );
    }
    const ports = await freePorts(3);
    await Promise.all(
      ports.map((port) => started(startSentinel(join(directory, `sentinel-${port}`), port, master.port))),
    );
    // Before they know of each other and of the replica they cannot agree on anything.
    for (const port of ports) await answers(port, 'INFO sentinel', `slaves=${count},sentinels=3`);
    return {
      master,
      replicas,
      access: { sentinels: { group, nodes: ports.map((port) => ({ host: '127.0.0.1', port })) } },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSentinel(directory: string, port: number, masterPort: number): Promise<SandboxRedis> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'sentinel.conf');
  // A second, so that a busy machine does not look like a dead master.
  const rules = [
    `monitor ${group} 127.0.0.1 ${masterPort} 2`,
    `down-after-milliseconds ${group} 1000`,
    `failover-timeout ${group} 3000`,
  ];
  await writeFile(file, rules.map((rule) => `sentinel ${rule}\n`).join(''));
  return startRedis({ directory, port, sentinel: file });
}
