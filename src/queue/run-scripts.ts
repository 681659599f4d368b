import { pastReturn } from '../chatops/run.ts';
import { keys, prefix } from './keys.ts';
import { letterLua } from './letter-lua.ts';
import { defineScript } from './script.ts';

/*
 * Every script takes the key of the run first. A run is a hash: `run` holds what was asked (JSON), the other fields how far it got.
 * The letters that a change calls for are put in by the same script; a run without a channel (`speaks` absent) puts none. One that is `hushed`
 * has a channel and begins to speak when there is something to say.
 */
const shared = `
${letterLua}
local runKey = KEYS[1]

local function isOpen(state) return state == 'queued' or state == 'running' end

local function standing(attempt)
  local now = redis.call('HMGET', runKey, 'state', 'attempt', 'cancel')
  if now[1] ~= 'running' or now[2] ~= attempt then return 'lost' end
  if now[3] then return 'cancelled' end
  return 'held'
end

local function putCard(id, now)
  if redis.call('HEXISTS', runKey, 'speaks') == 0 then return end
  putLetter('card:' .. id, 'card', '{"kind":"card","runId":' .. cjson.encode(id) .. '}', now)
end

-- Lua knows no absent argument: an empty one means it.
local function set(field, value)
  if value ~= '' then redis.call('HSET', runKey, field, value) end
end

local function speakUp()
  if redis.call('HDEL', runKey, 'hushed') == 1 then redis.call('HSET', runKey, 'speaks', '1') end
end

-- Out of the lists; kept until the next of its schedule has ended.
local function unlist(id)
  local cluster = string.match(redis.call('HGET', runKey, 'kind'), '/(.+)$')
  redis.call('ZREM', '${keys.runs}', id)
  redis.call('ZREM', '${prefix}runs:' .. cluster, id)
  redis.call('HSET', runKey, 'unlisted', '1')
end

local function forgetUnlisted(id)
  local key = '${prefix}run:' .. id
  if redis.call('TYPE', key)['ok'] ~= 'hash' or redis.call('HEXISTS', key, 'unlisted') == 0 then return end
  redis.call('DEL', key, '${prefix}log:' .. id)
end

-- What an end means for its schedule was judged by what was known before. False when that has changed meanwhile: it is to be judged again.
local function remember(id, schedule, before, after, speaks, isListed, last)
  if schedule == '' then return true end
  if (redis.call('HGET', '${keys.schedules}', schedule) or '') ~= before then return false end
  redis.call('HSET', '${keys.schedules}', schedule, after)
  if speaks == '1' then speakUp() end
  if isListed == '' and redis.call('HEXISTS', runKey, 'hushed') == 1 then unlist(id) end
  forgetUnlisted(last)
  return true
end

local function finish(id, state, report, letter, now, endedAt, keepMs)
  redis.call('HSET', runKey, 'state', state, 'report', report, 'endedAt', endedAt)
  redis.call('HDEL', runKey, 'note')
  redis.call('ZREM', '${keys.open}', id)
  local lock = redis.call('HGET', runKey, 'lock')
  if lock then
    local lockKey = '${prefix}lock:' .. lock
    if redis.call('GET', lockKey) == id then redis.call('DEL', lockKey) end
  end
  redis.call('PEXPIRE', runKey, keepMs)
  redis.call('PEXPIRE', '${prefix}log:' .. id, keepMs)
  putCard(id, now)
  if redis.call('HEXISTS', runKey, 'speaks') == 1 then putLetter('end:' .. id, 'say', letter, now) end
end
`;

/**
 * ARGV: id, run, job, cluster, lock, voice ('speaks', 'hushed' or empty), the schedule that asks and would be skipped (its id; empty), schedule (JSON; empty), createdAt, createdMs, nowMs,
 * keepMs. A lock whose run has ended or is forgotten is free.
 */
