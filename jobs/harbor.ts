import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { harborReleases } from '../src/ops/harbor/facts/releases.ts';
import { mustBeAsConfigured } from '../src/ops/harbor/upgrade/as-configured.ts';
import { bundleOf } from '../src/ops/harbor/upgrade/bundle.ts';
import { Decided } from '../src/ops/harbor/upgrade/decided.ts';
import { planningSteps, planUpgrade } from '../src/ops/harbor/upgrade/plan-upgrade.ts';
import { runUpgrade } from '../src/ops/harbor/upgrade/run-upgrade.ts';
import { toPlan } from '../src/ops/harbor/upgrade/to-plan.ts';
import { upgradeReport } from '../src/ops/harbor/upgrade/upgrade-report.ts';
import { markOf } from '../src/ops/playbook/mark.ts';
import { playbookSha256 } from '../src/ops/playbook/playbook-files.ts';

const Payload = z.object({
  registry: z.string(),
  version: z.string(),
  /** What people have acknowledged to lose. */
  lose: z.array(z.enum(['charts', 'signatures'])).readonly(),
  reason: z.string(),
  /** Of a payload that was agreed to: what the plan has decided. */
  decided: Decided.optional(),
});

const writeDown = 'Write it down';

export default defineJob({
  name: 'harbor',
  payload: Payload,
  needs: ['harbor', 'ansible', 'catalogue', 'clock'],
  queue: 'danger',
  steps: ['Carry out what was agreed to'],
  targetKind: 'registry',
  target: (payload) => payload.registry,
  access: (payload) => ({ role: 'operator', target: payload.registry }),
  choices: {
    version: () =>
      harborReleases()
        .rows.map(({ minor }) => minor)
        .toReversed(),
  },
  gate: {
    steps: [...planningSteps, writeDown],
    async plan(payload, ports, context) {
      const registry = ports.catalogue.registry(payload.registry);
      const mark = payload.decided?.shared.harbor_mark ?? markOf(context);
      const { version, lose } = payload;
      const plan = await planUpgrade(ports, { registry, mark, version, lose }, context);
      const playbook = await playbookSha256('harbor-migrate');
      // Made again only to see whether it still holds: it is written down already.
      if (payload.decided) return toPlan(plan, payload, playbook);
      return toPlan(plan, payload, playbook, await context.step(writeDown, () => bundleOf(plan)));
    },
  },
  async run(payload, ports, context) {
    const { approved } = context;
    if (!approved || !payload.decided) throw new Error('an upgrade runs only what was agreed to');
    mustBeAsConfigured(payload.decided, ports.catalogue.registry(payload.registry));
    return runUpgrade(ports, payload.decided, context, approved);
  },
  report: upgradeReport,
});
