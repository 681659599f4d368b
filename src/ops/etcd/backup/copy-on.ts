import { Fault } from '../../../chatops/errors.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { BackupPlace, Cluster } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Objects } from '../../../ports/objects.ts';
import { type Copies, copyNewest } from './copy-newest.ts';

interface CopyPorts {
  readonly objects: Objects;
  readonly clock: Clock;
}

/** What people see while a new backup is copied on. */
export const copyStep = ({ address }: BackupPlace): string => `Copy to ${address}`;

/**
 * Copies the new backup `id` to the second bucket, and the newest few that have no copy there, as a step of the run. Undefined where there
 * is no second bucket. The backup stands, whatever becomes of its copy: a Fault, a stop and the end of the cluster's time limit are told, not
 * thrown, and leave the copy to the next snapshot.
 */
export async function copyOn(
  { objects, clock }: CopyPorts,
  { backup, ...cluster }: Cluster,
  id: string,
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
