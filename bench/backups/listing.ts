import backups from '../../jobs/backups.ts';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { clock } from '../../src/adapters/clock.ts';
import { type BucketConnection, createObjects } from '../../src/adapters/objects.ts';
import { createPicture } from '../../src/adapters/picture.ts';
import type { RunContext } from '../../src/chatops/job.ts';
import type { Ports } from '../../src/ports/index.ts';
import { median } from '../instruments/figures.ts';
import { peakRssMb, withRequests } from '../instruments/requests.ts';
import { cluster } from './cluster.ts';

// `backups bench`, the whole job, picture and all, in a process of its own: the first time, and then as often as told. Prints JSON.
const task: { readonly bucket: BucketConnection; readonly rounds: number } = JSON.parse(process.argv[2] ?? '');
const objects = createObjects({ bench: task.bucket });
const catalogue = catalogueOf([cluster]);
// The job takes the ports it needs, and these are all it needs.
const given: Partial<Ports> = { objects, catalogue, clock, picture: createPicture() };
const ports = given as Ports;
const context: RunContext = {
  runId: 'bench',
  attempt: 1,
  tried: 1,
  askedAt: new Date(),
  askedBy: { kind: 'person', id: 'bench', name: 'bench' },
  signal: new AbortController().signal,
  step: (_, work) => work(),
  ahead: () => undefined,
  detail: () => undefined,
  progress: () => undefined,
  log: (line) => console.error(line),
  memory: {},
  remember: async () => undefined,
  stillOurs: async () => undefined,
};

async function list() {
  const listed = await withRequests(() => backups.execute({ cluster: cluster.name }, ports, context));
  const rows = listed.result.table?.rows.length;
  if (rows !== 20) throw new Error(`20 backups were to be listed, not ${rows}`);
  return listed;
}

await objects.check('bench');
const first = await list();
const rounds = [];
for (let round = 0; round < task.rounds; round += 1) rounds.push(await list());

console.log(
  JSON.stringify({
    requests: Math.max(...rounds.map((round) => round.requests)),
    seconds: median(rounds.map((round) => round.seconds)),
    // Nobody has listed anything before: no index yet, nothing loaded.
    firstRequests: first.requests,
    firstSeconds: first.seconds,
    peakRssMb: peakRssMb(),
  }),
);
objects.close();
