import { z } from 'zod';
import { Approval, isUnsettled } from '../chatops/approval.ts';
import type { Report } from '../chatops/report.ts';
import type { Approvals } from '../ports/approvals.ts';
import type { Clock } from '../ports/clock.ts';
import type { Letter } from '../ports/outbox.ts';
import { runKept } from './kept.ts';
import { keys } from './keys.ts';
import { letterLua } from './letter-lua.ts';
import type { RedisConnection } from './redis.ts';
import { asking, defineScript } from './script.ts';

/** As long as its journal: what was agreed to is part of what was done. */
const keepMs = 400 * 24 * 60 * 60 * 1000;

const shared = `
${letterLua}
local function keep(id, approval, version, unsettled, letter, now, keepMs)
  redis.call('HSET', KEYS[1], 'approval', approval, 'version', version)
  redis.call('PEXPIRE', KEYS[1], keepMs)
  redis.call(unsettled == '1' and 'SADD' or 'SREM', '${keys.unsettled}', id)
  if letter ~= '' then putLetter('approval:' .. id, 'approval', letter, tonumber(now)) end
end
`;

/** ARGV: id, approval, version, unsettled, letter (empty: nobody to tell), nowMs, keepMs, what else to say (a letter; empty: nothing). */
const open = defineScript(`
${shared}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
keep(unpack(ARGV, 1, 7))
if ARGV[8] ~= '' then putLetter('plan:' .. ARGV[1], 'say', ARGV[8], tonumber(ARGV[6])) end
return 1
`);

/**
 * The same, without more to say; only over the version before. ARGV[8]: '1' where it may stand there already, said again after an answer that was lost:
 * only who holds the lease begins. Of votes the second one of two must hear that it came too late.
 */
const replace = defineScript(`
${shared}
local kept = redis.call('HMGET', KEYS[1], 'version', 'approval')
local isAgain = ARGV[8] == '1' and kept[2] == ARGV[2]
if not isAgain and tonumber(kept[1] or '-1') ~= tonumber(ARGV[3]) - 1 then return 0 end
keep(unpack(ARGV, 1, 7))
return 1
`);

const Kept = z.tuple([z.string().nullable(), z.string().nullable()]);

/** Approvals in Redis. Each change is one script: compared, set and promised to be said in one step. */
export function createApprovals(redis: RedisConnection, clock: Clock): Approvals {
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('approvals', operation, work);

  async function find(id: string): Promise<Approval | undefined> {
    const [json, ts] = Kept.parse(await ask('find', () => redis.hmget(keys.approval(id), 'approval', 'messageTs')));
    if (json === null) return undefined;
    const approval = Approval.parse(JSON.parse(json));
    return ts === null ? approval : { ...approval, messageTs: ts };
  }

  const valuesOf = (approval: Approval) => {
    const { messageTs: _, ...kept } = approval;
    const letter: Letter = { kind: 'approval', approvalId: approval.id, runId: approval.plannedBy };
    const speaks = approval.thread === undefined ? '' : JSON.stringify(letter);
    const settled = isUnsettled(approval) ? '1' : '';
    return [kept.id, JSON.stringify(kept), kept.version, settled, speaks, clock.now().getTime(), keepMs];
  };

  return {
    find,
    async open(approval, said) {
      const values = [...valuesOf(approval), sayingOf(approval, said)];
      await ask('open', () => open.run(redis, [keys.approval(approval.id)], values));
      return (await find(approval.id)) ?? approval;
    },
    async replace(next) {
      // Forgotten, it could be withdrawn or run out while its work is under way.
      const begins = next.state === 'running';
      const [at, values] = [[keys.approval(next.id)], [...valuesOf(next), begins ? '1' : '']];
      const put = () => (begins ? runKept(redis, replace, at, values) : replace.run(redis, at, values));
      return (await ask('replace', put)) === 1;
    },
    async address(id, ts) {
      return (await ask('address', () => redis.hsetnx(keys.approval(id), 'messageTs', ts))) === 1;
    },
    async unsettled() {
      const ids = await ask('unsettled', () => redis.smembers(keys.unsettled));
      const found = await Promise.all(ids.sort().map(find));
      return found.filter((approval) => approval !== undefined);
    },
  };
}

function sayingOf({ thread, plannedBy: runId }: Approval, report: Report | undefined): string {
  if (thread === undefined || report === undefined) return '';
  return JSON.stringify({ kind: 'say', runId, report, broadcast: false } satisfies Letter);
}