const admit = defineScript(`
${shared}
local id, run, job, cluster, lock, voice = unpack(ARGV, 1, 6)
local asking, schedule, createdAt, created, now, keepMs = unpack(ARGV, 7)
now = tonumber(now)
if redis.call('EXISTS', runKey) == 1 then return {'repeated', redis.call('HGETALL', runKey)} end
if lock ~= '' then
  local lockKey = '${prefix}lock:' .. lock
  local holder = redis.call('GET', lockKey)
  if holder then
    local holderKey = '${prefix}run:' .. holder
    if redis.call('TYPE', holderKey)['ok'] ~= 'hash' then
      redis.call('ZREM', '${keys.open}', holder)
    elseif isOpen(redis.call('HGET', holderKey, 'state')) then
      if asking ~= '' then
        redis.call('HSET', '${keys.skips}', asking, cjson.encode({at = createdAt, run = holder}))
      end
      return {'busy', redis.call('HGETALL', holderKey)}
    end
  end
  redis.call('SET', lockKey, id)
end
redis.call('HSET', runKey, 'run', run, 'state', 'queued', 'attempt', 0, 'handovers', 0, 'queuedAt', now)
set('lock', lock)
redis.call('HSET', runKey, 'kind', job .. '/' .. cluster)
set('schedule', schedule)
if voice ~= '' then redis.call('HSET', runKey, voice, '1') end
local oldest = now - tonumber(keepMs)
for _, index in ipairs({'${keys.runs}', '${prefix}runs:' .. cluster}) do
  redis.call('ZADD', index, created, id)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', '(' .. oldest)
end
redis.call('ZADD', '${keys.open}', created, id)
putCard(id, now)
return {'admitted'}
`);

/** ARGV: id, lock, report, endedAt, keepMs. Reads nothing of a run that cannot be read, and says nothing of it in the chat. */
const abandon = defineScript(`
${shared}
local id, lock, report, endedAt, keepMs = unpack(ARGV)
if redis.call('TYPE', runKey)['ok'] == 'hash' and isOpen(redis.call('HGET', runKey, 'state')) then
  redis.call('HSET', runKey, 'state', 'failed', 'report', report, 'endedAt', endedAt)
end
redis.call('PEXPIRE', runKey, keepMs)
redis.call('ZREM', '${keys.open}', id)
local lockKey = '${prefix}lock:' .. lock
if redis.call('GET', lockKey) == id then redis.call('DEL', lockKey) end
return 1
`);

/** ARGV: worker, startedAt, id, nowMs. */
const begin = defineScript(`
${shared}
local worker, startedAt, id, now = unpack(ARGV)
if not isOpen(redis.call('HGET', runKey, 'state')) then return {} end
redis.call('HINCRBY', runKey, 'attempt', 1)
redis.call('HSET', runKey, 'state', 'running', 'worker', worker)
redis.call('HSETNX', runKey, 'startedAt', startedAt)
redis.call('HDEL', runKey, 'note', 'progress')
putCard(id, tonumber(now))
return redis.call('HGETALL', runKey)
`);

/** ARGV: attempt. */
const standing = defineScript(`
${shared}
return standing(ARGV[1])
`);

/** ARGV: attempt, steps, progress, memory, id, nowMs. */
const change = defineScript(`
${shared}
local attempt, steps, progress, memory, id, now = unpack(ARGV)
local stands = standing(attempt)
if stands == 'lost' then return stands end
set('steps', steps)
-- It was of a step that is over.
if steps ~= '' and progress == '' then redis.call('HDEL', runKey, 'progress') end
set('progress', progress)
set('memory', memory)
-- It speaks: what was said of its silence is over.
redis.call('HDEL', runKey, 'note')
putCard(id, tonumber(now))
return stands
`);

/** ARGV: attempt, note, handover ('1' or '0'), steps, id, nowMs. */
const requeue = defineScript(`
${shared}
local attempt, note, handover, steps, id, now = unpack(ARGV)
if standing(attempt) == 'lost' then return 0 end
redis.call('HSET', runKey, 'state', 'queued', 'note', note, 'queuedAt', now)
redis.call('HINCRBY', runKey, 'handovers', handover)
redis.call('HDEL', runKey, 'worker', 'progress')
set('steps', steps)
putCard(id, tonumber(now))
return 1
`);

