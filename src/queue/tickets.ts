import { createHash } from 'node:crypto';
import { Intent } from '../chatops/step-up.ts';
import type { Tickets } from '../ports/tickets.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

const parse = (json: string | null): Intent | undefined => (json === null ? undefined : Intent.parse(JSON.parse(json)));

/** Whoever reads Redis reads no ticket: each lies under its SHA-256. */
const keyOf = (ticket: string): string => keys.ticket(createHash('sha256').update(ticket).digest('hex'));

/** Tickets in Redis. */
export function createTickets(redis: RedisConnection): Tickets {
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('tickets', operation, work);
  return {
    async keep(ticket, intent, lifetimeMs) {
      await ask('keep', () => redis.set(keyOf(ticket), JSON.stringify(intent), 'PX', lifetimeMs));
    },
    find: async (ticket) => parse(await ask('find', () => redis.get(keyOf(ticket)))),
    take: async (ticket) => parse(await ask('take', () => redis.getdel(keyOf(ticket)))),
  };
}
