import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { BackupTarget, Cluster } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ClusterSurvey, Etcd, MemberStatus, SnapshotSource } from '../../../ports/etcd.ts';
import type { ObjectAt, Objects, StoredObject } from '../../../ports/objects.ts';
import { dataKey, manifestKey } from '../backup/backup-layout.ts';
import { lockBy } from '../backup/backup-lock.ts';
import type { BackupManifest, BackupRevision } from '../backup/manifest.ts';
import { type ReadBack, readBack } from '../backup/read-back.ts';
import type { PagesFound } from '../database/page-walker.ts';
import { nearlyFull, quotasAt } from '../quota.ts';
import { chooseMember, type MemberChoice, type MemberWishes } from './choose-member.ts';
import { type CommitHooks, commitSnapshot, type SnapshotPlaces, undoSnapshot } from './commit-snapshot.ts';
import type { PressFacts, PressOptions } from './press-snapshot.ts';
import { type Press, startPress } from './start-press.ts';

export interface SnapshotPorts {
  readonly etcd: Etcd;
  readonly objects: Objects;
  readonly clock: Clock;
}

export interface SnapshotRequest {
  readonly cluster: Cluster;
  readonly runId: string;
  /** When the run was asked for: the same for all its attempts, so that they commit to one key. */
  readonly askedAt: Date;
  readonly actor: BackupManifest['actor'];
  readonly reason?: string | undefined;
  readonly wishes?: MemberWishes | undefined;
  readonly kubernetesVersion?: string | undefined;
}

/** What people see while a snapshot is taken, in order. */
export const snapshotSteps = ['Choose a member', 'Copy to the store', 'Read back', 'Commit'] as const;
export type SnapshotStep = (typeof snapshotSteps)[number];

export interface SnapshotHooks extends CommitHooks {
  /** Runs each of `snapshotSteps`; may refuse to. */
  step<T>(name: SnapshotStep, work: () => Promise<T>): Promise<T>;
  /** Told once, as soon as it is known where to copy from. */
  chosen?(choice: MemberChoice): void;
  /** Bytes read of about how many; called often. */
  progress?(doneBytes: number, expectedBytes: number): void;
}

