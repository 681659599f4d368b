import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { saveSnapshot } from '../src/ops/etcd/snapshot/save-snapshot.ts';
import { snapshotReport } from '../src/ops/etcd/snapshot/snapshot-report.ts';
import { snapshotSteps } from '../src/ops/etcd/snapshot/take-snapshot.ts';

const Payload = z.object({ cluster: z.string(), reason: z.string().optional(), despiteAlarm: z.boolean() });

export default defineJob({
  name: 'snapshot',
  payload: Payload,
  needs: ['etcd', 'objects', 'kubernetes', 'catalogue', 'clock'],
  queue: 'write',
  steps: snapshotSteps,
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'operator', target: payload.cluster }),
  lock: (payload) => `etcd/${payload.cluster}`,
  schedule: { payload: (cluster) => ({ cluster, despiteAlarm: false }), says: 'failures' },
  run: ({ cluster, ...wishes }, { catalogue, ...ports }, context) =>
    saveSnapshot(ports, catalogue.cluster(cluster), wishes, context),
  report: snapshotReport,
});
