import { z } from 'zod';
import { AlertThread } from '../chatops/alerts/alert-thread.ts';
import { groupId } from '../chatops/alerts/told.ts';
import type { Report } from '../chatops/report.ts';
import type { AlertThreads } from '../ports/alert-threads.ts';
import type { Clock } from '../ports/clock.ts';
import type { Letter } from '../ports/outbox.ts';
import { keys } from './keys.ts';
import { letterLua } from './letter-lua.ts';
import type { RedisConnection } from './redis.ts';
import { asking, defineScript } from './script.ts';

/** A group that nobody was told of for so long is as one that never was. */
const keepMs = 30 * 24 * 60 * 60 * 1000;
/** A group's first message goes before all that has waited for less. */
const firstAheadMs = 10 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** ARGV: id, thread, version, firing, letter, nowMs, keepMs, a remark (a letter; empty: none). */
const replace = defineScript(`
${letterLua}
local id, thread, version, firing, letter, now, keepMs, remark = unpack(ARGV)
local was = redis.call('HMGET', KEYS[1], 'id', 'version')
if tonumber(was[2] or '0') ~= tonumber(version) - 1 then return 0 end
if was[1] ~= id then
  redis.call('HDEL', KEYS[1], 'ts', 'trail')
  if was[1] then redis.call('SREM', '${keys.firing}', was[1]) end
end
redis.call('HSET', KEYS[1], 'id', id, 'thread', thread, 'version', version)
redis.call('PEXPIRE', KEYS[1], keepMs)
redis.call(firing == '1' and 'SADD' or 'SREM', '${keys.firing}', id)
-- What an alert has asked fills the outbox faster than Slack takes it: people must hear of the next alert before they hear all about the last.
local aheadMs = redis.call('HEXISTS', KEYS[1], 'ts') == 1 and 0 or ${firstAheadMs}
putLetter('alert:' .. id, 'alert', letter, tonumber(now), aheadMs)
if remark ~= '' then putLetter('remark:' .. id .. ':' .. version, 'remark', remark, tonumber(now)) end
return 1
`);

/** ARGV: id, ts. */
const address = defineScript(`
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
return redis.call('HSETNX', KEYS[1], 'ts', ARGV[2])
`);

/** ARGV: key, nowMs, cooldownMs, perDay. Answers 1, or when it may be done again; 0: not today. */
const allow = defineScript(`
local key, now, cooldown, perDay = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - math.max(${dayMs}, cooldown))
if redis.call('ZSCORE', KEYS[1], key) then return 1 end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if last[2] and tonumber(last[2]) + cooldown > now then return tonumber(last[2]) + cooldown end
if redis.call('ZCOUNT', KEYS[1], now - ${dayMs}, '+inf') >= perDay then return 0 end
redis.call('ZADD', KEYS[1], now, key)
redis.call('PEXPIRE', KEYS[1], math.max(${dayMs}, cooldown))
return 1
`);

const Kept = z.tuple([z.string().nullable(), z.string().nullable()]);

/** Groups of alerts in Redis. Each change is one script: compared, set and promised to be said in one step. */
export function createAlertThreads(redis: RedisConnection, clock: Clock): AlertThreads {
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('alerts', operation, work);

  async function read(group: string): Promise<AlertThread | undefined> {
    const [json, ts] = Kept.parse(await ask('find', () => redis.hmget(keys.alerts(group), 'thread', 'ts')));
    if (json === null) return undefined;
    const kept = AlertThread.parse(JSON.parse(json));
    return ts === null ? kept : { ...kept, thread: { ...kept.thread, ts } };
  }

  async function find(id: string): Promise<AlertThread | undefined> {
    const last = await read(groupIn(id));
    return last?.id === id ? last : undefined;
  }

  return {
    find,
    latest: (groupKey, target) => read(groupId(groupKey, target)),
    async replace(next, said) {
      const { thread, id, version, state } = next;
      const kept = JSON.stringify({ ...next, thread: { channel: thread.channel } });
      const letter = JSON.stringify({ kind: 'alert', alertId: id } satisfies Letter);
      const values = [id, kept, version, state === 'firing' ? '1' : '', letter, clock.now().getTime(), keepMs];
      const run = () => replace.run(redis, [keys.alerts(groupIn(id))], [...values, remarkOf(id, said)]);
      return (await ask('replace', run)) === 1;
    },
    async address(id, ts) {
      return (await ask('address', () => address.run(redis, [keys.alerts(groupIn(id))], [id, ts]))) === 1;
    },
    async firing() {
      const ids = await ask('firing', () => redis.smembers(keys.firing));
      const found = await Promise.all(ids.sort().map(find));
      return found.filter((thread) => thread !== undefined);
    },
    async allow(key, { rule, target, cooldownMs, perDay }) {
      const values = [key, clock.now().getTime(), cooldownMs, perDay];
      const answer = await ask('allow', () => allow.run(redis, [keys.acted(`${rule}/${target}`)], values));
      const until = z.number().parse(answer);
      if (until === 1) return { kind: 'allowed' };
      return until === 0 ? { kind: 'used up' } : { kind: 'cooling', until: new Date(until) };
    },
  };
}

/** 'g-1f2e3d4c5b-2' -> 'g-1f2e3d4c5b' */
export const groupIn = (id: string): string => id.replace(/-\d+$/, '');

const remarkOf = (alertId: string, report: Report | undefined): string =>
  report === undefined ? '' : JSON.stringify({ kind: 'remark', alertId, report } satisfies Letter);
