import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { checkUpgrade, upgradeSteps } from '../src/ops/kubernetes/upgrade/check-upgrade.ts';
import { minorsFrom } from '../src/ops/kubernetes/upgrade/hops.ts';
import { manifestFiles } from '../src/ops/kubernetes/upgrade/observe/manifest-files.ts';
import { upgradeReport } from '../src/ops/kubernetes/upgrade/upgrade-report.ts';

const Kinds = z.array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() })).readonly();
const Gap = z.object({ what: z.string(), needs: z.string() });
/** Of files that people give only the kinds in them: they may hold secrets, and payloads are kept. */
const ManifestFile = z.object({
  name: z.string(),
  kinds: z.union([z.object({ known: Kinds }), z.object({ gap: Gap })]),
});

export { manifestFiles };

export default defineJob({
  name: 'upgrade',
  payload: z.object({
    cluster: z.string(),
    version: z.string(),
    manifests: z.array(ManifestFile).max(2000).readonly().default([]),
  }),
  needs: ['etcd', 'kubernetes', 'objects', 'catalogue', 'clock'],
  queue: 'read',
  steps: upgradeSteps,
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'viewer', target: payload.cluster }),
  // What it runs the last look at its leaders has told, in front of how many API servers do.
  choices: { version: ({ said }) => minorsFrom(said('leaders', 'Kubernetes')?.split(';')[0]) },
  run: ({ cluster, version, manifests }, { catalogue, ...ports }, context) =>
    checkUpgrade(ports, catalogue.cluster(cluster), { version, manifests }, context),
  report: upgradeReport,
});
