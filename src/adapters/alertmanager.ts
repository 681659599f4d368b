import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { rootCertificates } from 'node:tls';
import { z } from 'zod';
import { Fault } from '../chatops/errors.ts';
import { bytesInWords } from '../chatops/format.ts';
import type { Alertmanager } from '../ports/alertmanager.ts';

export interface AlertmanagerAccess {
  /** Scheme, host and what stands before /api: 'https://alerts.example.com/main'. */
  readonly url: string;
  readonly token?: string | undefined;
  /** An authority to trust besides those that Node knows, PEM. */
  readonly ca?: string | undefined;
}

/** A person may wait for it. */
const answerMs = 5000;
const limitBytes = 8 * 1024 * 1024;

const Firing = z.array(z.object({ fingerprint: z.string() }));
const Made = z.object({ silenceID: z.string().min(1) });

/** Alertmanager's API v2. Source: github.com/prometheus/alertmanager, api/v2/openapi.yaml. */
export function createAlertmanager(access: AlertmanagerAccess): Alertmanager {
  return {
    async firing(labels) {
      const asked = new URLSearchParams({
        active: 'true',
        silenced: 'false',
        inhibited: 'false',
        unprocessed: 'false',
      });
      for (const [name, value] of Object.entries(labels)) asked.append('filter', `${name}=${JSON.stringify(value)}`);
      const answer = await ask(access, `alerts?${asked}`);
      return new Set(parsed(Firing, answer).map(({ fingerprint }) => fingerprint));
    },
    async silence({ matchers, from, until, by, comment }) {
      const body = {
        matchers: matchers.map((one) => ({ ...one, isEqual: true })),
        ...{ startsAt: from.toISOString(), endsAt: until.toISOString(), createdBy: by, comment },
      };
      return parsed(Made, await ask(access, 'silences', body)).silenceID;
    },
  };
}

async function ask({ url, token, ca }: AlertmanagerAccess, path: string, body?: object): Promise<string> {
  const at = new URL(`${url.replace(/\/$/, '')}/api/v2/${path}`);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const signal = AbortSignal.timeout(answerMs);
  const options = {
    method: sent === undefined ? 'GET' : 'POST',
    signal,
    headers: {
      accept: 'application/json',
      ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  };
  try {
    const asked =
      at.protocol === 'https:'
        ? requestSecurely(at, { ...options, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) })
        : request(at, options);
    asked.end(sent);
    const [answer]: IncomingMessage[] = await once(asked, 'response', { signal });
    if (!answer) throw new Error('no answer');
    asked.on('error', () => undefined);
    const text = await textOf(answer);
    if (answer.statusCode !== 200) throw refused(answer.statusCode ?? 0, text);
    return text;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw fault(`Alertmanager cannot be asked: ${cause instanceof Error ? cause.message : 'it does not answer'}.`, {
      ...{ code: 'ALERTMANAGER_UNREACHABLE', retryable: true, cause },
    });
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer) {
    bytes += piece.length;
    if (bytes > limitBytes) throw notOne(`its answer is longer than ${bytesInWords(limitBytes)}`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw notOne('it answers something else', cause);
  }
}

const refused = (status: number, text: string): Fault =>
  fault(`Alertmanager answers ${status}: ${text.trim().slice(0, 200) || 'nothing'}.`, {
    code: 'ALERTMANAGER_ANSWER',
    retryable: status === 429 || status >= 500,
    ...(status === 401 || status === 403 ? { next: 'Look at the token under alerts.alertmanager.' } : {}),
  });

const notOne = (why: string, cause?: unknown): Fault =>
  fault(`What answers is no Alertmanager as we know it: ${why}.`, {
    ...{ code: 'ALERTMANAGER_ANSWER', retryable: false, cause },
    next: 'Look at alerts.alertmanager.url: a proxy may stand in front of it.',
  });

const fault = (
  message: string,
  facts: Pick<ConstructorParameters<typeof Fault>[1], 'code' | 'retryable' | 'next' | 'cause'>,
): Fault => new Fault(message, { port: 'alertmanager', operation: 'ask', ...facts });
