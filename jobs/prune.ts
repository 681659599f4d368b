import { z } from 'zod';
import { unless } from '../src/chatops/interruption.ts';
import { defineJob, type RunContext } from '../src/chatops/job.ts';
import { begunWith, confirmedPlan, parseBegun } from '../src/ops/etcd/prune/confirm-prune.ts';
import { type PrunePlan, planPrune, rulesOf } from '../src/ops/etcd/prune/plan-prune.ts';
import { pruneReport } from '../src/ops/etcd/prune/prune-report.ts';
import { type Pruned, removeBackups } from '../src/ops/etcd/prune/remove-backups.ts';
import { Removed, removedInWords } from '../src/ops/etcd/prune/tally.ts';
import type { Objects } from '../src/ports/objects.ts';

const look = 'Look at all backups';
const removal = 'Remove what no rule keeps';

const Payload = z.object({ cluster: z.string(), confirm: z.string().optional() });

export default defineJob({
  name: 'prune',
  payload: Payload,
  needs: ['objects', 'catalogue', 'clock'],
  queue: 'write',
  steps: [look, removal],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'operator', target: payload.cluster }),
  mustBeConfigured: (cluster, catalogue) => void rulesOf(catalogue.cluster(cluster)),
  lock: (payload) => `backups/${payload.cluster}`,
  // Nobody confirms a schedule: it shows what would go, with its button.
  schedule: { payload: (cluster) => ({ cluster }), says: 'always' },
  async run({ cluster: name, confirm }, { catalogue, clock, objects }, context) {
    const cluster = catalogue.cluster(name);
    const { step, signal, memory } = context;
    if (confirm === undefined) context.ahead([look]);
    const begun = memory.begun === undefined ? undefined : parseBegun(memory.begun);
    const found = await step(look, () => planPrune(objects, cluster, begun?.at ?? clock.now(), { signal }));
    if (confirm === undefined) return { plan: found };
    const plan = confirmedPlan(found, confirm, begun);
    return { plan, pruned: await step(removal, () => remove(objects, plan, context)) };
  },
  report: pruneReport,
});

/** Remembers what it does: it may die in the middle, and the next attempt is to go on. */
async function remove(objects: Objects, plan: PrunePlan, context: RunContext): Promise<Pruned> {
  const begun = context.memory.begun ?? begunWith(plan);
  if (begun !== undefined) await context.remember('begun', begun);
  const pruned = await removeBackups(objects, plan, {
    // A batch is over in seconds, and half of one leaves waste behind.
    signal: unless(context.signal, 'cancelled'),
    before: removedBefore(context),
    gone: (ids) => context.log(`removed: ${ids.join(', ')}`),
    checkpoint: (removed, isAll) => remember(removed, isAll, context),
    progress: (done, total) => context.progress(done, total, 'objects'),
  });
  for (const { name, why } of pruned.stayed) context.log(`stays: ${name}: ${why}`);
  return pruned;
}

/** For the next attempt, and for people when there is none. */
async function remember(removed: Removed, isAll: boolean, context: RunContext): Promise<void> {
  const words = removedInWords(removed);
  const all = words === undefined ? 'nothing' : `${words} removed, the rest stands`;
  const some = words === undefined ? 'not known: some of what was to go may be removed' : `at least ${words} removed`;
  // Both are kept of a run that is to stop: what stops it is thrown by the second as well.
  await context.remember('removed', JSON.stringify(removed)).catch(() => undefined);
  await context.remember('changed', isAll ? all : some);
}

function removedBefore({ memory: { removed } }: RunContext): Removed | undefined {
  return removed === undefined ? undefined : Removed.parse(JSON.parse(removed));
}
