import type { Approved, RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { JournalEntry } from '../../../ports/journal.ts';
import { endedIn } from '../../playbook/journal.ts';
import { mustBeTheAgreed } from '../../playbook/playbook-files.ts';
import type { KubernetesState } from './check-kubernetes.ts';
import { nodesBefore } from './check-nodes.ts';
import type { Decided } from './decided.ts';
import { doStep } from './do-step.ts';
import type { RestorePorts, RestoreSite } from './restore-site.ts';
import { restoreSteps } from './restore-steps.ts';
import { rollBack } from './roll-back.ts';
import { createSnapshotFile } from './snapshot-file.ts';
import type { RestoreTag } from './steps.ts';

/** How it ended. Anything else is thrown, with what is changed in the run's memory. */
export interface RestoreResult {
  readonly cluster: Cluster;
  readonly decided: Decided;
  readonly kind: 'restored' | 'rolled back';
  /** From the first step that took something away until it was there again, over all runs; undefined where nothing was. */
  readonly downtimeMs: number | undefined;
  /** Steps that were taken back. */
  readonly undone: readonly string[];
  /** Where Kubernetes was asked, in this run. */
  readonly kubernetes?: KubernetesState | undefined;
  /** The backup of what was there before, where this run took it. */
  readonly savedAs?: string | undefined;
}

/**
 * Carries out what was agreed to, step by step; or goes on after the last step that ended, or takes back what was begun. Each step is written
 * down by the frame before it begins, and stops come between steps only. Throws what a step throws.
 */
export async function runRestore(
  ports: RestorePorts,
  cluster: Cluster,
  decided: Decided,
  context: RunContext,
  approved: Approved,
): Promise<RestoreResult> {
  const { mode, journal } = approved;
  const file = createSnapshotFile(ports, cluster, decided, context);
  const isAsked = decided.hasKubernetes && mode === 'run';
  const before = isAsked ? nodesBefore(ports.kubernetes, cluster.name, context.signal) : undefined;
  const site: RestoreSite = { ports, cluster, decided, context, file, nodesBefore: before };
  try {
    if (mode === 'rollback') {
      const undone = await rollBack(site, await journal(), approved);
      return { cluster, decided, kind: 'rolled back', downtimeMs: downtimeOf(decided, await journal()), undone };
    }
    if (mode === 'resume') await mustBeTheAgreed('etcd-restore', approved.plan);
    await goOn(site, mode === 'resume' ? endedIn(await journal()) : new Set());
    const downtimeMs = downtimeOf(decided, await journal());
    return { cluster, decided, kind: 'restored', downtimeMs, undone: [], ...found(site) };
  } finally {
    await file.close();
  }
}

async function goOn(site: RestoreSite, ended: ReadonlySet<string>): Promise<void> {
  const { context, decided } = site;
  const rest = restoreSteps(decided).filter(({ name }) => !ended.has(name));
  context.ahead(rest.map(({ name }) => name));
  for (const step of rest) await context.step(step.name, () => doStep(site, step));
}

const found = ({ kubernetes, savedAs }: RestoreSite) => ({ kubernetes, savedAs });

/** Steps between which nobody could use the cluster. */
function downtimeOf(decided: Decided, journal: readonly JournalEntry[]): number | undefined {
  if (decided.variant === 'replace') return undefined;
  const steps = restoreSteps(decided);
  const doing = (...tags: readonly RestoreTag[]): ReadonlySet<string> =>
    new Set(
      steps.flatMap(({ name, does }) =>
        does.kind === 'playbook' && does.tags.some((tag) => tags.includes(tag)) ? [name] : [],
      ),
    );
  const downs = doing('stop-apiservers', 'stop-etcd');
  const apiUps = doing('start-apiservers');
  const ups = apiUps.size > 0 ? apiUps : doing('start-etcd');
  const isDown = ({ step }: JournalEntry) => downs.has(step);
  const isUp = ({ step, event }: JournalEntry) => (event === 'ended' && ups.has(step)) || event === 'undone';
  const down = journal.find(isDown);
  const up = journal.findLast(isUp);
  return down && up ? up.at.getTime() - down.at.getTime() : undefined;
}
