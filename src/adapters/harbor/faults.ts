import { z } from 'zod';
import { Fault } from '../../chatops/errors.ts';
import { bytesInWords, durationInWords } from '../../chatops/format.ts';

const about = { port: 'harbor', operation: 'ask' } as const;

export const configuration = (registry: string, why: string, next: string, cause?: unknown): Fault =>
  new Fault(`${registry} is not asked: ${why}.`, { ...about, code: 'HARBOR_CONFIG', retryable: false, next, cause });

export const unreachable = (registry: string, cause: unknown): Fault =>
  new Fault(`${registry} cannot be reached: ${wordsOf(cause)}.`, {
    ...{ ...about, code: 'HARBOR_UNREACHABLE', retryable: true, cause },
    next: 'Look whether Harbor runs, and whether this worker may reach it.',
  });

export const tooLate = (registry: string, { pathname }: URL, timeLimitMs: number, cause: unknown): Fault =>
  new Fault(`${registry} did not answer ${pathname} within ${durationInWords(timeLimitMs)}.`, {
    ...{ ...about, code: 'HARBOR_TIMEOUT', retryable: true, cause },
    next: 'Look at the log of its core.',
  });

export const tooLarge = (registry: string, limitBytes: number): Fault =>
  notOne(registry, `its answer is longer than ${bytesInWords(limitBytes)}`);

/** It goes on without end, or for so long that nobody should wait for it. */
export const endless = (registry: string, why: string): Fault => notOne(registry, `${why}, and still has not told all`);

/** What answers is no Harbor, or none that keeps its promises. */
export const notOne = (registry: string, why: string, cause?: unknown): Fault =>
  new Fault(`What answers for ${registry} is no Harbor as we know it: ${why}.`, {
    ...{ ...about, code: 'HARBOR_ANSWER', retryable: false, cause },
    next: 'Look at its url: a proxy may stand in front of it.',
  });

export const unauthorized = (registry: string, username: string): Fault =>
  new Fault(`${registry} does not know ${username}, or not with this password (401).`, {
    ...{ ...about, code: 'HARBOR_UNAUTHORIZED', retryable: false },
    next: 'Renew the account and its password: robots run out, and an empty database has none.',
  });

/** `but` is what stands in the way of giving it. */
export const forbidden = (registry: string, username: string, right: string, said: string, but = ''): Fault =>
  new Fault(`${registry} refuses ${username}, who lacks ${right}: ${said}.`, {
    ...{ ...about, code: 'HARBOR_FORBIDDEN', retryable: false },
    next: nextWithout(right, but),
  });

function nextWithout(right: string, but: string): string {
  if (right === administration) return 'Give it an admin in salvor.yaml.';
  return but === '' ? `Give that account ${right}.` : `Give that account ${right}; ${but}.`;
}

/** What no robot can have. */
export const administration = 'the rights of an administrator';

/** Why an answer is none, but for 401 and 403. */
export const failed = (registry: string, at: string, status: number, body: Buffer): Fault =>
  new Fault(`${registry} answers ${status} to ${at.replace(/\?.*/s, '')}: ${saidIn(body)}.`, {
    ...{ ...about, code: 'HARBOR_ANSWER', retryable: status === 429 || status >= 500 },
    ...(status === 502 || status === 503 ? { next: 'Its core does not answer: look at the log of it.' } : {}),
  });

/** From 2.0 a list, before it one; the registry itself has a list in both. */
const Errors = z.union([
  z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })).min(1) }),
  z.object({ message: z.string() }).transform(({ message }) => ({ errors: [{ code: '', message }] })),
]);

/** What it says is wrong, in a few words. */
export function saidIn(body: Buffer): string {
  const text = body.toString('utf8').trim();
  try {
    const { errors } = Errors.parse(JSON.parse(text));
    const said = errors.map(({ code, message }) => [code, message].filter(Boolean).join(': '));
    return said.join('; ').replace(/\.$/, '').slice(0, 300);
  } catch {
    // nginx says it in HTML.
    return (
      /<title>([^<]*)<\/title>/.exec(text)?.[1]?.slice(0, 300) ?? (text.replace(/\.$/, '').slice(0, 300) || 'nothing')
    );
  }
}

function wordsOf(error: unknown): string {
  const all = error instanceof AggregateError ? error.errors : [error];
  return all.map((one) => (one instanceof Error ? one.message : String(one))).join(', ');
}
