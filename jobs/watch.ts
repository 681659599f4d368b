import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { watchBackups } from '../src/ops/etcd/watch/watch-backups.ts';
import { watchReport } from '../src/ops/etcd/watch/watch-report.ts';

export default defineJob({
  name: 'watch',
  payload: z.object({ cluster: z.string() }),
  needs: ['objects', 'catalogue', 'clock'],
  queue: 'read',
  steps: ['Look at the bucket'],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'viewer', target: payload.cluster }),
  // It looks every quarter of an hour; people hear of what is new.
  schedule: { payload: (cluster) => ({ cluster }), says: 'changes' },
  run: ({ cluster }, { objects, catalogue, clock }, { signal, step }) =>
    step('Look at the bucket', () => watchBackups(objects, catalogue.cluster(cluster), clock.now(), { signal })),
  report: watchReport,
});
