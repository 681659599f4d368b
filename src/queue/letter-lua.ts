import { keys } from './keys.ts';

/** A card is shown again three seconds after it was shown last, not sooner. */
export const cardEveryMs = 3000;

/**
 * Lua that puts a letter in, to be part of whichever script makes the letter necessary: what changed and the promise to say so are one step.
 *
 * `outbox:due` orders ids by when they are due (a claimed one by when its claim lapses), `outbox:since` by when they were put in, `outbox:shown` by when a card was last
 * shown. `outbox:letter:<id>` holds the letter. Versions and tokens come from one counter and never return, so that a sender who was away too long
 * cannot mistake a new letter for its own. `aheadMs` lets one go before others that wait for so long already.
 */
export const letterLua = `
local outbox = '${keys.outbox}'

local function dueAgain(id, kind, now)
  if kind == 'say' or kind == 'remark' then return now end
  local shown = redis.call('ZSCORE', outbox .. ':shown', id)
  if not shown then return now end
  return math.max(now, tonumber(shown) + ${cardEveryMs})
end

local function putLetter(id, kind, letter, now, aheadMs)
  local key = outbox .. ':letter:' .. id
  local isNew = redis.call('EXISTS', key) == 0
  local version = redis.call('INCR', outbox .. ':counter')
  redis.call('HSET', key, 'letter', letter, 'kind', kind, 'version', version)
  if isNew then
    redis.call('ZADD', outbox .. ':due', dueAgain(id, kind, now) - (aheadMs or 0), id)
    redis.call('ZADD', outbox .. ':since', now, id)
  end
end
`;
