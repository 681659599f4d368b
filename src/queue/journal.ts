import { z } from 'zod';
import type { Journal, JournalEntry } from '../ports/journal.ts';
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

/** ARGV: target, fence, entry, keepMs. */
const add = defineScript(`
local held = redis.call('HGET', '${keys.leases}', ARGV[1])
if not held or cjson.decode(held).fence ~= tonumber(ARGV[2]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`);

/** Journals in Redis, a list each. */
export function createJournal(redis: RedisConnection): Journal {
  return {
    async add(approval, target, entry: JournalEntry) {
      const values = [target, entry.fence, JSON.stringify(entry), keepMs];
      return (await asking('journal', 'add', () => add.run(redis, [keys.journal(approval)], values))) === 1;
    },
    async read(approval) {
      const lines = await asking('journal', 'read', () => redis.lrange(keys.journal(approval), 0, -1));
      return lines.map((line) => StoredEntry.parse(JSON.parse(line)));
    },
  };
}
