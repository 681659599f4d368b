import { createObjects } from '../../src/adapters/objects.ts';
import { createOpener } from '../../src/adapters/opener.ts';
import { createScratch } from '../../src/adapters/scratch.ts';
import { findBackup } from '../../src/ops/etcd/backup/find-backup.ts';
import { drill } from '../../src/ops/etcd/drill/drill.ts';
import { storeVerification } from '../../src/ops/etcd/drill/store-verification.ts';
import { longestBlock } from '../instruments/longest-block.ts';
import { peakRssMb } from '../instruments/requests.ts';
import { benchCluster } from './cluster.ts';
import type { VerifyTask } from './ways.ts';

// One verification in a process of its own, so that its memory and processor time are nobody else's. Prints what it took as JSON.
const task: VerifyTask = JSON.parse(process.argv[2] ?? '');
const objects = createObjects({ bench: task.bucket });
const scratch = createScratch({ directory: task.directory, programs: task.programs });
const ports = { objects, scratch, opener: createOpener({}), clock: { now: () => new Date() } };

// A worker has been up for long when somebody asks: its connections stand.
await objects.check('bench');

const block = longestBlock();
const cpu = process.cpuUsage();
const begun = performance.now();
const { signal } = new AbortController();
const backup = await findBackup(objects, benchCluster, 'latest', { signal });
const request = { cluster: benchCluster, backup, runId: 'bench', bytesOnly: task.bytesOnly };
const hooks = { signal, step: <T>(_: string, work: () => Promise<T>) => work(), detail: () => undefined };
const { verification } = await drill(ports, request, hooks);
await storeVerification(objects, benchCluster, backup, verification, { signal });
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpu);
const longestBlockMs = block.end();
if (!verification.passed) throw new Error(verification.findings.join(' '));

console.log(
  JSON.stringify({
    seconds,
    parts: verification.seconds,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb: peakRssMb(),
    longestBlockMs,
  }),
);
objects.close();
