import { type Answer, type Call, HarborError, isSince } from './call.ts';

const usualSize = 10;
const largestSize = 100;

/** One page of a list, with how many there are and where the others lie. 2.x refuses what 1.x makes smaller. */
export function paged(call: Call, all: readonly unknown[]): Answer {
  const page = numberIn(call, 'page', 1);
  const size = Math.min(numberIn(call, 'page_size', usualSize), largestSize);
  const items = all.slice((page - 1) * size, page * size);
  const to = (at: number, rel: string) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(at));
    query.set('page_size', String(size));
    return `<${call.path}?${decodeURIComponent(query.toString())}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 && (page - 1) * size < all.length ? [to(page - 1, 'prev')] : []),
    ...(page * size < all.length ? [to(page + 1, 'next')] : []),
  ];
  const headers = { 'X-Total-Count': String(all.length), ...(links.length > 0 ? { Link: links.join(' , ') } : {}) };
  return { headers, json: items };
}

function numberIn(call: Call, name: string, usual: number): number {
  const told = call.query.get(name);
  if (told === null) return usual;
  const number = Number(told);
  const isStrict = isSince(call, '2.0');
  if (!Number.isInteger(number)) throw invalid(call, `${name} in query must be of type int64: "${told}"`);
  if (number < 1) throw invalid(call, `${name} in query should be greater than or equal to 1`);
  if (isStrict && name === 'page_size' && number > largestSize)
    throw invalid(call, `${name} in query should be less than or equal to ${largestSize}`);
  return number;
}

const invalid = (call: Call, what: string): HarborError =>
  isSince(call, '2.0')
    ? new HarborError(422, 'UNPROCESSABLE_ENTITY', `validation failure list:\n${what}`)
    : new HarborError(400, 'BAD_REQUEST', what);
