import type { Admission, Runs } from '../ports/runs.ts';
import { hasEnded, type Run } from './run.ts';

export interface Starting {
  readonly runs: Pick<Runs, 'admit'>;
  enqueue(run: Run): Promise<void>;
}

/**
 * Records a run and queues it, unless another one has its lock ('busy'). The same run again may come after a crash half way: going on from here does
 * nothing twice.
 */
export async function startRun(run: Run, { runs, enqueue }: Starting): Promise<Admission> {
  const admission = await runs.admit(run);
  const isOver = admission.kind === 'busy' || (admission.kind === 'repeated' && hasEnded(admission.run.state));
  if (!isOver) await enqueue(run);
  return admission;
}
