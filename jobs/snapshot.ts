import { z } from 'zod';
import { Fault } from '../src/chatops/errors.ts';
import { bytesInWords, durationInWords, numberInWords } from '../src/chatops/format.ts';
import { defineJob, type RunContext } from '../src/chatops/job.ts';
import type { Report, Value } from '../src/chatops/report.ts';
import { abortAbandonedUploads } from '../src/ops/etcd/backup/abandoned-uploads.ts';
import type { BackupManifest } from '../src/ops/etcd/backup/manifest.ts';
import { removeOrphanedData } from '../src/ops/etcd/backup/orphaned-data.ts';
import type { MemberChoice } from '../src/ops/etcd/snapshot/choose-member.ts';
import { howMemberFailed } from '../src/ops/etcd/snapshot/how-member-failed.ts';
import { type SnapshotResult, snapshotSteps, takeSnapshot } from '../src/ops/etcd/snapshot/take-snapshot.ts';
import type { Cluster } from '../src/ports/catalogue.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Kubernetes } from '../src/ports/kubernetes.ts';
import type { ObjectLock, Objects, Removal } from '../src/ports/objects.ts';

const clearAwayMs = 10_000;

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
    await clearAway(cluster, ports.objects, ports.clock, context);
    const kubernetesVersion = await versionOf(cluster, kubernetes, context);
    const request = {
      cluster,
      runId: context.runId,
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
        signal: context.signal,
        step: context.step,
        chosen(chosen) {
          choice = chosen;
          context.detail(chosen.why);
          context.log(chosen.why);
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
    return { ...result, where: `${cluster.backup.address}/${result.manifest.stored.key}` };
  },
  report: snapshotReport,
});

/**
 * Clears away what dead workers left. A bucket that does not let itself be listed, or answers slowly, still takes backups.
 */
async function clearAway({ backup }: Cluster, objects: Objects, clock: Clock, context: RunContext): Promise<void> {
  const limit = { signal: AbortSignal.any([context.signal, AbortSignal.timeout(clearAwayMs)]) };
  try {
    const now = clock.now();
    const uploads = await abortAbandonedUploads(objects, backup, { runId: context.runId, now }, limit);
    for (const key of uploads) context.log(`ended an upload that was left half done: ${key}`);
    for (const removal of await removeOrphanedData(objects, backup, now, limit)) context.log(removalInWords(removal));
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof Fault) && !limit.signal.aborted) throw error;
    context.log(
      `what dead workers left could not be cleared away: ${error instanceof Error ? error.message : 'no answer'}`,
    );
  }
}

function removalInWords(removal: Removal): string {
  const what = `data without a manifest: ${removal.key}`;
  return removal.state === 'removed' ? `removed ${what}` : `could not remove ${what}: ${removal.why}`;
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

/** `where` is the address of the object, for people. */
function snapshotReport(result: SnapshotResult & { readonly where: string }): Report {
  const { manifest, warnings } = result;
  const { database, stored, member } = manifest;
  return {
    tone: warnings.length > 0 ? 'warning' : 'good',
    title: `${manifest.cluster} is saved: ${bytesInWords(database.sizeBytes)} at revision ${revisionInWords(manifest)}`,
    ...(warnings.length > 0 ? { text: warnings.join(' ') } : {}),
    facts: [
      { label: 'Backup', value: [{ code: manifest.id }, ', taken ', { time: manifest.takenAt.toISOString() }] },
      { label: 'Where', value: [{ code: result.where }], onCard: true },
      { label: 'Size', value: sizeInWords(manifest) },
      ...(stored.lock ? [{ label: 'Locked', value: lockInWords(stored.lock) }] : []),
      {
        label: 'Speed',
        value: `${durationInWords(result.seconds * 1000)}, ${result.mibPerSecond.toFixed(0)} MiB/s`,
        onCard: true,
      },
      ...(manifest.keys ? [{ label: 'Keys', value: keysInWords(manifest.keys) }] : []),
      { label: 'From', value: `${member.why}; etcd ${manifest.etcdVersion}` },
      { label: 'Checked', value: `etcd’s own SHA-256 as it passed; ${result.readBack}, read back from S3` },
      ...(manifest.reason ? [{ label: 'For', value: manifest.reason }] : []),
    ],
    measures: {
      databaseBytes: database.sizeBytes,
      storedBytes: stored.sizeBytes,
      seconds: result.seconds,
      cpuSeconds: result.cpuSeconds,
    },
  };
}

function revisionInWords({ revision }: BackupManifest): string {
  if (revision.kind === 'exact') return numberInWords(revision.revision);
  return `about ${numberInWords(revision.atMost)}`;
}

function sizeInWords({ database, stored }: BackupManifest): string {
  const ratio = (database.sizeBytes / stored.sizeBytes).toFixed(1);
  const how = stored.compression === 'none' ? 'not compressed' : `${stored.compression}, ${ratio} to 1`;
  return `${bytesInWords(database.sizeBytes)}, stored as ${bytesInWords(stored.sizeBytes)} (${how}, ${encryptionInWords(stored.encryption)})`;
}

function encryptionInWords(encryption: BackupManifest['stored']['encryption']): string {
  switch (encryption.kind) {
    case 'none':
      return 'not encrypted by Salvor';
    case 'sse-s3':
      return 'encrypted by S3';
    case 'sse-kms':
      return `encrypted by KMS${encryption.keyId ? ` key ${encryption.keyId}` : ''}`;
    case 'age':
      return `encrypted with age for ${encryption.recipients.length === 1 ? 'one recipient' : `${encryption.recipients.length} recipients`}`;
  }
}

function lockInWords({ retention, legalHold }: ObjectLock): readonly Value[] {
  const hold = legalHold ? ['under a legal hold'] : [];
  if (!retention) return hold;
  const until = ['until ', { time: retention.until.toISOString() }, ` in ${retention.mode} mode`];
  return [...until, ...hold.map((words) => `, and ${words}`)];
}

function keysInWords(keys: NonNullable<BackupManifest['keys']>): readonly Value[] {
  const live = keys.live === undefined ? '' : `${numberInWords(keys.live)} live, `;
  return [`${live}${numberInWords(keys.total)} in all with history`];
}
