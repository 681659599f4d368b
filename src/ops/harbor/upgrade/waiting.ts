import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../../chatops/errors.ts';
import { counted, firstFew } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Harbor, HarborJob } from '../../../ports/harbor.ts';
import type { UpgradeSite } from './upgrade-site.ts';

const minuteMs = 60_000;
/** Replications and scans of large registries take hours; who cannot wait stops the run, with nothing changed. */
const jobsMs = 120 * minuteMs;
const askAgainMs = 5000;

type Waiting = Pick<UpgradeSite, 'ports' | 'decided' | 'context' | 'approved'>;

/** Asks every few seconds, telling on the card why not yet; ends where it is told to stop, since it changes nothing. Throws Fault HARBOR_TIMEOUT. */
async function until(
  { ports: { clock }, context, approved: { mayStop } }: Waiting,
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
export async function waitForJobs(site: Waiting): Promise<void> {
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
export async function healthy(site: Waiting, version: string): Promise<void> {
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
