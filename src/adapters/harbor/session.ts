import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';
import type { HarborAccess, Login } from './access.ts';
import { configuration, endless, tooLarge, tooLate, unreachable } from './faults.ts';

export interface Question {
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST';
  /** Path and query, or a whole URL on the same host. */
  readonly at: string | URL;
  /** 'Basic …', 'Bearer …'. */
  readonly authorization?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** What it may take: an answer unless told. */
  readonly takes?: Exclude<keyof HarborTimings, 'wholeMs'>;
  /** What is read at most; 16 MiB unless told. */
  readonly limitBytes?: number;
  /** Gets the body of a 200 piece by piece, which is then not kept. */
  readonly sink?: (piece: Uint8Array) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Questions to one registry, over connections that are kept until it is closed. */
export interface Session {
  readonly registry: string;
  readonly access: HarborAccess;
  readonly origin: string;
  /** Asks once and follows nobody. Throws Fault HARBOR_UNREACHABLE, HARBOR_TIMEOUT, HARBOR_ANSWER when it is too much, and the signal's reason. */
  ask(question: Question): Promise<Answer>;
  /** The same, of whoever is at a URL that the registry named, without credentials. */
  askElsewhere(url: URL, question: Omit<Question, 'at' | 'authorization'>): Promise<Answer>;
  close(): void;
}

export interface HarborTimings {
  /** Of what core knows by itself. */
  readonly infoMs: number;
  readonly answerMs: number;
  readonly blobMs: number;
  /** All that one look at a registry may take, however many questions that are. */
  readonly wholeMs: number;
}

const usualTimings: HarborTimings = { infoMs: 10_000, answerMs: 30_000, blobMs: 5 * 60_000, wholeMs: 60 * 60_000 };
const usualLimitBytes = 16 * 1024 * 1024;

export const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Throws Fault HARBOR_CONFIG. */
export async function openSession(
  registry: string,
  access: HarborAccess,
  { signal, timings }: { readonly signal: AbortSignal | undefined; readonly timings: Partial<HarborTimings> },
): Promise<Session> {
  const url = URL.parse(access.url);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw configuration(registry, `${access.url} is no URL of a registry`, 'Correct its url in salvor.yaml.');
  const isPlain = url.protocol === 'http:';
  if (isPlain && !access.allowHttp)
    throw configuration(registry, 'plain http shows credentials to whoever listens', 'Give it https, or allowHttp.');
  const ca = access.ca === undefined ? undefined : await authorities(registry, access.ca);
  const agents = {
    'http:': new Agent({ keepAlive: true }),
    'https:': new SecureAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) }),
  };
  const allowed = { ...usualTimings, ...timings };
  const whole = AbortSignal.timeout(allowed.wholeMs);
  const send = async (at: URL, question: Omit<Question, 'at'>): Promise<Answer> => {
    const timeLimitMs = allowed[question.takes ?? 'answerMs'];
    const limit = AbortSignal.timeout(timeLimitMs);
    const ends = AbortSignal.any([limit, whole, ...(signal ? [signal] : [])]);
    signal?.throwIfAborted();
    try {
      return await exchange(opened(at, question, agents, ends), registry, question, ends);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof Fault) throw cause;
      if (whole.aborted) throw endless(registry, `it is asked for longer than ${durationInWords(allowed.wholeMs)}`);
      throw limit.aborted ? tooLate(registry, at, timeLimitMs, cause) : unreachable(registry, cause);
    }
  };
  return {
    registry,
    access,
    origin: url.origin,
    async ask(question) {
      const at = new URL(question.at, url);
      if (at.origin !== url.origin) throw elsewhere(registry, url, at);
      return send(at, question);
    },
    async askElsewhere(at, question) {
      if (at.protocol !== 'https:' && !isPlain) throw elsewhere(registry, url, at);
      return send(at, question);
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function authorities(registry: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw configuration(registry, `its ca, ${path}, cannot be read`, 'Give the worker that file.', cause);
  }
}

function opened(
  at: URL,
  { method = 'GET', headers = {}, authorization, body }: Omit<Question, 'at'>,
  agents: { readonly 'http:': Agent; readonly 'https:': SecureAgent },
  signal: AbortSignal,
): ClientRequest {
  const all = {
    ...{ accept: 'application/json', ...headers },
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
  };
  const asked =
    at.protocol === 'https:'
      ? requestSecurely(at, { method, headers: all, agent: agents['https:'], signal })
      : request(at, { method, headers: all, agent: agents['http:'], signal });
  asked.end(body);
  return asked;
}

async function exchange(
  asked: ClientRequest,
  registry: string,
  { limitBytes = usualLimitBytes, sink }: Omit<Question, 'at'>,
  signal: AbortSignal,
): Promise<Answer> {
  const [answer]: IncomingMessage[] = await once(asked, 'response', { signal });
  if (!answer) throw new Error('no answer');
  // What fails after the headers is thrown by the body.
  asked.on('error', () => undefined);
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer) {
    bytes += piece.length;
    if (bytes > limitBytes) throw tooLarge(registry, limitBytes);
    if (sink && answer.statusCode === 200) sink(piece);
    else pieces.push(piece);
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) };
}

const elsewhere = (registry: string, { origin }: URL, at: URL): Fault =>
  configuration(
    registry,
    `it is asked at ${origin} and sends to ${at.origin}, where credentials do not go`,
    'Make its url in salvor.yaml the external_url of Harbor.',
  );
