import { z } from 'zod';
import { latestVerified } from '../src/chatops/form.ts';
import { defineJob } from '../src/chatops/job.ts';
import { Decided } from '../src/ops/etcd/restore/decided.ts';
import { keepBundle } from '../src/ops/etcd/restore/keep-bundle.ts';
import { restoreTargetOf } from '../src/ops/etcd/restore/observe.ts';
import { planningSteps, planRestore } from '../src/ops/etcd/restore/plan-restore.ts';
import { restoreReport } from '../src/ops/etcd/restore/restore-report.ts';
import { runRestore } from '../src/ops/etcd/restore/run-restore.ts';
import { toPlan } from '../src/ops/etcd/restore/to-plan.ts';
import { markOf } from '../src/ops/playbook/mark.ts';
import { playbookSha256 } from '../src/ops/playbook/playbook-files.ts';

const Payload = z.object({
  cluster: z.string(),
  /** Absent: the cluster is to be well again, with as little lost as can be. */
  backup: z.string().optional(),
  unverified: z.boolean(),
  reason: z.string(),
  /** Of a payload that was agreed to: what the plan has decided. */
  decided: Decided.optional(),
});

const writeDown = 'Write it down';

export default defineJob({
  name: 'restore',
  payload: Payload,
  needs: ['etcd', 'objects', 'kubernetes', 'scratch', 'opener', 'ansible', 'catalogue', 'clock'],
  queue: 'danger',
  steps: ['Carry out what was agreed to'],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'operator', target: payload.cluster }),
  choices: {
    // Where nothing else is said a restore takes none that nobody has tried out.
    backup: ({ given }) => [
      {
        value: 'latest',
        label: given.unverified
          ? 'latest: the newest backup, tried out or not'
          : 'latest: the newest that was tried out; the plan names a newer one',
      },
      latestVerified,
    ],
  },
  mustBeConfigured: (cluster, catalogue) => void restoreTargetOf(catalogue.cluster(cluster)),
  gate: {
    steps: [...planningSteps, writeDown],
    async plan(payload, { catalogue, ...ports }, context) {
      const cluster = catalogue.cluster(payload.cluster);
      const mark = payload.decided?.shared.restore_mark ?? markOf(context);
      const { backup, unverified } = payload;
      const plan = await planRestore(ports, { cluster, mark, backup, unverified }, context);
      const named = plan.found ? { ...payload, backup: plan.found.name } : payload;
      // Made again only to see whether it still holds: it is written down already.
      const playbook = await playbookSha256('etcd-restore');
      if (payload.decided) return toPlan(plan, named, playbook);
      const bundle = await context.step(writeDown, () => keepBundle(ports.objects, plan, context));
      return toPlan(plan, named, playbook, bundle);
    },
  },
  async run(payload, { catalogue, ...ports }, context) {
    const { approved } = context;
    if (!approved || !payload.decided) throw new Error('a restore runs only what was agreed to');
    return runRestore(ports, catalogue.cluster(payload.cluster), payload.decided, context, approved);
  },
  report: restoreReport,
});
