import { chained, parseEntry } from '../chatops/audit-chain.ts';
import { Fault } from '../chatops/errors.ts';
import type { Audit, AuditEntry, AuditEvent } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking, defineScript } from './script.ts';

const pageSize = 500;
/** So far back a question about somebody looks: the whole of it is for `audit verify` and for files. */
const mostLookedAt = 20_000;
/** Of processes that write at the same moment one is first each time: the others hash anew. */
const mostTries = 200;

/** ARGV: the newest entry as it was read (empty: none), the new one. */
const append = defineScript(`
local newest = redis.call('LINDEX', KEYS[1], -1) or ''
if newest ~= ARGV[1] then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[2])
return 1
`);

/** The record in Redis: one list, never shortened. */
export function createAudit(redis: RedisConnection, clock: Clock): Audit {
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('audit', operation, work);

  async function* backwards(): AsyncGenerator<readonly AuditEntry[]> {
    const length = await ask('list', () => redis.llen(keys.audit));
    const oldest = Math.max(0, length - mostLookedAt);
    for (let end = length - 1; end >= oldest; end -= pageSize) {
      const from = Math.max(oldest, end - pageSize + 1);
      yield (await ask('list', () => redis.lrange(keys.audit, from, end))).map(parseEntry).reverse();
    }
  }

  /** Those of this process come one after the other: they would only get in each other's way. */
  let last: Promise<unknown> = Promise.resolve();

  async function write(event: AuditEvent): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      const newest = (await ask('add', () => redis.lindex(keys.audit, -1))) ?? '';
      const entry = JSON.stringify(chained(event, clock.now(), newest === '' ? undefined : parseEntry(newest)));
      if ((await ask('add', () => append.run(redis, [keys.audit], [newest, entry]))) === 1) return;
    }
    throw new Fault('The audit could not be written: others wrote all the time.', {
      ...{ port: 'audit', operation: 'add', code: 'AUDIT_BUSY', retryable: true },
    });
  }

  return {
    add(event) {
      const written = last.then(() => write(event));
      last = written.catch(() => undefined);
      return written;
    },
    async list({ about, limit }) {
      const found: AuditEntry[] = [];
      for await (const page of backwards()) {
        found.push(...page.filter((entry) => isAbout(entry, about)));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async *all(after = 0) {
      for (let from = after; ; from += pageSize) {
        const page = await ask('all', () => redis.lrange(keys.audit, from, from + pageSize - 1));
        if (page.length === 0) return;
        yield page.map(parseEntry);
      }
    },
  };
}

function isAbout(entry: AuditEvent, about: string | undefined): boolean {
  if (about === undefined) return true;
  return [entry.target, entry.run, entry.approval].includes(about) || entry.by.includes(about);
}