/** ARGV: state, attempt, text, id, nowMs. */
const note = defineScript(`
${shared}
local state, attempt, text, id, now = unpack(ARGV)
local is = redis.call('HMGET', runKey, 'state', 'attempt', 'note')
if not isOpen(state) or is[1] ~= state or is[2] ~= attempt or is[3] == text then return 0 end
redis.call('HSET', runKey, 'note', text)
speakUp()
putCard(id, tonumber(now))
return 1
`);

/**
 * ARGV: attempt (empty: whoever holds it), state, report, steps, letter, id, nowMs, endedAt, keepMs, then schedule (id; empty), what is known of it
 * (JSON), what is after this, speaks and is listed ('1' or empty), its last run, then measures (JSON; empty), succeededAt (empty: it did not). Answers
 * 'again' when something else was known of the schedule.
 */
const finish = defineScript(`
${shared}
local attempt, state, report, steps, letter, id, now, endedAt, keepMs = unpack(ARGV, 1, 9)
local schedule, before, after, speaks, isListed, last, measures, succeededAt, files, keepFilesMs = unpack(ARGV, 10)
if attempt ~= '' and standing(attempt) == 'lost' then return 0 end
if not isOpen(redis.call('HGET', runKey, 'state')) then return 0 end
if not remember(id, schedule, before, after, speaks, isListed, last) then return 'again' end
set('steps', steps)
local kind = redis.call('HGET', runKey, 'kind')
if kind and measures ~= '' then redis.call('HSET', '${keys.measures}', kind, measures) end
if kind and succeededAt ~= '' then redis.call('HSET', '${keys.successes}', kind, succeededAt) end
if files ~= '' and cjson.decode(redis.call('HGET', runKey, 'run')).actor.kind == 'terminal' then
  redis.call('SET', '${prefix}files:' .. id, files, 'PX', keepFilesMs)
end
finish(id, state, report, letter, tonumber(now), endedAt, keepMs)
return 1
`);

/**
 * ARGV: cancel, report, letter, id, nowMs, endedAt, keepMs, then as `finish` of the schedule. Nothing has begun a queued run, so it ends here; a
 * running one is told, unless it is past its point of no return.
 */
const cancel = defineScript(`
${shared}
local cancel, report, letter, id, now, endedAt, keepMs = unpack(ARGV, 1, 7)
local schedule, before, after, speaks, isListed, last = unpack(ARGV, 8)
local state = redis.call('HGET', runKey, 'state')
if not isOpen(state) then return 0 end
if state == 'queued' and not remember(id, schedule, before, after, speaks, isListed, last) then return 'again' end
local memory = redis.call('HGET', runKey, 'memory')
if state == 'running' and memory and cjson.decode(memory)['${pastReturn}'] then return 0 end
redis.call('HSETNX', runKey, 'cancel', cancel)
if state == 'queued' then
  finish(id, 'cancelled', report, letter, tonumber(now), endedAt, keepMs)
else
  putCard(id, tonumber(now))
  redis.call('PUBLISH', '${keys.cancellations}', id)
end
return 1
`);

/** ARGV: ts. A run without a channel has no place to be at, and one whose root message is gone for good gets no other. */
const address = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'speaks') == 0 or redis.call('HEXISTS', KEYS[1], 'root') == 1 then return 0 end
return redis.call('HSETNX', KEYS[1], 'ts', ARGV[1])
`);

/** ARGV: ts that is gone, ts in its place (empty: none). */
const rootDeleted = defineScript(`
local gone, anew = unpack(ARGV)
if redis.call('HGET', KEYS[1], 'ts') ~= gone then return 0 end
if anew == '' then
  redis.call('HDEL', KEYS[1], 'ts')
  redis.call('HSET', KEYS[1], 'root', 'gone')
else
  redis.call('HSET', KEYS[1], 'ts', anew, 'root', 'anew')
end
return 1
`);

/** ARGV: line, most, keepMs. */
const log = defineScript(`
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

export const runScripts = {
  admit,
  abandon,
  begin,
  standing,
  change,
  requeue,
  note,
  finish,
  cancel,
  address,
  rootDeleted,
  log,
};
