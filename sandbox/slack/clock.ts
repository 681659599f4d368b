/** The local Slack's time: its three-second rule, its expiries, its rate limits and its retries all ask this clock. */
export interface Clock {
  now(): Date;
  /** Runs once after `delayMs`, unless cancelled before by the function returned. */
  after(delayMs: number, run: () => void): () => void;
}

export interface ManualClock extends Clock {
  /** Moves on by `ms` and runs what fell due, in order. */
  advance(ms: number): void;
  /** Resolves when somebody next sets an alarm with `after`. */
  nextAlarm(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is told to move. Starts at the real time, because Bolt checks signatures against that. */
export function manualClock(startsAt: Date = new Date()): ManualClock {
  let nowMs = startsAt.getTime();
  let alarms: readonly { readonly dueMs: number; readonly run: () => void }[] = [];
  const awaiting: (() => void)[] = [];
  const nextDue = (untilMs: number) =>
    alarms.filter((alarm) => alarm.dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs)[0];
  return {
    now: () => new Date(nowMs),
    after(delayMs, run) {
      const alarm = { dueMs: nowMs + delayMs, run };
      alarms = [...alarms, alarm];
      for (const notify of awaiting.splice(0)) notify();
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    nextAlarm: () => new Promise((resolve) => awaiting.push(resolve)),
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let alarm = nextDue(untilMs); alarm; alarm = nextDue(untilMs)) {
        const due = alarm;
        alarms = alarms.filter((other) => other !== due);
        nowMs = due.dueMs;
        due.run();
      }
      nowMs = untilMs;
    },
  };
}
