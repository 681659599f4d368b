import { z } from 'zod';
import type { Journal, JournalEntry } from '../ports/journal.ts';
import { runKept } from './kept.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking, defineScript } from './script.ts';

const StoredEntry = z.object({
  at: z.coerce.date(),
  step: z.string(),
  event: z.enum(['started', 'ended', 'failed', 'undoing', 'undone']),
  run: z.string(),
  fence: z.number(),
  detail: z.string().optional(),
  output: z.string().optional(),
});

/** Long after anybody has a use for it: whoever looks into an old restore finds it in the audit too. */
const keepMs = 400 * 24 * 60 * 60 * 1000;

/**
 * ARGV: target, fence, run, entry, keepMs. The run counts too: a server that took a dead one's place without its last lease gives the same fence once
 * more. What is there already was said again after an answer that was lost.
 */
const add = defineScript(`
local target, fence, run, entry, keepMs = unpack(ARGV)
local held = redis.call('HGET', '${keys.leases}', target)
local lease = held and cjson.decode(held)
if not lease or lease.fence ~= tonumber(fence) or lease.run ~= run then return 0 end
if redis.call('LINDEX', KEYS[1], -1) ~= entry then redis.call('RPUSH', KEYS[1], entry) end
redis.call('PEXPIRE', KEYS[1], keepMs)
return 1
`);

/** What must not be forgotten once more is done: lost, the others only make a step be done again, which each of them may be. */
const mustBeKept: readonly JournalEntry['event'][] = ['started', 'undoing'];

/** Journals in Redis, a list each. `keptWithinMs` is how long a replica may take to have an entry, where there are replicas. */
export function createJournal(redis: RedisConnection, options: { readonly keptWithinMs?: number } = {}): Journal {
  return {
    async add(approval, target, entry: JournalEntry) {
      const at = [keys.journal(approval)];
      const values = [target, entry.fence, entry.run, JSON.stringify(entry), keepMs];
      const isKept = mustBeKept.includes(entry.event);
      const added = () => (isKept ? runKept(redis, add, at, values, options.keptWithinMs) : add.run(redis, at, values));
      return (await asking('journal', 'add', added)) === 1;
    },
    async read(approval) {
      const lines = await asking('journal', 'read', () => redis.lrange(keys.journal(approval), 0, -1));
      return lines.map((line) => StoredEntry.parse(JSON.parse(line)));
    },
  };
}
