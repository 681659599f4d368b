import { z } from 'zod';
import { Fault, Refusal } from '../src/chatops/errors.ts';
import { defineJob, type RunContext } from '../src/chatops/job.ts';
import { findBackup } from '../src/ops/etcd/backup/find-backup.ts';
import { type DrillResult, drill, drillSteps } from '../src/ops/etcd/drill/drill.ts';
import { drillReport } from '../src/ops/etcd/drill/drill-report.ts';
import { shrinkageBefore } from '../src/ops/etcd/drill/shrinkage-before.ts';
import { outweighing, storeVerification } from '../src/ops/etcd/drill/store-verification.ts';
import type { Objects } from '../src/ports/objects.ts';

const Payload = z.object({ cluster: z.string(), backup: z.string(), bytesOnly: z.boolean() });

export default defineJob({
  name: 'verify',
  payload: Payload,
  needs: ['objects', 'scratch', 'opener', 'catalogue', 'clock'],
  queue: 'read',
  steps: ['Find the backup', ...drillSteps, 'Write the result'],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'operator', target: payload.cluster }),
  // Two at once would only be in each other's way on one disk.
  lock: (payload) => `verify/${payload.cluster}`,
  schedule: { payload: (cluster) => ({ cluster, backup: 'latest', bytesOnly: false }), says: 'always' },
  async run({ cluster: name, backup: which, bytesOnly }, { catalogue, ...ports }, context) {
    const { signal, step, runId } = context;
    const cluster = catalogue.cluster(name);
    const backup = await step('Find the backup', async () => {
      const found = await findBackup(ports.objects, cluster, which, { signal });
      context.detail(found.id);
      return found;
    });
    const request = { cluster, backup, runId, bytesOnly };
    const progress = (done: number, total: number) => context.progress(done, total, 'bytes');
    const result = await drill(ports, request, { signal, step, detail: context.detail, progress });
    await step('Write the result', () => write(ports.objects, result, context));
    const { passed } = result.verification;
    const lastVerified = passed
      ? undefined
      : await ifKnown(() => findBackup(ports.objects, cluster, 'latest-verified', { signal }));
    const shrunk = await ifKnown(() => shrinkageBefore(ports.objects, cluster, backup, { signal }));
    const where = `${cluster.backup.address}/${backup.dataAt.key}`;
    return { ...result, where, lastVerified, shrunk, now: ports.clock.now() };
  },
  report: drillReport,
});

async function write(
  objects: Objects,
  { cluster, backup, verification }: DrillResult,
  context: RunContext,
): Promise<void> {
  for (const finding of verification.findings) context.log(finding);
  if (outweighing(backup, verification)) return context.log('not written: the result of the last drill stands');
  await context.stillOurs();
  const { key } = await storeVerification(objects, cluster, backup, verification, { signal: context.signal });
  context.log(`written to ${key}`);
}

/** The result stands already: not knowing more is no reason to try it all again. */
async function ifKnown<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refusal || error instanceof Fault) return undefined;
    throw error;
  }
}
