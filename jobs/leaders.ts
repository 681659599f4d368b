import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { leadersReport } from '../src/ops/kubernetes/control-plane/leaders-report.ts';
import { lookAtControlPlane } from '../src/ops/kubernetes/control-plane/look-at-control-plane.ts';

export default defineJob({
  name: 'leaders',
  payload: z.object({ cluster: z.string() }),
  needs: ['etcd', 'kubernetes', 'informer', 'takeovers', 'catalogue'],
  queue: 'read',
  steps: ['Ask etcd and Kubernetes'],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'viewer', target: payload.cluster }),
  // People hear of what is new: a leader that is gone, or that changes hands too often.
  schedule: { payload: (cluster) => ({ cluster }), says: 'changes' },
  run: ({ cluster }, { catalogue, ...ports }, { signal, step }) =>
    step('Ask etcd and Kubernetes', () => lookAtControlPlane(ports, catalogue.cluster(cluster), { signal })),
  report: leadersReport,
});
