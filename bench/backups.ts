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

/**
 * `/salvor backups` of the newest 20 out of very many in the sandbox's S3, the whole job with its picture: requests to the store, seconds
 * (median) and the most memory its process held.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      backups: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '9' },
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
      return { ...(await listing(store.connection, Number(values.rounds))), backups: count };
    } finally {
      await store.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function listing(bucket: BucketConnection, rounds: number): Promise<Listing> {
  const main = new URL('backups/listing.ts', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [main, JSON.stringify({ bucket, rounds })]);
  const measured: Listing = JSON.parse(stdout);
  return { ...measured, seconds: rounded(measured.seconds), firstSeconds: rounded(measured.firstSeconds) };
}
