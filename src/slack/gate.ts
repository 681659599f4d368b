import type { Clock } from '../ports/clock.ts';
import type { Outbox } from '../ports/outbox.ts';
import { troubleIn } from './trouble.ts';

/** Not within Slack's limits now. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
  readonly at: Date;

  constructor(at: Date, why: string) {
    super(why);
    this.at = at;
  }
}

export interface Limit {
  /** What is counted: a method, or a method in one channel. Shared by all processes. */
  readonly name: string;
  readonly calls: number;
  readonly perMs: number;
}

/** One message a second in a channel. Source: docs.slack.dev/apis/web-api/rate-limits. */
export const postLimit = (channel: string): Limit => ({ name: `chat.postMessage:${channel}`, calls: 1, perMs: 1000 });
/** Slack allows about 50 a minute; a burst at the turn of a window must not meet that. */
export const updateLimit: Limit = { name: 'chat.update', calls: 40, perMs: 60_000 };

/** Where the calls of one letter pass. */
export interface Gate {
  /** Makes a call within a limit. Throws NotNow, and what the call throws. */
  through<T>(method: string, limit: Limit | undefined, call: () => Promise<T>): Promise<T>;
  /** Whether this was a try: the chat may have heard something of the letter, or it waited for its turn among edits. */
  wasTried(): boolean;
}

export interface GateParts {
  readonly outbox: Pick<Outbox, 'allowance'>;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

interface Standing {
  readonly isPatient: boolean;
  readonly hadTurn: boolean;
}

/** For the next message in a channel. */
const patienceMs = 1100;

/**
 * Gates, one for each letter, that keep every call within Slack's limits. After a 429 the method that met it rests, and no other one. A letter of which
 * nothing was heard gives up on now at once, so that others speak in its place; one that is half said, or may be, waits a little for its turn, for whoever goes on
 * with it later must find out first what was heard. `tries` are the letter's before.
 */
export function createGates({ outbox, clock, wait }: GateParts): (tries: number) => Gate {
  const restsUntilMs = new Map<string, number>();
  const lastTurnMs = new Map<string, number>();

  /**
   * Of many calls a minute each that waits gets a turn of its own: else all would come at the same one, most of them in vain, and before anything newer
   * that need not wait. Who had a turn, and found that something newer took it, gets the next one. Of one call at a time that is for who comes first: a message
   * that matters is not put behind all that wait.
   */
  function laterTurn({ name, calls, perMs }: Limit, firstMs: number, hadTurn: boolean): Date {
    if (calls === 1 || hadTurn) return new Date(firstMs);
    const atMs = Math.max(firstMs, (lastTurnMs.get(name) ?? 0) + perMs / calls);
    lastTurnMs.set(name, atMs);
    return new Date(atMs);
  }

  async function takeTurn(limit: Limit, { isPatient, hadTurn }: Standing): Promise<void> {
    const first = await outbox.allowance(limit.name, limit);
    if (first === 0) return;
    if (isPatient && first <= patienceMs) {
      await wait(first);
      if ((await outbox.allowance(limit.name, limit)) === 0) return;
    }
    throw new NotNow(laterTurn(limit, clock.now().getTime() + first, hadTurn), `${limit.name} is at its limit`);
  }

  async function made<T>(method: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const trouble = troubleIn(error);
      if (trouble?.kind !== 'limited') throw error;
      const at = clock.now().getTime() + trouble.retryAfterMs;
      restsUntilMs.set(method, at);
      throw new NotNow(new Date(at), `${method} met a 429`);
    }
  }

  return (tries) => {
    const ear = createEar();
    let waited = false;
    return {
      wasTried: () => ear.hasHeard() || waited,
      async through(method, limit, call) {
        const untilMs = restsUntilMs.get(method) ?? 0;
        if (untilMs > clock.now().getTime()) throw new NotNow(new Date(untilMs), `${method} rests after a 429`);
        waited = limit !== undefined && limit.calls > 1;
        const hadTurn = tries > 0;
        if (limit) await takeTurn(limit, { isPatient: ear.hasHeard() || (hadTurn && !waited), hadTurn });
        return made(method, () => ear.heard(call));
      },
    };
  };
}

/** For what a person waits for: tells the limits of the call, and makes it whatever they say. */
export function openGate(outbox: Pick<Outbox, 'allowance'>): Gate {
  const ear = createEar();
  return {
    wasTried: ear.hasHeard,
    async through(_method, limit, call) {
      if (limit) await outbox.allowance(limit.name, limit);
      return ear.heard(call);
    },
  };
}

/** Knows whether the chat may have heard a call: a 429 says that it has not. */
function createEar() {
  let hasHeard = false;
  return {
    hasHeard: () => hasHeard,
    async heard<T>(call: () => Promise<T>): Promise<T> {
      try {
        const answer = await call();
        hasHeard = true;
        return answer;
      } catch (error) {
        hasHeard ||= troubleIn(error)?.kind !== 'limited';
        throw error;
      }
    },
  };
}
