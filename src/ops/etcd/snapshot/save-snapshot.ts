import { Fault } from '../../../chatops/errors.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { clearAway } from '../backup/clear-away.ts';
import type { Copies } from '../backup/copy-newest.ts';
import { copyOn, copyStep } from '../backup/copy-on.ts';
import type { MemberChoice } from './choose-member.ts';
import { howMemberFailed } from './how-member-failed.ts';
import { type SnapshotPorts, type SnapshotResult, snapshotSteps, takeSnapshot } from './take-snapshot.ts';

export interface SavePorts extends SnapshotPorts {
  readonly kubernetes: Kubernetes;
}

/** What a person asks for besides the cluster. */
export interface SaveWishes {
  readonly reason?: string | undefined;
  readonly despiteAlarm: boolean;
}

/** A snapshot that was taken, and what became of its copy. */
export interface SavedSnapshot extends SnapshotResult {
  readonly cluster: Cluster;
  /** The address of the object, for people. */
  readonly where: string;
  readonly copies: Copies | undefined;
}

/**
 * All that a run of the snapshot job does: clears away what dead workers left, takes a snapshot as `takeSnapshot` does, from another member
 * than former attempts of this run failed with, and copies it on where there is a second bucket. Throws what `takeSnapshot` throws.
 */
export async function saveSnapshot(
  { kubernetes, ...ports }: SavePorts,
  cluster: Cluster,
  wishes: SaveWishes,
  context: RunContext,
): Promise<SavedSnapshot> {
  const { backup } = cluster;
  if (backup.copy) context.ahead([...snapshotSteps, copyStep(backup.copy)]);
  const { runId, signal, log } = context;
  await clearAway(ports.objects, backup, { runId, now: ports.clock.now() }, { signal, log });
  const kubernetesVersion = await versionOf(cluster, kubernetes, context);
  const result = await takeRemembering(ports, cluster, { ...wishes, kubernetesVersion }, context);
  const copies = await copyOn(ports, cluster, result.manifest.id, context);
  return { ...result, cluster, copies, where: `${backup.address}/${result.manifest.stored.key}` };
}

/** Worth recording, never worth failing a snapshot for: on the worst day the API server is what is down. */
async function versionOf(cluster: Cluster, kubernetes: Kubernetes, context: RunContext): Promise<string | undefined> {
  if (!cluster.hasKubernetes) return undefined;
  try {
    return await kubernetes.version(cluster.name, context.signal);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.log(`the Kubernetes version is left out: ${error.message}`);
    return undefined;
  }
}

interface ToTake extends SaveWishes {
  readonly kubernetesVersion: string | undefined;
}

/** Takes the snapshot, and keeps with the run what its next attempt and people are to know. */
async function takeRemembering(
  ports: SnapshotPorts,
  cluster: Cluster,
  { reason, despiteAlarm, kubernetesVersion }: ToTake,
  context: RunContext,
): Promise<SnapshotResult> {
  const { runId, askedAt, askedBy: actor, memory, signal, step, log } = context;
  const wishes = { acceptAlarms: despiteAlarm, passOver: memory };
  const request = { cluster, runId, askedAt, actor, reason, kubernetesVersion, wishes };
  let choice: MemberChoice | undefined;
  const hooks = {
    signal,
    step,
    chosen(chosen: MemberChoice) {
      choice = chosen;
      context.detail(chosen.why);
      log(chosen.why);
    },
    progress: (done: number, expected: number) => context.progress(done, expected, 'bytes'),
    beforeCommit: context.stillOurs,
    left: (what: string) => rememberLeft(what, context),
  };
  try {
    return await takeSnapshot(ports, request, hooks);
  } catch (error) {
    if (choice) await rememberFailure(choice, error, context);
    throw error;
  }
}

/** People read it when the run ends other than well; the log tells it anyhow. */
async function rememberLeft(what: string, context: RunContext): Promise<void> {
  context.log(what);
  const before = context.memory.changed;
  await context.remember('changed', before ? `${before} ${what}` : what).catch(() => undefined);
}

/** The next attempt copies from another member, where there is one. What failed is what people must hear, also when this fails too. */
async function rememberFailure({ member }: MemberChoice, error: unknown, context: RunContext): Promise<void> {
  const how = howMemberFailed(error);
  if (how === undefined) return;
  await context.remember(member.id, `it ${how} in attempt ${context.tried}`).catch(() => undefined);
}
