import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Compared as digests, which are of one length, and in constant time. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** What was sent as a bearer token; '' where nothing was. */
export function bearerToken({ authorization = '' }: IncomingHttpHeaders): string {
  const [, given = ''] = /^Bearer (.*)$/i.exec(authorization) ?? [];
  return given;
}

/** 'user:password', as a browser sends what somebody typed; '' where nothing was. Source: RFC 7617. */
export function basicLogin({ authorization = '' }: IncomingHttpHeaders): string {
  const [, given = ''] = /^Basic (.*)$/i.exec(authorization) ?? [];
  return Buffer.from(given, 'base64').toString('utf8');
}
