import { z } from 'zod';
import { mustConfirm } from '../src/chatops/confirmation.ts';
import { defineJob } from '../src/chatops/job.ts';
import { readLedger } from '../src/ops/etcd/defrag/defrag-ledger.ts';
import { doneReport, planReport } from '../src/ops/etcd/defrag/defrag-report.ts';
import { defragmentCluster } from '../src/ops/etcd/defrag/defragment-cluster.ts';
import { agreementOf, planDefrag } from '../src/ops/etcd/defrag/plan-defrag.ts';

const Payload = z.object({
  cluster: z.string(),
  /** Of the plan that a person agreed to; without it nothing is changed. */
  confirm: z.string().optional(),
});

const look = 'Look at the members';

export default defineJob({
  name: 'defrag',
  payload: Payload,
  needs: ['etcd', 'objects', 'catalogue', 'clock'],
  queue: 'write',
  steps: [look],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'operator', target: payload.cluster }),
  lock: (payload) => `etcd/${payload.cluster}`,
  async run({ cluster: name, confirm }, { catalogue, ...ports }, context) {
    const cluster = catalogue.cluster(name);
    const plan = await context.step(look, async () =>
      planDefrag(cluster, await ports.etcd.survey(name, { signal: context.signal })),
    );
    if (confirm === undefined) return planReport(plan, cluster);
    // What a former attempt has changed is no reason to ask again.
    if (!readLedger(context)) mustConfirm(agreementOf(plan), confirm, `defrag ${name}`);
    return doneReport(await defragmentCluster(ports, cluster, plan, context));
  },
  report: (report) => report,
});
