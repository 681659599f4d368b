import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import { ApiError } from './failures.ts';

const lifetimeMs = 3000;

/** What a trigger_id was given out for: a person, and the modal they acted in, if any. */
export interface Trigger {
  readonly user: string;
  readonly viewId?: string;
}

export interface Triggers {
  issue(trigger: Trigger): string;
  /** Good once, for three seconds. Throws ApiError. */
  exchange(triggerId: string): Trigger;
}

export function createTriggers(clock: Clock): Triggers {
  const issued = new Map<string, Trigger & { readonly expiresAtMs: number; readonly isExchanged: boolean }>();
  return {
    issue(trigger) {
      const nowMs = clock.now().getTime();
      const id = `${nowMs}.${issued.size + 1}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { ...trigger, expiresAtMs: nowMs + lifetimeMs, isExchanged: false });
      return id;
    },
    exchange(triggerId) {
      const trigger = issued.get(triggerId);
      if (!trigger) throw new ApiError('invalid_trigger_id');
      if (trigger.isExchanged) throw new ApiError('exchanged_trigger_id');
      if (clock.now().getTime() >= trigger.expiresAtMs) throw new ApiError('expired_trigger_id');
      issued.set(triggerId, { ...trigger, isExchanged: true });
      return trigger;
    },
  };
}
