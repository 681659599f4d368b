import { z } from 'zod';
import { Refusal } from '../src/chatops/errors.ts';
import { defineJob } from '../src/chatops/job.ts';
import { findBackup } from '../src/ops/etcd/backup/find-backup.ts';
import { inspectBackup, inspectSteps } from '../src/ops/etcd/inspect/inspect-backup.ts';
import { overviewReport } from '../src/ops/etcd/inspect/overview-report.ts';

const Payload = z.object({
  cluster: z.string(),
  backup: z.string(),
  /** What lies in it by resource, when nothing is wanted in particular. */
  wanted: z.union([z.object({ prefix: z.string() }), z.object({ key: z.string() })]).optional(),
});

export default defineJob({
  name: 'inspect',
  payload: Payload,
  needs: ['objects', 'opener', 'scratch', 'catalogue'],
  queue: 'read',
  steps: inspectSteps,
  target: (payload) => payload.cluster,
  // What ConfigMaps say is not for everybody who may look at runs.
  access: (payload) => ({ role: 'operator', target: payload.cluster }),
  async run({ cluster: name, backup: which, wanted }, { objects, opener, scratch, catalogue }, context) {
    const { signal } = context;
    const cluster = catalogue.cluster(name);
    const backup = await context.step('Find the backup', () => findBackup(objects, cluster, which, { signal }));
    if (!wanted) {
      const overview = backup.kind === 'own' ? overviewReport(name, backup) : undefined;
      if (overview) return overview;
      throw new Refusal(`What lies in ${backup.id} of ${name} is written nowhere.`, [
        'Say where to look: ',
        { command: `inspect ${name} ${backup.id} --prefix /registry/` },
      ]);
    }
    return inspectBackup({ objects, opener, scratch }, cluster, backup, wanted, {
      signal,
      step: context.step,
      progress: (done, total) => context.progress(done, total, 'bytes'),
    });
  },
  report: (report) => report,
});
