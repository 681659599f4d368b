import { Fault } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Scratch, ScratchEtcd, ScratchPlace, ScratchTool } from '../../../ports/scratch.ts';
import type { Backup } from '../backup/backup.ts';
import { type DatabaseFacts, type OpenPorts, openBackup } from '../backup/open-backup.ts';
import { isUnsound, unsound } from '../backup/unsound.ts';
import type { Verification } from '../backup/verification.ts';
import { type Compared, compare, type Expected } from './compare.ts';
import { openScratch } from './open-scratch.ts';

export interface DrillPorts extends OpenPorts {
  readonly scratch: Scratch;
  readonly clock: Clock;
}

export interface DrillRequest {
  readonly cluster: Cluster;
  readonly backup: Backup;
  readonly runId: string;
  /** Reads it back and checks it, and restores nothing. */
  readonly bytesOnly: boolean;
}

/** What people see while a backup is tried out, in order. */
export const drillSteps = ['Make room', 'Read back', 'Restore', 'Start etcd', 'Compare'] as const;
export type DrillStep = (typeof drillSteps)[number];

export interface DrillHooks {
  readonly signal: AbortSignal;
  step<T>(name: DrillStep, work: () => Promise<T>): Promise<T>;
  /** Says something about the step under way. */
  detail(text: string): void;
  /** Stored bytes read, of how many. */
  progress?(doneBytes: number, totalBytes: number): void;
  /** As Math.random. */
  readonly random?: () => number;
}

export interface DrillResult {
  readonly cluster: Cluster;
  readonly backup: Backup;
  readonly verification: Verification;
  /** What was learned of the database; absent when it could not be read to its end. */
  readonly facts?: DatabaseFacts;
  readonly tool?: ScratchTool;
  readonly compared?: Compared;
}

/**
 * Tries a backup out: reads it back from the store and checks it, restores it into a scratch etcd, starts that, and compares what it
 * answers with what was backed up. What is wrong with the backup is a finding in the answer; what hinders trying it out is thrown: Refusal
 * where the worker lacks disk, programs or identity, and the Faults of store and scratch. Leaves nothing on the disk, however it ends.
 */
export async function drill(ports: DrillPorts, request: DrillRequest, hooks: DrillHooks): Promise<DrillResult> {
  const trial: Trial = { seconds: {} };
  try {
    await (request.bytesOnly ? readOnly : throughAll)(ports, request, hooks, trial);
  } catch (error) {
    if (!isAboutBackup(error)) throw error;
    trial.findings ??= [error.message];
  }
  const { facts, tool, compared } = trial;
  return {
    cluster: request.cluster,
    backup: request.backup,
    verification: verificationOf(request, trial, ports.clock.now()),
    ...(facts ? { facts } : {}),
    ...(tool ? { tool } : {}),
    ...(compared ? { compared } : {}),
  };
}

/** What a drill has come to so far. */
interface Trial {
  readonly seconds: { -readonly [part in keyof Verification['seconds']]: number };
  facts?: DatabaseFacts;
  tool?: ScratchTool;
  compared?: Compared;
  findings?: readonly string[];
}

/** A file that etcd's own tool does not take, or on which etcd does not start, is no backup. */
const findingCodes: readonly string[] = ['SCRATCH_RESTORE', 'SCRATCH_START'];

const isAboutBackup = (error: unknown): error is Fault =>
  isUnsound(error) || (error instanceof Fault && findingCodes.includes(error.code));

async function readOnly(ports: DrillPorts, request: DrillRequest, hooks: DrillHooks, trial: Trial): Promise<void> {
  const leftOut = async () => hooks.detail('left out: only its bytes were to be read');
  await hooks.step('Make room', leftOut);
  const { hasDigest, pages } = await hooks.step('Read back', () => readBack(ports, request, hooks, trial, drained));
  if (!hasDigest && pages.kind === 'unknown') throw unsound('BACKUP_DATABASE', nothingProves(pages.why));
  for (const step of ['Restore', 'Start etcd', 'Compare'] as const) await hooks.step(step, leftOut);
}

