import type { Approved, RunContext } from '../../../chatops/job.ts';
import type { JournalEntry } from '../../../ports/journal.ts';
import { endedIn } from '../../playbook/journal.ts';
import { mustBeTheAgreed } from '../../playbook/playbook-files.ts';
import type { Decided, DecidedHop } from './decided.ts';
import { doStep } from './do-step.ts';
import { type Downtime, downtimesIn } from './downtimes.ts';
import { type HarborStep, harborSteps, isOwn } from './harbor-steps.ts';
import { rollBack } from './roll-back.ts';
import type { Migrated } from './run-tags.ts';
import type { UpgradePorts, UpgradeSite } from './upgrade-site.ts';

/** How it ended. Anything else is thrown, with what is changed in the run's memory. */
export interface UpgradeResult {
  readonly decided: Decided;
  readonly kind: 'upgraded' | 'paused' | 'rolled back';
  /** The last hop that ended; absent where none did. */
  readonly reached?: DecidedHop | undefined;
  /** From stopping a version until the next was healthy, by version, over all runs. */
  readonly downtimes: readonly Downtime[];
  readonly migrated: ReadonlyMap<string, Migrated>;
  /** Steps that were taken back. */
  readonly undone: readonly string[];
}

/**
 * Carries out what was agreed to, step by step and hop by hop; or goes on after the last step that ended, or takes back what was begun. Each step is
 * written down by the frame before it begins. Where it pauses it answers with steps left. Throws what a step throws.
 */
export async function runUpgrade(
  ports: UpgradePorts,
  decided: Decided,
  context: RunContext,
  approved: Approved,
): Promise<UpgradeResult> {
  const { mode, journal } = approved;
  const site: UpgradeSite = { ports, decided, context, approved, migrated: new Map() };
  const result = async (kind: UpgradeResult['kind'], undone: readonly string[] = []): Promise<UpgradeResult> => {
    const entries = await journal();
    const downtimes = downtimesIn(decided, entries);
    return { decided, kind, reached: reachedIn(decided, entries), downtimes, migrated: site.migrated, undone };
  };
  if (mode === 'rollback') return result('rolled back', await rollBack(site, await journal(), approved));
  if (mode === 'resume') await mustBeTheAgreed('harbor-migrate', approved.plan);
  const isWhole = await goOn(site, mode === 'resume' ? endedIn(await journal()) : new Set());
  return result(isWhole ? 'upgraded' : 'paused');
}

/** Whether all of it is done; false where it pauses. */
async function goOn(site: UpgradeSite, ended: ReadonlySet<string>): Promise<boolean> {
  const { context, decided } = site;
  const rest = harborSteps(decided).filter(({ name }) => !ended.has(name));
  context.ahead(rest.map(({ name }) => name));
  for (const step of rest) {
    await context.step(step.name, () => doStep(site, step));
    await tellHop(site, step);
    if (step.isPausedAfter) return false;
  }
  return true;
}

/** Once a hop is verified, what its steps changed one by one is the version that runs: who reads of a failure in the next one must see how it stands. */
async function tellHop({ context, decided }: UpgradeSite, { name, hop }: HarborStep): Promise<void> {
  const last = harborSteps(decided).findLast((step) => step.hop === hop);
  if (!hop || hop === decided.hops.at(-1) || last?.name !== name) return;
  const from = decided.hops[0]?.variables.from;
  await context.remember('changed', `${decided.shared.harbor_name} is upgraded from ${from} to ${hop.variables.to}`);
}

/** Compared and found whole. */
function reachedIn(decided: Decided, journal: readonly JournalEntry[]): DecidedHop | undefined {
  const ended = endedIn(journal);
  const compared = harborSteps(decided).filter((step) => isOwn('compare')(step) && ended.has(step.name));
  return compared.at(-1)?.hop;
}
