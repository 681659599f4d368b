import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { checkUpgrade, upgradeSteps } from '../src/ops/kubernetes/upgrade/check-upgrade.ts';
import { upgradeReport } from '../src/ops/kubernetes/upgrade/upgrade-report.ts';

export default defineJob({
  name: 'upgrade',
  payload: z.object({ cluster: z.string(), version: z.string() }),
  needs: ['etcd', 'kubernetes', 'objects', 'catalogue', 'clock'],
  queue: 'read',
  steps: upgradeSteps,
  cluster: (payload) => payload.cluster,
  access: (payload) => ({ role: 'viewer', cluster: payload.cluster }),
  run: ({ cluster, version }, { catalogue, ...ports }, context) =>
    checkUpgrade(ports, catalogue.cluster(cluster), version, context),
  report: upgradeReport,
});
