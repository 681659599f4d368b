import { createEtcd } from '../../src/adapters/etcd.ts';
import { type BucketConnection, createObjects } from '../../src/adapters/objects.ts';
import { takeSnapshot } from '../../src/ops/etcd/snapshot/take-snapshot.ts';
import { clusterOf } from '../../test/fakes/cluster.ts';

// One snapshot in a process of its own, so that its memory and processor time are nobody else's. Prints what it took as JSON.
const task: { readonly endpoint: string; readonly bucket: BucketConnection } = JSON.parse(process.argv[2] ?? '');
const etcd = createEtcd({ bench: { endpoints: [task.endpoint] } });
const objects = createObjects({ bench: task.bucket });

const cluster = clusterOf({ bucket: 'bench', prefix: 'bench', address: 's3://bench' }, { name: 'bench' });

// A worker has been up for long when somebody asks: its connections stand. The pipeline itself is cold, thread and all.
await etcd.survey('bench');
await objects.check('bench');

const cpu = process.cpuUsage();
const begun = performance.now();
const { manifest } = await takeSnapshot(
  { etcd, objects, clock: { now: () => new Date() } },
  { cluster, runId: 'bench', askedAt: new Date(), actor: { kind: 'person', id: 'bench', name: 'bench' } },
  { signal: new AbortController().signal, step: (_name, work) => work(), beforeCommit: async () => {} },
);
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpu);

console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    // The most this process ever held, its start included: getrusage, in KiB.
    peakRssMb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
    storedMb: manifest.stored.sizeBytes / 1e6,
  }),
);
etcd.close();
objects.close();
