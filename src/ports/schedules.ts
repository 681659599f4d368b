import type { Says } from '../chatops/run.ts';
import type { ScheduleRecord } from './runs.ts';

/** A schedule of salvor.yaml on one of its clusters. */
export interface Schedule {
  /** `<name>/<cluster>` */
  readonly id: string;
  readonly name: string;
  readonly job: string;
  readonly cluster: string;
  readonly cron: string;
  readonly timezone: string;
  /** How long after what `cron` says it comes: so that not all clusters come at once, each has a moment of its own. */
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
  /** All of salvor.yaml, by cluster and then by name. */
  list(): Promise<readonly ScheduleNow[]>;
}
