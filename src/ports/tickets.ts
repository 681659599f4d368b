import type { Intent } from '../chatops/step-up.ts';

/**
 * Votes that wait for their person to prove who they are, each under a secret of its own, which is kept nowhere. Throws Fault (port 'tickets')
 * at once when Redis cannot be asked.
 */
export interface Tickets {
  keep(ticket: string, intent: Intent, lifetimeMs: number): Promise<void>;
  /** Undefined once it was taken, once its lifetime is over, and of a ticket that never was. */
  find(ticket: string): Promise<Intent | undefined>;
  /** Takes it away: of many who ask for the same, at the same instant too, one is given it. */
  take(ticket: string): Promise<Intent | undefined>;
}
