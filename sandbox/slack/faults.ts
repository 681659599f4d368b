/** How an API method misbehaves. `drop` cuts the connection: before anything is done, or after it was done. */
export interface Failing {
  readonly status?: number;
  readonly error?: string;
  readonly retryAfterSeconds?: number;
  readonly delayMs?: number;
  readonly drop?: boolean | 'before' | 'after';
  /** How many calls; 1 unless told, `Infinity` until `fail(method, undefined)`. */
  readonly times?: number;
}

export interface Faults {
  /** `method` may be `*` (any method), or `response_url`. */
  fail(method: string, failing: Failing | undefined): void;
  /** What the next call of `method` meets; counts it. */
  meet(method: string): Failing | undefined;
  /** `reset` cuts every connection, `503` answers it; undefined ends it. */
  setDown(how: Outage | undefined): void;
  down(): Outage | undefined;
}

export type Outage = 'reset' | '503';

export function createFaults(): Faults {
  const planned = new Map<string, { readonly failing: Failing; readonly left: number }>();
  let outage: Outage | undefined;
  const meetOne = (method: string): Failing | undefined => {
    const plan = planned.get(method);
    if (!plan) return undefined;
    if (plan.left <= 1) planned.delete(method);
    else planned.set(method, { ...plan, left: plan.left - 1 });
    return plan.failing;
  };
  return {
    fail(method, failing) {
      if (failing) planned.set(method, { failing, left: failing.times ?? 1 });
      else planned.delete(method);
    },
    meet: (method) => meetOne(method) ?? meetOne('*'),
    setDown(how) {
      outage = how;
    },
    down: () => outage,
  };
}