export interface SnapshotResult {
  readonly manifest: BackupManifest;
  /** What the store confirmed of the object it holds. */
  readonly readBack: ReadBack;
  readonly manifestAt: ObjectAt;
  readonly dataAt: ObjectAt;
  /** From the first byte asked for until the manifest was written. */
  readonly seconds: number;
  /** MiB of database read each second of copying. */
  readonly mibPerSecond: number;
  /** Of this whole process meanwhile, other runs included. */
  readonly cpuSeconds: number;
  /** What people should know although the snapshot is good, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Copies the database of a cluster's fittest member to the store as one backup, without a byte on the local disk and in constant memory:
 * streams, checks the digest, compresses, encrypts when the target says so, stores, reads back size and checksum, and writes the manifest last.
 *
 * Until the manifest is written there is no backup; whatever fails, the data object is removed again and no parts stay behind. With Object
 * Lock the data is locked right before: what fails in between leaves it until the lock ends, and `left` is told.
 * Not idempotent, but harmless to repeat: each attempt writes keys of its own. Throws Refusal when no member is fit, and what the
 * ports throw; Fault ETCD_DIGEST when the bytes were not a whole snapshot.
 */
export async function takeSnapshot(
  ports: SnapshotPorts,
  request: SnapshotRequest,
  hooks: SnapshotHooks,
): Promise<SnapshotResult> {
  // Its thread takes a moment to start: meanwhile the members are asked.
  const press = startPress(pressOptions(request.cluster.backup));
  try {
    return await takeThrough(press, ports, request, hooks);
  } finally {
    await press.close(undefined);
  }
}

async function takeThrough(
  press: Press,
  ports: SnapshotPorts,
  request: SnapshotRequest,
  hooks: SnapshotHooks,
): Promise<SnapshotResult> {
  const { cluster } = request;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const takenAt = ports.clock.now();
  const places = placesOf(cluster.backup, takenAt, request);
  const { dataAt, manifestAt } = places;
  const found = await hooks.step('Choose a member', () => findMember(ports.etcd, request, hooks));
  const { survey, choice } = found;
  try {
    const copying = performance.now();
    const copy = await hooks.step('Copy to the store', () => copyToStore(press, ports, request, hooks, choice, dataAt));
    const copySeconds = (performance.now() - copying) / 1000;
    const stored = { ...copy.object, sizeBytes: copy.facts.stored.sizeBytes };
    const readBackAs = await hooks.step('Read back', () => readBack(ports.objects, dataAt, stored, hooks));
    const manifest = {
      ...describe(request, choice, takenAt, dataAt, copy, copySeconds),
      clusterId: survey.clusterId,
    };
    const lock = lockBy(cluster.backup.lock, takenAt);
    const committed = await hooks.step('Commit', () => commitSnapshot(ports.objects, places, manifest, lock, hooks));
    return {
      manifest: committed.manifest,
      readBack: readBackAs,
      manifestAt,
      dataAt: { bucket: dataAt.bucket, key: committed.manifest.stored.key },
      seconds: (performance.now() - begun) / 1000,
      mibPerSecond: copy.facts.database.sizeBytes / 1024 ** 2 / copySeconds,
      cpuSeconds: secondsOf(process.cpuUsage(cpu)),
      warnings: [...committed.warnings, ...warningsOf(found)],
    };
  } catch (error) {
    await undoSnapshot(ports.objects, places, hooks);
    throw error;
  }
}

interface Found {
  readonly survey: ClusterSurvey;
  readonly choice: MemberChoice;
  /** Undefined where nobody tells it. */
  readonly quotaBytes: number | undefined;
}

async function findMember(etcd: Etcd, { cluster, wishes }: SnapshotRequest, hooks: SnapshotHooks): Promise<Found> {
  const survey = await etcd.survey(cluster.name, { signal: hooks.signal });
  const choice = chooseMember(cluster.name, survey, wishes);
  hooks.chosen?.(choice);
  const [quotaBytes] = await quotasAt(etcd, cluster, [choice.status.endpoint], { signal: hooks.signal });
  return { survey, choice, quotaBytes };
}

function pressOptions({ compression, encryption }: BackupTarget): PressOptions {
  return { compression, recipients: encryption.kind === 'age' ? encryption.recipients : [] };
}

function placesOf(target: BackupTarget, takenAt: Date, { runId: id, askedAt }: SnapshotRequest): SnapshotPlaces {
  const { bucket, prefix, compression, encryption } = target;
  const nonce = randomBytes(6).toString('hex');
  const form = { compression, isAgeEncrypted: encryption.kind === 'age' };
  return {
    dataAt: { bucket, key: dataKey({ prefix, takenAt, id }, nonce, form) },
    manifestAt: { bucket, key: manifestKey({ prefix, takenAt: askedAt, id }) },
  };
}

interface Copy {
  readonly facts: PressFacts;
  readonly object: StoredObject;
  readonly revision: BackupRevision;
  readonly etcdVersion: string;
}

async function copyToStore(
  press: Press,
  { etcd, objects }: SnapshotPorts,
  request: SnapshotRequest,
  hooks: SnapshotHooks,
  choice: MemberChoice,
  dataAt: ObjectAt,
): Promise<Copy> {
  const { backup, name } = request.cluster;
  const { endpoint, version } = choice.status;
  const stop = new AbortController();
  const signal = AbortSignal.any([hooks.signal, stop.signal]);
  setMaxListeners(0, signal);
  const onAbort = () => void press.close(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const source = await etcd.snapshot(name, endpoint, { signal, timeLimitMs: backup.timeLimitSeconds * 1000 });
    const [facts, object] = await together(stop, [
      pump(source, press, hooks),
      objects.store(dataAt, press.output, { ...storeOptions(request, source.expectedBytes), signal }),
    ]);
    const revision = await revisionOf(facts.pages, choice.status, () => etcd.revision(name, endpoint, { signal }));
    return { facts, object, revision, etcdVersion: source.version ?? version };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** From the pages where they were understood; otherwise between what the member says before and after. */
async function revisionOf(
  pages: PagesFound,
  before: MemberStatus,
  ask: () => Promise<bigint>,
): Promise<BackupRevision> {
  if (pages.kind === 'exact') return { kind: 'exact', revision: pages.revision };
  return { kind: 'about', atLeast: before.revision, atMost: await ask(), why: pages.why };
}

/** The first failure ends the others and is the one that is thrown. */
async function together<A, B>(stop: AbortController, [one, other]: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const guard = (work: Promise<unknown>) => work.catch((error: unknown) => stop.abort(error));
  await Promise.all([guard(one), guard(other)]);
  if (stop.signal.aborted) throw stop.signal.reason;
  return [await one, await other];
}

async function pump(source: SnapshotSource, press: Press, hooks: SnapshotHooks): Promise<PressFacts> {
  let doneBytes = 0;
  for (;;) {
    const room = await press.room();
    const count = await source.read(room);
    if (count === 0) return press.end(source.expectedBytes);
    press.take(room.subarray(0, count));
    doneBytes += count;
    hooks.progress?.(doneBytes, source.expectedBytes);
  }
}

function storeOptions({ cluster, runId }: SnapshotRequest, expectedBytes: number) {
  const { encryption } = cluster.backup;
  return {
    // Compressing what does not compress, and age's tags, add less than a hundredth.
    atMostBytes: Math.ceil(expectedBytes * 1.02) + 1024 * 1024,
    contentType: 'application/octet-stream',
    metadata: { cluster: cluster.name, run: runId },
    ...(encryption.kind === 'sse-s3' ? { encryption: { kind: 'sse-s3' as const } } : {}),
    ...(encryption.kind === 'sse-kms' ? { encryption: kms(encryption.keyId) } : {}),
  };
}

const kms = (keyId: string | undefined) => ({ kind: 'sse-kms' as const, ...(keyId === undefined ? {} : { keyId }) });

function describe(
  request: SnapshotRequest,
  { member, status, role, why }: MemberChoice,
  takenAt: Date,
  dataAt: ObjectAt,
  { facts, revision, etcdVersion }: Copy,
  seconds: number,
): BackupManifest {
  const { cluster, runId, actor, reason, kubernetesVersion } = request;
  const { compression, encryption } = cluster.backup;
  return {
    version: 1,
    id: runId,
    cluster: cluster.name,
    runId,
    actor,
    ...(reason === undefined ? {} : { reason }),
    takenAt,
    seconds: Math.round(seconds * 1000) / 1000,
    member: { id: member.id, name: member.name, endpoint: status.endpoint, role, why },
    etcdVersion,
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    revision,
    ...(facts.pages.kind === 'exact' ? { keys: facts.pages.keys } : {}),
    database: facts.database,
    stored: { key: dataAt.key, ...facts.stored, compression, encryption },
  };
}

function warningsOf({ survey, choice, quotaBytes }: Found): readonly string[] {
  const warnings: string[] = [];
  const alarms = new Set(survey.alarms.map((alarm) => alarm.kind));
  for (const alarm of alarms) warnings.push(`etcd has the alarm ${alarm}.`);
  if (survey.alarmsUnknown) warnings.push(`Alarms could not be read: ${survey.alarmsUnknown}.`);
  const silent = survey.members.filter((member) => !member.status).map((member) => member.name || member.id);
  if (silent.length > 0) warnings.push(`No answer from ${silent.join(', ')}.`);
  if (choice.role === 'leaderless')
    warnings.push('The cluster has no leader: newer writes may exist on other members.');
  const share = quotaBytes === undefined ? 0 : choice.status.databaseBytes / quotaBytes;
  if (share >= nearlyFull) warnings.push(`The database fills ${Math.round(share * 100)} % of its quota.`);
  return warnings;
}

const secondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
