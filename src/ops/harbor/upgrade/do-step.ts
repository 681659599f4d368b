import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../../chatops/errors.ts';
import { bytesInWords, counted, firstFew } from '../../../chatops/format.ts';
import type { Approved, RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CommitOptions, Harbor, HarborJob } from '../../../ports/harbor.ts';
import { compare, holdingsIn, writeDown } from './compare-holdings.ts';
import type { Decided, DecidedHop } from './decided.ts';
import type { HarborStep, OwnWork } from './harbor-steps.ts';
import { type Migrated, migratedIn, runTags } from './run-tags.ts';

const minuteMs = 60_000;
/** Replications and scans of large registries take hours; who cannot wait stops the run, with nothing changed. */
const jobsMs = 120 * minuteMs;
const askAgainMs = 5000;

export interface UpgradePorts {
  readonly ansible: Ansible;
  readonly harbor: Harbor;
  readonly clock: Clock;
}

/** One run of an upgrade: what its steps work with. */
export interface UpgradeSite {
  readonly ports: UpgradePorts;
  readonly decided: Decided;
  readonly context: RunContext;
  readonly approved: Pick<Approved, 'keep' | 'journal' | 'mayStop'>;
  /** How each configuration was changed, by version, in this run. */
  readonly migrated: Map<string, Migrated>;
}

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

/** Who was frozen while it asked changes nothing any more once it wakes: others may have gone on, or back. */
export const committing = ({ signal, stillOurs }: RunContext): CommitOptions => ({ signal, beforeCommit: stillOurs });

/** Asks every few seconds, telling on the card why not yet; ends where it is told to stop, since it changes nothing. Throws Fault HARBOR_TIMEOUT. */
async function until(
  { ports: { clock }, context, approved: { mayStop } }: Pick<UpgradeSite, 'ports' | 'context' | 'approved'>,
  limitMs: number,
  whyNotYet: () => Promise<string | undefined>,
  next: string,
): Promise<void> {
  const end = clock.now().getTime() + limitMs;
  for (;;) {
    const why = await whyNotYet();
    if (why === undefined) return;
    if (clock.now().getTime() >= end) {
      throw new Fault(`${why.replace(/\.$/, '')}.`, {
        ...{ port: 'harbor', operation: 'wait', code: 'HARBOR_TIMEOUT', retryable: false, next },
      });
    }
    context.detail(why);
    await wait(askAgainMs, undefined, { signal: mayStop }).catch(() => mayStop.throwIfAborted());
  }
}

/** Harbor ends none of them well when it is stopped. */
async function waitForJobs(site: UpgradeSite): Promise<void> {
  const { ports, decided, context } = site;
  const { harbor_name: registry } = decided.shared;
  const underWay = async () => {
    const jobs = await jobsOf(ports.harbor, registry, context);
    if (jobs.length === 0) return undefined;
    return `${registry} has ${counted(jobs.length, 'job')} under way: ${firstFew(jobs.map(({ kind, id }) => `${kind} ${id}`))}`;
  };
  await until(site, jobsMs, underWay, 'End them, then resume or roll back.');
}

/** A right that the plan has named as missing is no reason to stop for. */
async function jobsOf(harbor: Harbor, registry: string, context: RunContext): Promise<readonly HarborJob[]> {
  try {
    return await harbor.jobs(registry, { signal: context.signal });
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'HARBOR_FORBIDDEN')) throw error;
    context.log(`whether jobs run is not known: ${error.message}`);
    return [];
  }
}

/** All components, of the version that was to come. The first start of some walks the whole registry, so this may take long. */
export async function healthy(
  site: Pick<UpgradeSite, 'ports' | 'decided' | 'context' | 'approved'>,
  version: string,
): Promise<void> {
  const { ports, decided, context } = site;
  const notYet = () => whyNotHealthy(ports.harbor, decided.shared.harbor_name, version, context.signal);
  await until(site, decided.healthMs, notYet, 'Look at the logs of its containers, then resume or roll back.');
  context.detail(`every component of ${version} is healthy`);
}

async function whyNotHealthy(
  harbor: Harbor,
  registry: string,
  version: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { isHealthy, components } = await harbor.health(registry, { signal });
    const sick = components
      .filter((one) => !one.isHealthy)
      .map(({ name, error }) => `${name}: ${error ?? 'not healthy'}`);
    if (components.length === 0) return `${registry} names none of its components`;
    if (!isHealthy || sick.length > 0) return `${registry} is not healthy: ${firstFew(sick) || 'it does not say why'}`;
    const { version: runs } = await harbor.system(registry, { signal });
    return runs === version ? undefined : `${registry} runs ${runs}, and ${version} was installed`;
  } catch (error) {
    if (!(error instanceof Fault && error.retryable)) throw error;
    return error.message;
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
