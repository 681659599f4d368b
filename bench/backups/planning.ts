import { clock } from '../../src/adapters/clock.ts';
import { type BucketConnection, createObjects } from '../../src/adapters/objects.ts';
import { planPrune } from '../../src/ops/etcd/prune/plan-prune.ts';
import { median } from '../instruments/figures.ts';
import { peakRssMb, withRequests } from '../instruments/requests.ts';
import { cluster } from './cluster.ts';

// What `prune bench` does before it says anything, in a process of its own, as often as told. Prints JSON.
const task: { readonly bucket: BucketConnection; readonly rounds: number } = JSON.parse(process.argv[2] ?? '');
const objects = createObjects({ bench: task.bucket });
const keep = { last: 10, hourly: 48, daily: 30, weekly: 12, monthly: 12 };
const keeping = { ...cluster, backup: { ...cluster.backup, keep } };

async function plan() {
  const begun = performance.now();
  const { result, requests } = await withRequests(() => planPrune(objects, keeping, clock.now()));
  const { decisions, removals, hold } = result;
  if (hold || removals.length < decisions.length / 2) throw new Error(`most were to go: ${hold?.why}`);
  return { requests, seconds: (performance.now() - begun) / 1000 };
}

await objects.check('bench');
const rounds = [];
for (let round = 0; round < task.rounds; round += 1) rounds.push(await plan());

console.log(
  JSON.stringify({
    pruneSeconds: median(rounds.map(({ seconds }) => seconds)),
    pruneRequests: Math.max(...rounds.map(({ requests }) => requests)),
    prunePeakRssMb: peakRssMb(),
  }),
);
objects.close();
