import type { Runs } from '../../src/ports/runs.ts';
import type { Schedule, Schedules } from '../../src/ports/schedules.ts';

export interface FakeSchedules extends Schedules {
  /** What salvor.yaml says from now on. */
  set(...schedules: readonly Schedule[]): void;
  /** When a schedule comes next. */
  next(id: string, at: Date): void;
  pause(): void;
}

/** A schedule of salvor.yaml: every six hours a snapshot of prod-1. */
export function aSchedule(change: Partial<Schedule> = {}): Schedule {
  const { name = 'often', target = 'prod-1' } = change;
  return {
    id: `${name}/${target}`,
    name,
    target,
    job: 'snapshot',
    cron: '0 */6 * * *',
    timezone: 'UTC',
    delayMs: 0,
    says: 'failures',
    ...change,
  };
}

/** Schedules that nobody takes up: they come when a test says so. */
export function createFakeSchedules(runs: Runs): FakeSchedules {
  const times = new Map<string, Date>();
  let all: readonly Schedule[] = [];
  let isPaused = false;
  return {
    set: (...schedules) => {
      all = schedules;
    },
    next: (id, at) => void times.set(id, at),
    pause: () => {
      isPaused = true;
    },
    async list() {
      const records = await runs.scheduled();
      return all.map((one) => ({ ...one, nextAt: times.get(one.id), isPaused, record: records.get(one.id) ?? {} }));
    },
  };
}
