import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createScratch } from '../../src/adapters/scratch.ts';
import { smallSnapshot } from '../fakes/etcd/small-database.ts';
import { programDirectories } from './scratch-lab.ts';

/** A worker in the middle of a drill, for tests to end in one way or another: `node scratch-worker.ts <directory> [exit]`. */
const [directory = '', how] = process.argv.slice(2);
const scratch = createScratch({ directory, programs: programDirectories });
const place = await scratch.open({ databaseBytes: smallSnapshot.length });
await place.write(
  (async function* () {
    yield smallSnapshot;
  })(),
);
await place.restore({ hasDigest: true });
await place.start();
const { readdir } = await import('node:fs/promises');
const [made = ''] = await readdir(directory);
const { pid } = JSON.parse(await readFile(join(directory, made, 'running.json'), 'utf8'));
console.log(JSON.stringify({ pid }));
if (how === 'exit') process.exit(3);
setInterval(() => undefined, 1_000);
