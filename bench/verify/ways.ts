import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { BucketConnection } from '../../src/adapters/objects.ts';
import type { Store } from '../snapshot/store.ts';

const run = promisify(execFile);

export interface VerifyScene {
  readonly store: Store;
  /** The key of the backup's data, compressed by zstd. */
  readonly key: string;
  readonly directory: string;
}

export interface VerifyTask {
  readonly bucket: BucketConnection;
  readonly directory: string;
  readonly programs: readonly string[];
  readonly bytesOnly: boolean;
}

export interface MeasuredVerify {
  readonly seconds: number;
  readonly parts?: Readonly<Record<string, number>>;
  readonly cpuSeconds?: number;
  readonly peakRssMb?: number;
  readonly longestBlockMs?: number;
}

/** What must be done in any case: download, decompress on the way, and etcd's own restore, which checks the digest. Nothing is started or looked at. */
export async function restoreAlone({ store, key, directory }: VerifyScene): Promise<MeasuredVerify> {
  const file = join(directory, 'alone.db');
  const data = join(directory, 'alone');
  const url = `${store.address}/${key}`;
  const quoted = [...store.curlAuth, url].map((word) => `'${word}'`).join(' ');
  const begun = performance.now();
  await run('sh', ['-c', `curl -sS --fail ${quoted} | zstd -q -d -o '${file}'`]);
  await run('etcdctl', ['snapshot', 'restore', file, '--data-dir', data], {
    env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
  });
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all([rm(file), rm(data, { recursive: true })]);
  return { seconds };
}

export const verify = (scene: VerifyScene): Promise<MeasuredVerify> => ours(scene, false);
export const readOnly = (scene: VerifyScene): Promise<MeasuredVerify> => ours(scene, true);

/** Salvor's, from the name of the backup until the result is written. With a compile cache, as in the image. */
async function ours({ store, directory }: VerifyScene, bytesOnly: boolean): Promise<MeasuredVerify> {
  const programs = (process.env.PATH ?? '').split(delimiter);
  const task: VerifyTask = { bucket: store.connection, directory, programs, bytesOnly };
  const main = new URL('ours.ts', import.meta.url).pathname;
  const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') };
  const { stdout } = await run(process.execPath, [main, JSON.stringify(task)], { env });
  return JSON.parse(stdout);
}
