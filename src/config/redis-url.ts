import type { Problem } from './problems.ts';

const expected = 'must be a URL such as redis://user:password@127.0.0.1:6379/0';

/** What is wrong with REDIS_URL. Never says any of it: it may hold a password. */
export function redisUrlProblems(text: string): readonly Problem[] {
  const url = URL.parse(text);
  const isUrl = url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
  // A password with a slash or a hash in it ends the host early; what is left of it must not pass for a database.
  if (!isUrl || !/^\/?\d*$/.test(url.pathname) || url.hash !== '') {
    return [{ path: 'REDIS_URL', expected: `${expected}; write / # ? @ in a password as %2F %23 %3F %40` }];
  }
  const isDecodable = decoded(url.username) !== undefined && decoded(url.password) !== undefined;
  return isDecodable ? [] : [{ path: 'REDIS_URL', expected: 'must be a URL; write % in a password as %25' }];
}

/** Every password in REDIS_URL, as it is written there and as it is meant: before the host, and among the options. */
export function passwordsIn(text: string): readonly string[] {
  const url = URL.parse(text);
  if (!url) return [];
  const optional = [...url.searchParams].filter(([name]) => /password/i.test(name)).map(([, value]) => value);
  return [url.password, decoded(url.password) ?? '', ...optional].filter((password) => password !== '');
}

/** Protocol, host, port and database of REDIS_URL; users, passwords and options are left out. */
export function redisAddress(text: string): string {
  const url = URL.parse(text);
  return url ? `${url.protocol}//${url.host}${url.pathname}` : 'not a URL';
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
