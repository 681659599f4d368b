import type { Says } from '../chatops/run.ts';
import type { ScheduleRecord } from './runs.ts';

/** A schedule of salvor.yaml on one of its clusters or registries. */
export interface Schedule {
  /** `<name>/<target>` */
  readonly id: string;
  readonly name: string;
  readonly job: string;
  /** A cluster or a registry, as its job takes one. */
  readonly target: string;
  readonly cron: string;
  readonly timezone: string;
  /** How long after what `cron` says it comes: so that not all targets come at once, each has a moment of its own. */
  readonly delayMs: number;
  readonly says: Says;
}

/** A schedule with what is to come and what was. */
export interface ScheduleNow extends Schedule {
  /** Undefined until a bot has taken it up. In the past when no bot is there to take it. */
  readonly nextAt: Date | undefined;
  /** Nothing of any schedule is started until the queue goes on. */
  readonly isPaused: boolean;
  readonly record: ScheduleRecord;
}

/** What comes by itself. Throws Fault (port 'schedules') at once when Redis cannot be asked. */
export interface Schedules {
  /** All of salvor.yaml, by target and then by name. */
  list(): Promise<readonly ScheduleNow[]>;
}
