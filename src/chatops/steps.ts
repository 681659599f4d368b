import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Runs, Standing } from '../ports/runs.ts';
import type { Tracer } from '../ports/tracer.ts';
import { Interruption } from './interruption.ts';
import type { RunContext } from './job.ts';
import { type RunRecord, type Step, tries } from './run.ts';
import { untraced } from './untraced.ts';

export interface StepsOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer?: Tracer | undefined;
  /** Called when the record says what no message said: that this attempt was cancelled or fenced off. */
  stop(interruption: Interruption): void;
}

/** How far a run is, and the context through which its job says so. */
export interface Steps {
  readonly context: RunContext;
  /** The steps as they are now. */
  current(): readonly Step[];
  /**
   * Writes what was said since the last time, and asks whether the run is still ours. To be called about once a second; does nothing while a
   * former call waits for its answer.
   */
  tick(): void;
}

export function trackSteps(run: RunRecord, planned: readonly string[], runs: Runs, options: StepsOptions): Steps {
  const { signal, clock, logger, tracer = untraced } = options;
  let steps: readonly Step[] = planned.map((name) => ({ name, state: 'pending' }));
  let progress: RunRecord['progress'];
  let memory = run.memory ?? {};
  let at = -1;
  let unsaid = false;
  let isAsking = false;

  function update(index: number, change: Partial<Step>): void {
    steps = steps.map((step, i) => (i === index ? { ...step, ...change } : step));
    unsaid = true;
  }

  /** Throws when the run is not ours to go on with. */
  async function mustStand(asking: Promise<Standing>): Promise<void> {
    const standing = await asking;
    signal.throwIfAborted();
    if (standing === 'held') return;
    const interruption = new Interruption(standing === 'lost' ? 'superseded' : 'cancelled');
    options.stop(interruption);
    throw interruption;
  }

  const say = (): Promise<Standing> => {
    unsaid = false;
    return runs.change(run.id, run.attempt, { steps, ...(progress ? { progress } : {}) });
  };

  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const index = begin(name);
    await mustStand(say());
    try {
      const result = await tracer.within(`step ${name}`, { run: run.id, step: name }, () => work());
      update(index, { state: 'complete', endedAt: clock.now() });
      return result;
    } catch (error) {
      update(index, { state: 'error', endedAt: clock.now() });
      throw error;
    } finally {
      progress = undefined;
    }
  }

  /** Steps that no plan named come after those that one did. */
  function begin(name: string): number {
    const planned = steps.findIndex((step) => step.name === name && step.state === 'pending');
    if (planned < 0) steps = [...steps, { name, state: 'pending' }];
    at = planned < 0 ? steps.length - 1 : planned;
    update(at, { state: 'in_progress', startedAt: clock.now() });
    return at;
  }

  async function tell(): Promise<void> {
    const standing = await (unsaid ? say() : runs.standing(run.id, run.attempt));
    if (standing !== 'held') options.stop(new Interruption(standing === 'lost' ? 'superseded' : 'cancelled'));
  }

  return {
    current: () => steps,
    tick() {
      if (isAsking || signal.aborted) return;
      isAsking = true;
      tell()
        .catch((error: unknown) => logger.warn({ run: run.id, err: error }, 'could not write how far a run is'))
        .finally(() => {
          isAsking = false;
        });
    },
    context: {
      runId: run.id,
      attempt: run.attempt,
      tried: tries(run),
      askedAt: run.createdAt,
      askedBy: { kind: run.actor.kind, id: run.actor.id, name: run.actor.name },
      signal,
      step,
      ahead(names) {
        const begun = steps.findLastIndex(({ state }) => state !== 'pending') + 1;
        steps = [...steps.slice(0, begun), ...names.map((name) => ({ name, state: 'pending' as const }))];
        unsaid = true;
      },
      detail: (text) => update(at, { detail: text }),
      progress(done, total, unit) {
        progress = { done, total, unit, since: steps[at]?.startedAt ?? clock.now() };
        unsaid = true;
      },
      log(line) {
        runs
          .log(run.id, line)
          .catch((error: unknown) => logger.warn({ run: run.id, err: error }, 'could not write to the log of a run'));
      },
      get memory() {
        return memory;
      },
      async remember(name, value) {
        const kept = { ...memory, [name]: value };
        const standing = await runs.change(run.id, run.attempt, { memory: kept });
        // Of a run that is to stop it is kept all the same: people want to know what it had done.
        if (standing !== 'lost') memory = kept;
        await mustStand(Promise.resolve(standing));
      },
      stillOurs: () => mustStand(runs.standing(run.id, run.attempt)),
    },
  };
}
