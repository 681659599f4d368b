import type { Run } from '../../src/chatops/run.ts';
import type { JobState, Producer } from '../../src/queue/queues.ts';

export interface FakeProducer extends Producer {
  /** What BullMQ knows of a run. */
  set(runId: string, state: JobState): void;
  /** The worker of a run falls silent: nobody holds it any more. */
  lapse(runId: string): void;
  /** A worker, whatever its site, gave a sign of life. */
  sign(worker: string, at: Date): void;
  /** Names of the workers that are there, whatever the site. */
  staff(names: readonly string[]): void;
}

/** Queues in memory, with nobody to work them off. */
export function createFakeProducer(): FakeProducer {
  const states = new Map<string, JobState>();
  const lapsed = new Set<string>();
  const signs = new Map<string, Date>();
  let present: readonly string[] = [];
  const state = async (run: Pick<Run, 'id'>): Promise<JobState> => states.get(run.id) ?? 'absent';
  const isHeld = async (run: Pick<Run, 'id'>) => states.get(run.id) === 'active' && !lapsed.has(run.id);
  return {
    state,
    set: (runId, is) => void states.set(runId, is),
    lapse: (runId) => void lapsed.add(runId),
    sign: (worker, at) => void signs.set(worker, at),
    staff(names) {
      present = names;
    },
    async enqueue(run) {
      if (!states.has(run.id)) states.set(run.id, 'waiting');
    },
    async remove(run) {
      if (!(await isHeld(run))) states.delete(run.id);
    },
    isHeld,
    lastSign: async (_site, worker) => signs.get(worker),
    workers: async () => present,
    depths: async () => [],
    close: async () => undefined,
  };
}
