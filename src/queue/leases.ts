import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import { keys, prefix } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking, defineScript } from './script.ts';

const StoredLease = z.object({
  target: z.string(),
  fence: z.number(),
  run: z.string(),
  approval: z.string(),
  worker: z.string(),
  takenAt: z.coerce.date(),
  renewedAt: z.coerce.date(),
});

/** Whether the lease of ARGV[1] still is the one of run ARGV[2] with fence ARGV[3]. */
const isOurs = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
local lease = held and cjson.decode(held)
local isOurs = lease and lease.run == ARGV[2] and lease.fence == tonumber(ARGV[3])
`;

/**
 * ARGV: target, run, approval, worker, at. The same worker asks once more for the run after an answer that was lost: it has it already. Another worker
 * has not: two may be at the same attempt of a run once a server took a dead one's place that did not know of its beginning.
 */
const take = defineScript(`
local target, run, approval, worker, at = unpack(ARGV)
local held = redis.call('HGET', KEYS[1], target)
local lease = held and cjson.decode(held)
if lease and lease.run == run and lease.worker == worker then return {'taken', held} end
if lease then
  local state = redis.call('HGET', '${prefix}run:' .. lease.run, 'state')
  local isUnderWay = state == 'queued' or state == 'running'
  if lease.approval ~= approval or isUnderWay then return {'held', held} end
end
local fence = redis.call('HINCRBY', '${keys.fences}', target, 1)
local taken = cjson.encode({target = target, fence = fence, run = run, approval = approval, worker = worker, takenAt = at, renewedAt = at})
redis.call('HSET', KEYS[1], target, taken)
return {'taken', taken}
`);

/** ARGV: target, run, fence, at. */
const renew = defineScript(`
${isOurs}
if not isOurs then return 0 end
lease.renewedAt = ARGV[4]
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(lease))
return 1
`);

/** ARGV: target, run, fence. */
const giveBack = defineScript(`
${isOurs}
if not isOurs then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
`);

/** ARGV: target, fence. */
const release = defineScript(`
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held or cjson.decode(held).fence ~= tonumber(ARGV[2]) then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
`);

const TakeAnswer = z.tuple([z.enum(['taken', 'held']), z.string()]);
const parse = (json: string): Lease => StoredLease.parse(JSON.parse(json));

/** Leases in Redis: one hash, so that a script sees all that it compares. */
export function createLeases(redis: RedisConnection, clock: Clock): Leases {
  const now = () => clock.now().toISOString();
  const ask = <T>(operation: string, work: () => Promise<T>) => asking('leases', operation, work);
  const isDone = async (operation: string, script: typeof take, values: readonly (string | number)[]) =>
    (await ask(operation, () => script.run(redis, [keys.leases], values))) === 1;

  return {
    async take({ target, run, approval, worker }) {
      const answer = await ask('take', () => take.run(redis, [keys.leases], [target, run, approval, worker, now()]));
      const [kind, json] = TakeAnswer.parse(answer);
      return { kind, lease: parse(json) };
    },
    renew: ({ target, run, fence }) => isDone('renew', renew, [target, run, fence, now()]),
    giveBack: ({ target, run, fence }) => isDone('giveBack', giveBack, [target, run, fence]),
    release: (target, fence) => isDone('release', release, [target, fence]),
    async find(target) {
      const json = await ask('find', () => redis.hget(keys.leases, target));
      return json === null ? undefined : parse(json);
    },
    async list() {
      const all = await ask('list', () => redis.hvals(keys.leases));
      return all.map(parse).sort((a, b) => (a.target < b.target ? -1 : 1));
    },
  };
}
