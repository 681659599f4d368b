import { z } from 'zod';
import { Fault } from '../src/chatops/errors.ts';
import { defineJob, type RunContext } from '../src/chatops/job.ts';
import { clearAway } from '../src/ops/etcd/backup/clear-away.ts';
import { type Copies, copyNewest } from '../src/ops/etcd/backup/copy-newest.ts';
import type { BackupManifest } from '../src/ops/etcd/backup/manifest.ts';
import type { MemberChoice } from '../src/ops/etcd/snapshot/choose-member.ts';
import { howMemberFailed } from '../src/ops/etcd/snapshot/how-member-failed.ts';
import { snapshotReport } from '../src/ops/etcd/snapshot/snapshot-report.ts';
import { snapshotSteps, takeSnapshot } from '../src/ops/etcd/snapshot/take-snapshot.ts';
import type { BackupPlace, Cluster } from '../src/ports/catalogue.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Kubernetes } from '../src/ports/kubernetes.ts';
import type { Objects } from '../src/ports/objects.ts';

const Payload = z.object({ cluster: z.string(), reason: z.string().optional(), despiteAlarm: z.boolean() });

export default defineJob({
  name: 'snapshot',
  payload: Payload,
  needs: ['etcd', 'objects', 'kubernetes', 'catalogue', 'clock'],
  queue: 'write',
  steps: snapshotSteps,
  cluster: (payload) => payload.cluster,
  access: (payload) => ({ role: 'operator', cluster: payload.cluster }),
  lock: (payload) => `etcd/${payload.cluster}`,
  schedule: { payload: (cluster) => ({ cluster, despiteAlarm: false }), says: 'failures' },
  async run({ cluster: name, reason, despiteAlarm }, { catalogue, kubernetes, ...ports }, context) {
    const cluster = catalogue.cluster(name);
    if (cluster.backup.copy) context.ahead([...snapshotSteps, copyStep(cluster.backup.copy)]);
    const { runId, signal, log } = context;
    await clearAway(ports.objects, cluster.backup, { runId, now: ports.clock.now() }, { signal, log });
    const kubernetesVersion = await versionOf(cluster, kubernetes, context);
    const request = {
      cluster,
      runId,
      askedAt: context.askedAt,
      actor: context.askedBy,
      reason,
      kubernetesVersion,
    };
    let choice: MemberChoice | undefined;
    const taking = takeSnapshot(
      ports,
      { ...request, wishes: { acceptAlarms: despiteAlarm, passOver: context.memory } },
      {
        signal,
        step: context.step,
        chosen(chosen) {
          choice = chosen;
          context.detail(chosen.why);
          log(chosen.why);
        },
        progress: (done, expected) => context.progress(done, expected, 'bytes'),
        beforeCommit: context.stillOurs,
        left: (what) => rememberLeft(what, context),
      },
    );
    const result = await taking.catch(async (error: unknown) => {
      if (choice) await rememberFailure(choice, error, context);
      throw error;
    });
    const copies = await copyOn(cluster, result.manifest, ports, context);
    return { ...result, cluster, copies, where: `${cluster.backup.address}/${result.manifest.stored.key}` };
  },
  report: snapshotReport,
});

const copyStep = ({ address }: BackupPlace): string => `Copy to ${address}`;

/** The backup stands, whatever becomes of its copy: even a stop only leaves the copy to the next snapshot. */
async function copyOn(
  { backup, ...cluster }: Cluster,
  { id }: BackupManifest,
  { objects, clock }: { readonly objects: Objects; readonly clock: Clock },
  context: RunContext,
): Promise<Copies | undefined> {
  const { copy: place, timeLimitSeconds } = backup;
  if (!place) return undefined;
  const tooLong = AbortSignal.timeout(timeLimitSeconds * 1000);
  const options = {
    signal: AbortSignal.any([context.signal, tooLong]),
    progress: (done: number, total: number) => context.progress(done, total, 'bytes'),
  };
  const copied: string[] = [];
  const request = { runId: context.runId, now: clock.now(), copied: (done: string) => void copied.push(done) };
  try {
    await context.remember('changed', `${id} is saved in ${backup.address}; whether it was copied is not known`);
    const copying = () => copyNewest(objects, { ...cluster, backup }, place, request, options);
    return await context.step(copyStep(place), copying);
  } catch (error) {
    if (!(error instanceof Fault) && !options.signal.aborted) throw error;
    const why = context.signal.aborted ? 'it was stopped' : messageOf(tooLong.aborted ? tooLong.reason : error);
    return { copied, failed: copied.includes(id) ? [] : [{ id, why }] };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');

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
