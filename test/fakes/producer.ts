import type { Run } from '../../src/chatops/run.ts';
import type { JobState, Producer } from '../../src/queue/queues.ts';

export interface FakeProducer extends Producer {
  /** What BullMQ knows of a run. */
  set(runId: string, state: JobState): void;
  /** Names of the workers that are there, whatever the site. */
  staff(names: readonly string[]): void;
}

/** Queues in memory, with nobody to work them off. */
export function createFakeProducer(): FakeProducer {
  const states = new Map<string, JobState>();
  let present: readonly string[] = [];
  const state = async (run: Pick<Run, 'id'>): Promise<JobState> => states.get(run.id) ?? 'absent';
  return {
    state,
    set: (runId, is) => void states.set(runId, is),
    staff(names) {
      present = names;
    },
    async enqueue(run) {
      if (!states.has(run.id)) states.set(run.id, 'waiting');
    },
    async remove(run) {
      if ((await state(run)) !== 'active') states.delete(run.id);
    },
    workers: async () => present,
    depths: async () => [],
    close: async () => undefined,
  };
}