const nothingProves = (why: string): string =>
  `It carries no digest, and ${why}: whether it is whole, only restoring it can tell.`;

async function throughAll(ports: DrillPorts, request: DrillRequest, hooks: DrillHooks, trial: Trial): Promise<void> {
  const place = await hooks.step('Make room', () => openPlace(ports.scratch, request, hooks));
  trial.tool = place.tool;
  try {
    const { hasDigest } = await hooks.step('Read back', () => readBack(ports, request, hooks, trial, place.write));
    await hooks.step('Restore', () => timed(trial, 'restore', () => place.restore({ hasDigest })));
    const etcd = await hooks.step('Start etcd', () => timed(trial, 'start', () => place.start()));
    await hooks.step('Compare', () => timed(trial, 'check', () => compareWith(etcd, request, hooks, trial)));
  } finally {
    await place.close();
  }
}

async function openPlace(scratch: Scratch, { backup }: DrillRequest, hooks: DrillHooks): Promise<ScratchPlace> {
  const place = await openScratch(scratch, backup, hooks);
  const { name, version, etcdVersion: server } = place.tool;
  hooks.detail(`${name} ${version} and etcd ${server}`);
  return place;
}

/** Reads into `sink` and answers what was learned. */
async function readBack(
  ports: DrillPorts,
  { cluster, backup, bytesOnly }: DrillRequest,
  { signal, progress }: DrillHooks,
  trial: Trial,
  sink: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<DatabaseFacts> {
  return timed(trial, 'read', async () => {
    const tell = (doneBytes: number) => progress?.(doneBytes, backup.storedBytes);
    const options = { signal, progress: tell, isRestoredNext: !bytesOnly };
    const { bytes, facts } = await openBackup(ports, cluster, backup, options);
    await sink(bytes);
    trial.facts = facts();
    return trial.facts;
  });
}

async function drained(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes);
}

async function compareWith(
  etcd: ScratchEtcd,
  { backup }: DrillRequest,
  { signal, random = Math.random }: DrillHooks,
  trial: Trial,
): Promise<void> {
  trial.compared = await compare(etcd, expectedOf(backup, trial.facts), { signal }, random);
  const { findings } = trial.compared;
  if (findings.length === 0) return;
  trial.findings = findings;
  // The step is to be seen as the one that failed.
  throw unsound('BACKUP_DATABASE', findings.join(' '));
}

/** The manifest where there is one, which its pages were found to agree with; else what its pages say. */
function expectedOf(backup: Backup, facts: DatabaseFacts | undefined): Expected {
  if (backup.kind === 'own') {
    const { revision, keys } = backup.manifest;
    return { revision, live: keys?.live, resources: keys?.resources };
  }
  if (facts?.pages.kind !== 'exact') return {};
  const { revision, keys } = facts.pages;
  return { revision: { kind: 'exact', revision }, live: keys.live, resources: keys.resources };
}

async function timed<T>(trial: Trial, part: keyof Trial['seconds'], work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    trial.seconds[part] = Math.round(performance.now() - begun) / 1000;
  }
}

function verificationOf(request: DrillRequest, trial: Trial, verifiedAt: Date): Verification {
  const { cluster, backup, runId, bytesOnly } = request;
  const { seconds, facts, tool, compared, findings = [] } = trial;
  return {
    version: 1,
    backup: backup.id,
    cluster: cluster.name,
    runId,
    verifiedAt,
    passed: findings.length === 0,
    how: bytesOnly ? 'bytes' : 'drill',
    findings,
    seconds,
    ...(tool ? { tool: { name: tool.name, version: tool.version, etcdVersion: tool.etcdVersion } } : {}),
    ...(compared ? { revision: compared.revision, keys: { live: compared.live, resources: compared.resources } } : {}),
    ...(facts ? { databaseBytes: facts.sizeBytes } : {}),
  };
}
