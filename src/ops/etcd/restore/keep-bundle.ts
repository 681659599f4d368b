import { Fault } from '../../../chatops/errors.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { File } from '../../../chatops/report.ts';
import type { Objects } from '../../../ports/objects.ts';
import { playbookFiles } from '../../playbook/playbook-files.ts';
import { bundleAt, bundleOf } from './bundle.ts';
import type { RestorePlan } from './plan-restore.ts';

/**
 * Makes the bundle of a plan, so that it can be done without Salvor, and puts it beside the backups. Answers it as a file for the thread, where
 * it stands also when the store does not take it: a store that is away must not keep a cluster down.
 */
export async function keepBundle(
  objects: Pick<Objects, 'put'>,
  plan: RestorePlan,
  context: Pick<RunContext, 'detail' | 'log' | 'signal'>,
): Promise<File> {
  const bundle = await bundleOf(plan, await playbookFiles('etcd-restore'));
  const at = bundleAt(plan.observation.cluster, bundle);
  try {
    await objects.put(at, bundle.bytes, { contentType: 'application/gzip', signal: context.signal });
    context.detail(`${plan.observation.cluster.backup.address}/${at.key}`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.log(`not stored beside the backups: ${error.message}`);
  }
  return {
    name: bundle.name,
    title: 'The whole restore, to be run without Salvor',
    base64: bundle.bytes.toString('base64'),
  };
}
