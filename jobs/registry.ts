import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { observe, observing } from '../src/ops/harbor/observe/observe.ts';
import { pastUpgrades } from '../src/ops/harbor/status/past-upgrades.ts';
import { registryReport } from '../src/ops/harbor/status/registry-report.ts';

export default defineJob({
  name: 'registry',
  payload: z.object({ registry: z.string() }),
  needs: ['harbor', 'ansible', 'catalogue', 'clock', 'history'],
  queue: 'read',
  steps: observing,
  targetKind: 'registry',
  target: (payload) => payload.registry,
  access: (payload) => ({ role: 'viewer', target: payload.registry }),
  // The channel hears when it is not well any more, when it is again, and when it runs another version.
  schedule: { payload: (registry) => ({ registry }), says: 'changes' },
  async run({ registry }, { history, ...ports }, context) {
    const observed = await observe(ports, ports.catalogue.registry(registry), 'status', context);
    return { observed, upgrades: pastUpgrades(await history.approvedWork(registry, 'harbor')) };
  },
  report: registryReport,
});
