import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../../chatops/errors.ts';
import { bytesInWords, counted, firstFew, timeInWords } from '../../../chatops/format.ts';
import type { Approved, RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Harbor, HarborJob } from '../../../ports/harbor.ts';
import type { JournalEntry } from '../../../ports/journal.ts';
import { holdingsInWords, missingIn } from './compare.ts';
import type { Decided, DecidedHop } from './decided.ts';
import { type HarborStep, harborSteps, type OwnWork } from './harbor-steps.ts';
import { Holdings, readHoldings } from './holdings.ts';
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
  readonly approved: Pick<Approved, 'keep' | 'journal'>;
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
  const options = { signal: context.signal };
  switch (work) {
    case 'read-only':
      return harbor.setReadOnly(registry, true, options);
    case 'writable':
      await harbor.setReadOnly(registry, false, options);
      return pushProbe(site);
    case 'wait-for-jobs':
      return waitForJobs(site);
    case 'write-down': {
      const holdings = await readHoldings(harbor, registry, options);
      mustBeOf(hop, registry, holdings);
      site.approved.keep(JSON.stringify(holdings));
      return context.detail(holdingsInWords(holdings));
    }
    case 'healthy':
      return healthy(site, hop.variables.to);
    case 'compare':
      return compare(site, hop, 'Do not let anybody push. Roll back: the copy of the database from before is whole.');
    case 'probe':
      return probe(site, hop);
  }
}

/** Between hops, or before somebody goes on, others may have upgraded it by hand: then this way no longer begins where it stands. */
function mustBeOf({ variables: { from, to } }: DecidedHop, registry: string, { version }: Holdings): void {
  if (version === from) return;
  throw new Fault(`${registry} runs ${version}, and is to go from ${from} to ${to}.`, {
    ...{ port: 'harbor', operation: 'compare', code: 'HARBOR_OTHER', retryable: false },
    next: 'Find out who has changed it. Bring it back, or release it and plan anew.',
  });
}

/** Asks every few seconds, telling on the card why not yet. Throws Fault HARBOR_TIMEOUT. */
async function until(
  { ports: { clock }, context }: Pick<UpgradeSite, 'ports' | 'context'>,
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
    await wait(askAgainMs, undefined, { signal: context.signal });
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
  site: Pick<UpgradeSite, 'ports' | 'decided' | 'context'>,
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

/** What it held is in the journal, since another run may have written it down. */
export async function compare(site: UpgradeSite, hop: DecidedHop, next: string): Promise<void> {
  const { ports, decided, context, approved } = site;
  const { harbor_name: registry } = decided.shared;
  const writtenDown = holdingsIn(await approved.journal(), decided, hop);
  const { holdings: before } = writtenDown;
  const now = await readHoldings(ports.harbor, registry, { signal: context.signal });
  const missing = missingIn(before, now);
  // Of a project that is gone the registry says only that nobody may pull from it.
  const lost = missing.length > 0 ? missing : await otherDigests(ports.harbor, registry, before, context.signal);
  if (lost.length > 0) {
    throw new Fault(`${registry} does not hold what it held. ${lost.join(' ')}`, {
      ...{ port: 'harbor', operation: 'compare', code: 'HARBOR_LESS', retryable: false },
      next: `${next}${deletedMeanwhile(decided, writtenDown.at)}`,
    });
  }
  context.detail(`${holdingsInWords(now)}; ${counted(before.sample.length, 'digest')} the same`);
}

/** Without read-only mode nobody is kept from deleting once it is written down: the check cannot tell that from a loss, people can. */
function deletedMeanwhile({ hasAdmin, shared }: Decided, writtenDownAt: Date | undefined): string {
  if (hasAdmin || !writtenDownAt) return '';
  return (
    ` It was not read-only: somebody may also have deleted it on purpose since ${timeInWords(writtenDownAt)}, when it was written down. ` +
    `The logs page of ${shared.harbor_name} shows who deleted what, and when.`
  );
}

/** And when it was written down. */
function holdingsIn(
  journal: readonly JournalEntry[],
  decided: Decided,
  { variables }: DecidedHop,
): { readonly holdings: Holdings; readonly at: Date | undefined } {
  const step = harborSteps(decided).find(
    ({ does, hop }) => does.kind === 'own' && does.work === 'write-down' && hop?.variables.from === variables.from,
  );
  const entry = journal.findLast((one) => one.step === step?.name && one.event === 'ended');
  return { holdings: Holdings.parse(JSON.parse(entry?.detail ?? 'null')), at: entry?.at };
}

async function otherDigests(
  harbor: Harbor,
  registry: string,
  { sample }: Holdings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const { repository, tag, digest } of sample) {
    // By digest: a tag may have moved since, an image may not be gone.
    if ((await harbor.digest(registry, repository, digest, { signal })) !== digest) lost.push(`${repository}:${tag}`);
  }
  return lost.length === 0 ? [] : [`The registry does not have ${firstFew(lost)} any more.`];
}

async function probe(site: UpgradeSite, hop: DecidedHop): Promise<void> {
  const { ports, decided, context, approved } = site;
  const { harbor_name: registry } = decided.shared;
  const [image] = holdingsIn(await approved.journal(), decided, hop).holdings.sample;
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
  const { repository, tag } = await ports.harbor.push(decided.shared.harbor_name, { signal: context.signal });
  context.detail(`${repository}:${tag} pushed and pulled`);
}
