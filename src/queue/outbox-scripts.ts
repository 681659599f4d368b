import { cardEveryMs, letterLua } from './letter-lua.ts';
import { defineScript } from './script.ts';

/* What lies where is said in letter-lua.ts. Every script gets the time first. */
const shared = `
${letterLua}
local now = tonumber(ARGV[1])

local function forget(id)
  redis.call('DEL', outbox .. ':letter:' .. id)
  redis.call('ZREM', outbox .. ':due', id)
  redis.call('ZREM', outbox .. ':since', id)
end

local function claim(id, forMs)
  local key = outbox .. ':letter:' .. id
  local tries = redis.call('HINCRBY', key, 'tries', 1)
  local token = redis.call('INCR', outbox .. ':counter')
  redis.call('HSET', key, 'token', token, 'heldUntil', now + forMs)
  redis.call('ZADD', outbox .. ':due', now + forMs, id)
  local held = redis.call('HMGET', key, 'letter', 'version')
  return {id, held[1], tries - 1, tonumber(held[2]), token}
end

local function release(id, kind, due)
  redis.call('HDEL', outbox .. ':letter:' .. id, 'token', 'heldUntil')
  redis.call('ZADD', outbox .. ':due', due, id)
end

-- The letter is done with in this version. What was put in meanwhile waits its turn.
local function settle(id, version, token)
  local is = redis.call('HMGET', outbox .. ':letter:' .. id, 'version', 'token', 'kind')
  if not is[1] then return end
  if is[1] == version then return forget(id) end
  if is[2] ~= token then return end
  redis.call('HDEL', outbox .. ':letter:' .. id, 'tries')
  redis.call('ZADD', outbox .. ':since', now, id)
  release(id, is[3], dueAgain(id, is[3], now))
end
`;

const claiming = `
-- Without this one key that holds no letter would be the most overdue for ever, and everything behind it unsaid.
local function isLetter(id)
  local key = outbox .. ':letter:' .. id
  if redis.call('TYPE', key)['ok'] ~= 'hash' then return false end
  local is = redis.call('HMGET', key, 'letter', 'version', 'tries')
  return is[1] and tonumber(is[2]) and tonumber(is[3] or 0)
end

local function drop(id)
  redis.call('LPUSH', outbox .. ':givenUp', cjson.encode({id = id, why = 'There is no letter in it.', at = now}))
  redis.call('LTRIM', outbox .. ':givenUp', 0, 199)
  forget(id)
end
`;

/** ARGV: now, id, kind, letter. */
const put = defineScript(`
${shared}
putLetter(ARGV[2], ARGV[3], ARGV[4], now)
return 1
`);

/** ARGV: now, forMs. */
const claim = defineScript(`
${shared}
${claiming}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', outbox .. ':due', '-inf', now, 'LIMIT', 0, 100)) do
  if isLetter(id) then return claim(id, tonumber(ARGV[2])) end
  drop(id)
end
return {}
`);

/** ARGV: now, forMs, id. */
const claimOne = defineScript(`
${shared}
${claiming}
local id = ARGV[3]
local key = outbox .. ':letter:' .. id
if not isLetter(id) then return {} end
local heldUntil = redis.call('HGET', key, 'heldUntil')
if heldUntil and tonumber(heldUntil) > now then return {} end
return claim(id, tonumber(ARGV[2]))
`);

/** ARGV: now, id, version, token. */
const sent = defineScript(`
${shared}
local id = ARGV[2]
local kind = redis.call('HGET', outbox .. ':letter:' .. id, 'kind')
if kind ~= 'say' and kind ~= 'remark' then
  redis.call('ZADD', outbox .. ':shown', now, id)
end
redis.call('ZREMRANGEBYSCORE', outbox .. ':shown', '-inf', now - ${cardEveryMs})
settle(id, ARGV[3], ARGV[4])
return 1
`);

/** ARGV: now, id, token, at, why, untried. A claim that lapsed has no say any more. */
const postpone = defineScript(`
${shared}
local id, token, at, why = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key = outbox .. ':letter:' .. id
if redis.call('HGET', key, 'token') ~= token then return 0 end
redis.call('HSET', key, 'why', why)
if ARGV[6] == '1' then redis.call('HINCRBY', key, 'tries', -1) end
release(id, '', at)
return 1
`);

/** ARGV: now, id, version, token, what to keep. */
const giveUp = defineScript(`
${shared}
redis.call('LPUSH', outbox .. ':givenUp', ARGV[5])
redis.call('LTRIM', outbox .. ':givenUp', 0, 199)
settle(ARGV[2], ARGV[3], ARGV[4])
return 1
`);

/** ARGV: now, calls, perMs. A window that slides: at most `calls` within any `perMs`. */
const allowance = defineScript(`
local now, calls, perMs = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - perMs)
if redis.call('ZCARD', KEYS[1]) < calls then
  local nth = redis.call('INCR', KEYS[1] .. ':nth')
  redis.call('ZADD', KEYS[1], now, nth)
  -- Only to clear away what nobody asks for any more; what counts is the time of those who ask.
  redis.call('PEXPIRE', KEYS[1], perMs + 60000)
  redis.call('PEXPIRE', KEYS[1] .. ':nth', perMs + 120000)
  return 0
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(1, math.ceil(tonumber(oldest[2]) + perMs - now))
`);

/** ARGV: now. Answers how many wait, for how long the oldest has, and how many were given up. */
const depth = defineScript(`
${shared}
local oldest = redis.call('ZRANGE', outbox .. ':since', 0, 0, 'WITHSCORES')
local oldestMs = 0
if oldest[2] then oldestMs = math.max(0, now - tonumber(oldest[2])) end
return {redis.call('ZCARD', outbox .. ':due'), oldestMs, redis.call('LLEN', outbox .. ':givenUp')}
`);

export const outboxScripts = { put, claim, claimOne, sent, postpone, giveUp, allowance, depth };
