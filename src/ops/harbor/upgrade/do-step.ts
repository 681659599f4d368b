import { bytesInWords } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import { compare, holdingsIn, writeDown } from './compare-holdings.ts';
import type { DecidedHop } from './decided.ts';
import type { HarborStep, OwnWork } from './harbor-steps.ts';
import { type Migrated, migratedIn, runTags } from './run-tags.ts';
import { committing, type UpgradeSite } from './upgrade-site.ts';
import { healthy, waitForJobs } from './waiting.ts';

/** Does one step of what was agreed to. May be done again after it was cut short. Throws what the ports throw. */
export async function doStep(site: UpgradeSite, step: HarborStep): Promise<void> {
  const { does, hop } = step;
  if (does.kind === 'own') return ownWork(site, does.work, hopOf(step));
  const { ports, decided, context, migrated } = site;
  const found = await runTags({ ansible: ports.ansible, decided, context }, does.tags, hop?.variables);
  if (!does.tags.includes('migrate-config') || !hop) return;
  const config = migratedIn(found);
  migrated.set(hop.variables.to, config);
  tellDiff(config, hop, context);
}

function hopOf({ hop, name }: HarborStep): DecidedHop {
  if (!hop) throw new Error(`the step ${name} belongs to no hop`);
  return hop;
}

/** On the card that it is so, in the log how: whoever watches can look before it is used. The report has it as a file. */
function tellDiff(
  { from, to, diff, carried, left_behind: left }: Migrated,
  { variables }: DecidedHop,
  context: RunContext,
): void {
  context.detail(`${variables.config_file} is of ${to}, and was of ${from ?? 'no version that it named'}`);
  for (const line of diff) context.log(line);
  if (carried.length > 0) context.log(`taken along from the old install directory: ${carried.join(', ')}`);
  if (left.length > 0)
    context.log(`left in the old install directory, since Harbor has no use for it: ${left.join(', ')}`);
}

async function ownWork(site: UpgradeSite, work: OwnWork, hop: DecidedHop): Promise<void> {
  const { ports, decided, context } = site;
  const { harbor } = ports;
  const { harbor_name: registry } = decided.shared;
  switch (work) {
    case 'read-only':
      return harbor.setReadOnly(registry, true, committing(context));
    case 'writable':
      await harbor.setReadOnly(registry, false, committing(context));
      return pushProbe(site);
    case 'wait-for-jobs':
      return waitForJobs(site);
    case 'write-down':
      return writeDown(site, hop);
    case 'healthy':
      return healthy(site, hop.variables.to);
    case 'compare':
      return compare(site, hop, 'Do not let anybody push. Roll back: the copy of the database from before is whole.');
    case 'probe':
      return probe(site, hop);
  }
}

async function probe(site: UpgradeSite, hop: DecidedHop): Promise<void> {
  const { ports, decided, context, approved } = site;
  const { harbor_name: registry } = decided.shared;
  const [image] = holdingsIn(await approved.journal(), decided, hop).sample;
  if (!image) context.detail('there was nothing to pull');
  else {
    const bytes = await ports.harbor.pull(registry, image.repository, image.digest, { signal: context.signal });
    context.detail(`${bytesInWords(bytes)} of ${image.repository} pulled and checked`);
  }
  // While it is read-only nobody may push: the probe comes once it is writable.
  if (!decided.hasAdmin) await pushProbe(site);
}

async function pushProbe({ ports, decided, context }: UpgradeSite): Promise<void> {
  if (decided.probeProject === undefined) return;
  await context.stillOurs();
  const { repository, tag } = await ports.harbor.push(decided.shared.harbor_name, { signal: context.signal });
  context.detail(`${repository}:${tag} pushed and pulled`);
}
