import { z } from 'zod';
import type { Trails } from '../ports/trails.ts';
import { groupIn } from './alert-threads.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking, defineScript } from './script.ts';

/** An alert is told of again every few minutes. */
const most = 16;

/** KEYS: of a hash. ARGV: traceparent, its trace, most. */
const leave = defineScript(`
local here, trace, most = unpack(ARGV)
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local trail = cjson.decode(redis.call('HGET', KEYS[1], 'trail') or '[]')
local before = {unpack(trail)}
for _, one in ipairs(before) do
  if string.find(one, trace, 1, true) then return {} end
end
table.insert(trail, here)
-- The first tells how it began.
if #trail > tonumber(most) then table.remove(trail, 2) end
redis.call('HSET', KEYS[1], 'trail', cjson.encode(trail))
return before
`);

/** Trails in Redis, in the hashes of what they are about: they go when that goes. */
export const createTrails = (redis: RedisConnection): Trails => ({
  async leave(id, here) {
    const key = keyOf(id);
    if (key === undefined) return [];
    const [, trace = ''] = here.split('-');
    return z
      .array(z.string())
      .parse(await asking('trails', 'leave', () => leave.run(redis, [key], [here, trace, most])));
  },
});

function keyOf(id: string): string | undefined {
  if (id.startsWith('r-')) return keys.run(id);
  if (id.startsWith('a-')) return keys.approval(id);
  return id.startsWith('g-') ? keys.alerts(groupIn(id)) : undefined;
}
