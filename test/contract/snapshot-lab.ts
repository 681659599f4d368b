import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EtcdCluster, type EtcdSetup, startEtcd } from '../../sandbox/etcd.ts';
import { fillEtcd } from '../../sandbox/fill-etcd.ts';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { createEtcd, type EtcdConnection } from '../../src/adapters/etcd.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import { parseManifest } from '../../src/ops/etcd/backup/manifest.ts';
import { type SnapshotHooks, type SnapshotResult, takeSnapshot } from '../../src/ops/etcd/snapshot/take-snapshot.ts';
import type { BackupTarget } from '../../src/ports/catalogue.ts';
import type { Etcd } from '../../src/ports/etcd.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { clusterOf } from '../fakes/cluster.ts';

export const run = promisify(execFile);

/** A real etcd cluster and the sandbox's S3, and snapshots from the one to the other. */
export interface Lab {
  readonly directory: string;
  readonly cluster: EtcdCluster;
  readonly s3: SandboxS3;
  /** The bucket, and how snapshots are kept there. */
  readonly objects: Objects;
  readonly target: Partial<BackupTarget>;
  /** A way to the same cluster with another configuration. */
  reach(connection?: Partial<EtcdConnection>): Etcd;
  snapshot(how?: Experiment): Promise<SnapshotResult>;
  /** All keys in the bucket. */
  keys(): Promise<readonly string[]>;
  openUploads(): Promise<number>;
  /** Fetches a backup to a file, stored bytes checked against its manifest; answers the file. */
  fetch(result: SnapshotResult): Promise<string>;
  close(): Promise<void>;
}

export interface Experiment {
  readonly etcd?: Etcd;
  readonly backup?: Partial<BackupTarget>;
  readonly hooks?: Partial<SnapshotHooks>;
  readonly member?: string;
}

const credentials = { accessKeyId: 'lab', secretAccessKey: 'lab-secret' };
const bucket = 'lab';

export async function openLab(
  setup: (directory: string) => Promise<Partial<EtcdSetup>>,
  megabytes: number,
  connection: Partial<EtcdConnection> = {},
): Promise<Lab> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-lab-'));
  const wanted = await setup(directory);
  const [cluster, s3] = await Promise.all([
    startEtcd({ directory: join(directory, 'etcd'), members: 1, ...wanted }),
    startS3({ directory: join(directory, 's3'), region: 'us-east-1', buckets: [bucket], ...credentials }),
  ]);
  if (megabytes > 0) await fillEtcd(cluster.member(0).endpoint, { keys: megabytes * 300, bytes: megabytes * 1e6 });
  const objects = createObjects({ [bucket]: { bucket, endpoint: s3.endpoint, region: 'us-east-1', credentials } });
  const opened: { close(): void }[] = [objects];
  const reach = (different: Partial<EtcdConnection> = {}) => {
    const etcd = createEtcd({ 'prod-1': { endpoints: cluster.endpoints, ...connection, ...different } });
    opened.push(etcd);
    return etcd;
  };
  const etcd = reach();
  let count = 0;

  return {
    directory,
    cluster,
    s3,
    objects,
    target,
    reach,
    snapshot: (how = {}) =>
      takeSnapshot(
        { etcd: how.etcd ?? etcd, objects, clock: { now: () => new Date() } },
        {
          cluster: clusterOf({ ...target, ...how.backup }),
          runId: `run-${++count}`,
          askedAt: new Date(),
          actor: { kind: 'person', id: 'U1', name: 'alice' },
          wishes: { member: how.member },
        },
        {
          signal: new AbortController().signal,
          step: (_, work) => work(),
          beforeCommit: async () => undefined,
          ...how.hooks,
        },
      ),
    keys: async () => Array.fromAsync(objects.list(bucket, { prefix: '' }), ({ key }) => key),
    openUploads: async () => (await Array.fromAsync(objects.openUploads(bucket, ''))).length,
    async fetch({ manifest, manifestAt }) {
      const kept = await objects.get(manifestAt);
      const text = Buffer.concat(await Array.fromAsync(kept?.body ?? [])).toString();
      const { stored } = parseManifest(text);
      if (stored.key !== manifest.stored.key) throw new Error('the manifest in the store is another one');
      const object = await objects.get({ bucket, key: stored.key });
      const bytes = Buffer.concat(await Array.fromAsync(object?.body ?? []));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (sha256 !== stored.sha256 || bytes.length !== stored.sizeBytes) throw new Error('the object is another one');
      const file = join(directory, stored.key.replaceAll('/', '-'));
      await writeFile(file, bytes);
      return file;
    },
    async close() {
      for (const each of opened) each.close();
      await Promise.all([cluster.stop(), s3.stop()]);
      await rm(directory, { recursive: true });
    },
  };
}

const target = { bucket, prefix: 'prod-1', address: 's3://lab', timeLimitSeconds: 60 };

export interface Status {
  readonly revision: number;
  readonly totalKey: number;
  readonly totalSize: number;
}

/** What etcd's own program reads in a file. It does not check the digest: `restores` does. */
export async function statusOf(file: string): Promise<Status> {
  const { stdout } = await run('etcdctl', ['snapshot', 'status', file, '-w', 'json']);
  return JSON.parse(stdout);
}

/** Whether etcd's own restore takes the file, digest checked; throws what it says otherwise. */
export async function restores(file: string): Promise<void> {
  const directory = `${file}.restored`;
  await run('etcdctl', ['snapshot', 'restore', file, '--data-dir', directory]);
  await readFile(join(directory, 'member', 'snap', 'db'));
}
