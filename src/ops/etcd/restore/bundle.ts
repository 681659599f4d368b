import type { Cluster } from '../../../ports/catalogue.ts';
import type { ObjectAt } from '../../../ports/objects.ts';
import { type Bundle, bundled, inventoryYaml } from '../../playbook/bundle.ts';
import type { PlaybookFile } from '../../playbook/playbook-files.ts';
import { inventoryOf } from './inventory.ts';
import type { RestorePlan } from './plan-restore.ts';
import { runbook } from './runbook.ts';

/** A restore to be run without Salvor. The same bytes for the same plan and the same playbook. */
export function bundleOf(plan: RestorePlan, playbook: readonly PlaybookFile[]): Promise<Bundle> {
  const { decided, observation } = plan;
  const { groups, variables } = inventoryOf(decided);
  const files = [
    { path: 'RUNBOOK.md', text: runbook(plan) },
    {
      path: 'inventory.yaml',
      text: inventoryYaml({ groups, variables: { ...variables, snapshot_file: 'snapshot.db' } }),
    },
    { path: 'variables.json', text: `${JSON.stringify(decided, null, 2)}\n` },
    // Its own README speaks of all restores, ours of this one.
    ...playbook,
  ];
  return bundled(`restore-${observation.cluster.name}-${decided.shared.restore_mark}`, files, observation.now);
}

/** Beside the backups of the cluster, where nothing that lists or prunes them looks. */
export function bundleAt({ backup: { bucket, prefix } }: Cluster, { name }: Bundle): ObjectAt {
  return { bucket, key: `${prefix}/restores/${name}` };
}
