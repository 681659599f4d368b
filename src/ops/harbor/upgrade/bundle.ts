import type { File } from '../../../chatops/report.ts';
import { bundled, inventoryYaml } from '../../playbook/bundle.ts';
import { playbookFiles } from '../../playbook/playbook-files.ts';
import { inventoryOf } from './inventory.ts';
import type { UpgradePlan } from './plan-upgrade.ts';
import { runbook } from './runbook.ts';

/** An upgrade to be run without Salvor, as a file for the thread. The same bytes for the same plan and the same playbook. */
export async function bundleOf(plan: UpgradePlan): Promise<File> {
  const { decided, registry, observed } = plan;
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const files = [
    { path: 'RUNBOOK.md', text: runbook(plan) },
    { path: 'inventory.yaml', text: inventoryYaml(inventoryOf(decided)) },
    ...decided.hops.map(({ variables }, nth) => ({ path: `hop-${nth + 1}.json`, text: json({ hop: variables }) })),
    { path: 'variables.json', text: json(decided) },
    // Its own README speaks of all upgrades, ours of this one.
    ...(await playbookFiles('harbor-migrate')),
  ];
  const { name, bytes } = await bundled(`harbor-${registry.name}-${decided.shared.harbor_mark}`, files, observed.at);
  return { name, title: 'The whole upgrade, to be run without Salvor', base64: bytes.toString('base64') };
}
