import { createHmac } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import type { Clock } from './clock.ts';
import { type Ack, ackWithin, type Envelope, type Transport } from './envelope.ts';
import { parseJson } from './json.ts';
import type { Json } from './model.ts';

export type Signature = 'right' | 'wrong' | 'stale' | 'future';

export interface HttpDelivery extends Transport {
  /** Slack's `url_verification`: true when the app answers the challenge. */
  verifyUrl(): Promise<boolean>;
}

interface Settings {
  readonly url: string;
  readonly signingSecret: string;
  readonly verificationToken: string;
  readonly clock: Clock;
  readonly signature: () => Signature;
}

/** Signed requests to the app's one address: forms for commands and interactions, JSON for events. */
export function httpDelivery(settings: Settings): HttpDelivery {
  const open = new Set<ClientRequest>();
  const send = (body: string, contentType: string, extra: Readonly<Record<string, string>> = {}): Promise<Ack> => {
    const headers = { 'content-type': contentType, ...signed(settings, body), ...extra };
    return post(settings, body, headers, open);
  };
  return {
    send: (envelope) => send(bodyOf(envelope), contentTypeOf(envelope), retryHeaders(envelope)),
    async verifyUrl() {
      const challenge = createHmac('sha256', settings.url).digest('hex');
      const asked = { token: settings.verificationToken, challenge, type: 'url_verification' };
      const ack = await send(JSON.stringify(asked), 'application/json');
      if (ack.state !== 'acked') return false;
      const { body } = ack;
      return (
        body === challenge ||
        (typeof body === 'object' && body !== null && 'challenge' in body && body.challenge === challenge)
      );
    },
    stop() {
      for (const each of open) each.destroy();
    },
  };
}

function bodyOf(envelope: Envelope): string {
  if (envelope.type === 'events_api') return JSON.stringify(envelope.payload);
  if (envelope.type === 'interactive')
    return new URLSearchParams({ payload: JSON.stringify(envelope.payload) }).toString();
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(envelope.payload)) form.set(name, String(value));
  return form.toString();
}

function contentTypeOf(envelope: Envelope): string {
  return envelope.type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded';
}

function retryHeaders(envelope: Envelope): Record<string, string> {
  if (!envelope.retry) return {};
  return { 'x-slack-retry-num': String(envelope.retry.number), 'x-slack-retry-reason': envelope.retry.reason };
}

const offsetSeconds: Readonly<Record<Signature, number>> = { right: 0, wrong: 0, stale: -301, future: 301 };

/** Slack's v0 signature over the raw body. Source: docs.slack.dev/authentication/verifying-requests-from-slack. */
function signed(settings: Settings, body: string): Record<string, string> {
  const signature = settings.signature();
  const timestamp = Math.floor(settings.clock.now().getTime() / 1000) + offsetSeconds[signature];
  const secret = signature === 'wrong' ? `not ${settings.signingSecret}` : settings.signingSecret;
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': `v0=${digest}` };
}

function post(
  settings: Settings,
  body: string,
  headers: Readonly<Record<string, string>>,
  open: Set<ClientRequest>,
): Promise<Ack> {
  return ackWithin(settings.clock, 'http_timeout', (settle) => {
    const outgoing = request(settings.url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      },
      agent: false,
    });
    open.add(outgoing);
    outgoing.on('close', () => open.delete(outgoing));
    outgoing.on('error', () => settle({ state: 'failed', reason: 'connection_failed' }));
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => settle({ state: 'failed', reason: 'connection_failed' }));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const noRetry = response.headers['x-slack-no-retry'] === '1';
        if (status !== 200) return settle({ state: 'failed', reason: 'http_error', status, noRetry });
        const text = Buffer.concat(chunks).toString('utf8');
        settle({ state: 'acked', body: readBody(text, response.headers['content-type'] ?? '') });
      });
    });
    outgoing.end(body);
  });
}

function readBody(text: string, contentType: string): Json | undefined {
  if (text === '') return undefined;
  return contentType.includes('json') ? parseJson(text) : text;
}
