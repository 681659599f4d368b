import { execFile } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EtcdCluster } from '../../sandbox/etcd.ts';
import type { Store } from './store.ts';

const run = promisify(execFile);

export interface Scene {
  readonly cluster: EtcdCluster;
  readonly store: Store;
  /** For what the other ways write to disk. */
  readonly directory: string;
}

export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds?: number;
  readonly peakRssMb?: number;
  readonly storedMb?: number;
}

/** The gRPC call with nothing but curl, to /dev/null. */
export async function rawRead({ cluster, directory }: Scene): Promise<Measured> {
  const request = join(directory, 'empty.grpc');
  await writeFile(request, Buffer.alloc(5));
  return timed(() =>
    run('curl', [
      ...['-sS', '--fail', '--http2-prior-knowledge', '-X', 'POST', '--data-binary', `@${request}`, '-o', '/dev/null'],
      ...['-H', 'content-type: application/grpc', '-H', 'te: trailers'],
      `${cluster.member(0).endpoint}/etcdserverpb.Maintenance/Snapshot`,
    ]),
  );
}

/**
 * Salvor's pipeline. Its process tells its own time, from the request until the manifest is written, and what it cost. With a compile
 * cache, as in the image: without one every thread strips the types from its modules again, 0.1 s each time.
 */
export async function ours({ cluster, store, directory }: Scene): Promise<Measured> {
  const task = { endpoint: cluster.member(0).endpoint, bucket: store.connection };
  const main = new URL('ours.ts', import.meta.url).pathname;
  const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') };
  const { stdout } = await run(process.execPath, [main, JSON.stringify(task)], { env });
  return JSON.parse(stdout);
}

/** The old way: snapshot and data directory in one tarball. */
export async function script({ cluster, store, directory }: Scene): Promise<Measured> {
  const work = join(directory, 'script');
  const archive = join(directory, 'script.tar.gz');
  const measured = await timed(async () => {
    await run('mkdir', ['-p', work]);
    await cluster.etcdctl('snapshot', 'save', join(work, 'snapshot.db'));
    await cp(cluster.member(0).dataDirectory, join(work, 'data'), { recursive: true });
    await run('tar', ['zcf', archive, '-C', work, '.']);
    await upload(store, archive);
  });
  await rm(work, { recursive: true });
  await rm(archive);
  return measured;
}

/** What a careful person does by hand today. */
export async function saveZstdUpload({ cluster, store, directory }: Scene): Promise<Measured> {
  const file = join(directory, 'saved.db');
  const measured = await timed(async () => {
    await cluster.etcdctl('snapshot', 'save', file);
    await run('zstd', ['-q', '-1', '-f', file, '-o', `${file}.zst`]);
    await upload(store, `${file}.zst`);
  });
  await rm(file);
  await rm(`${file}.zst`);
  return measured;
}

const upload = ({ address, curlAuth }: Store, file: string) =>
  run('curl', ['-sS', '--fail', ...curlAuth, '-T', file, `${address}/by-hand/${Date.now()}`]);

async function timed(work: () => Promise<unknown>): Promise<Measured> {
  const begun = performance.now();
  await work();
  return { seconds: (performance.now() - begun) / 1000 };
}
