import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { BucketConnection } from '../src/adapters/objects.ts';
import { cluster } from './backups/cluster.ts';
import { seedBackups } from './backups/seed.ts';
import { note, rounded } from './instruments/figures.ts';
import { idleMachine } from './instruments/idle-machine.ts';
import { startStore } from './snapshot/store.ts';

const run = promisify(execFile);

interface Listing {
  readonly requests: number;
  readonly seconds: number;
  readonly firstRequests: number;
  readonly firstSeconds: number;
  readonly peakRssMb: number;
}

interface Planning {
  readonly pruneSeconds: number;
  readonly pruneRequests: number;
  readonly prunePeakRssMb: number;
}

/**
 * `/salvor backups` of the newest 20 out of very many in the sandbox's S3, the whole job with its picture, and the plan of a prune of all of
 * them: requests to the store, seconds (median) and the most memory their processes held.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      backups: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '9' },
      plans: { type: 'string', default: '3' },
      directory: { type: 'string', default: tmpdir() },
    },
  });
  const directory = await mkdtemp(join(values.directory, 'salvor-bench-'));
  try {
    const count = Number(values.backups);
    note(`laying out ${count} backups`);
    await seedBackups(directory, cluster, count, new Date());
    note('starting the store on them');
    const store = await startStore(directory);
    try {
      await idleMachine();
      const listed = await listing(store.connection, Number(values.rounds));
      return { ...listed, ...(await planning(store.connection, Number(values.plans))), backups: count };
    } finally {
      await store.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function listing(bucket: BucketConnection, rounds: number): Promise<Listing> {
  const measured: Listing = await apart('backups/listing.ts', bucket, rounds);
  return { ...measured, seconds: rounded(measured.seconds), firstSeconds: rounded(measured.firstSeconds) };
}

async function planning(bucket: BucketConnection, rounds: number): Promise<Planning> {
  const measured: Planning = await apart('backups/planning.ts', bucket, rounds);
  return { ...measured, pruneSeconds: rounded(measured.pruneSeconds) };
}

/** In a process of its own, whose memory nothing else uses. */
async function apart(file: string, bucket: BucketConnection, rounds: number) {
  const main = new URL(file, import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [main, JSON.stringify({ bucket, rounds })]);
  return JSON.parse(stdout);
}
