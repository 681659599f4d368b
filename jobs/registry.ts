import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { observe, observing } from '../src/ops/harbor/observe/observe.ts';
import { registryReport } from '../src/ops/harbor/status/registry-report.ts';

export default defineJob({
  name: 'registry',
  payload: z.object({ registry: z.string() }),
  needs: ['harbor', 'ansible', 'catalogue', 'clock'],
  queue: 'read',
  steps: observing,
  targetKind: 'registry',
  target: (payload) => payload.registry,
  access: (payload) => ({ role: 'viewer', target: payload.registry }),
  run: ({ registry }, { catalogue, ...ports }, context) =>
    observe(ports, catalogue.registry(registry), 'status', context),
  report: registryReport,
});
