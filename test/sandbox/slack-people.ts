import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import { asRecord } from '../../sandbox/slack/json.ts';
import type { JsonObject } from '../../sandbox/slack/model.ts';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from '../../sandbox/slack/server.ts';

/** A local Slack that ends with the test. Nothing listens for its payloads unless the options say where. */
export async function slackWith(options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> {
  const slack = await startLocalSlack({ delivery: { mode: 'socket' }, ...options });
  onTestFinished(() => slack.stop());
  return slack;
}

/** The real WebClient with the bot's token; it never retries. */
export function clientOf(slack: LocalSlack, token: string = slack.botToken): WebClient {
  const quiet = {
    debug() {},
    info() {},
    warn() {},
    error() {},
    setLevel() {},
    getLevel: () => quietLevel,
    setName() {},
  };
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}

const quietLevel = (await import('@slack/web-api')).LogLevel.ERROR;

/** What a refused call was answered: `{ok: false, error, …}`. */
export async function refusal(call: Promise<unknown>): Promise<JsonObject> {
  const answer = await call.then(
    (result) => ({ ok: true, result }),
    (error: unknown) => error,
  );
  if (answer instanceof WebAPIPlatformError) return asRecord(JSON.parse(JSON.stringify(answer.data)));
  throw new Error(`expected Slack to refuse, got ${JSON.stringify(answer)} ${String(answer)}`);
}

export function plain(text: string) {
  return { type: 'plain_text', text } as const;
}

export function button(action_id: string, text: string, more: object = {}) {
  return { type: 'button', action_id, text: plain(text), ...more } as const;
}

export function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text } } as const;
}

export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PlainAnswer {
  readonly status?: number;
  readonly body?: string | object;
  readonly headers?: Record<string, string>;
}

export interface PlainApp {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** What the next requests are answered; `never` keeps them waiting. */
  answers: PlainAnswer | 'never' | ((request: ReceivedRequest) => PlainAnswer | 'never');
  /** Resolves when `count` requests have come. */
  received(count: number): Promise<readonly ReceivedRequest[]>;
}

/** An app without Bolt, for what Bolt hides: raw bodies, headers, and silence. */
export async function plainApp(): Promise<PlainApp> {
  const requests: ReceivedRequest[] = [];
  const waiting = new Set<() => void>();
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const received = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
    requests.push(received);
    const answer = typeof app.answers === 'function' ? app.answers(received) : app.answers;
    for (const ask of waiting) ask();
    if (answer === 'never') return;
    const isJson = typeof answer.body === 'object';
    response.writeHead(answer.status ?? 200, {
      'content-type': isJson ? 'application/json' : 'text/plain',
      ...answer.headers,
    });
    response.end(isJson ? JSON.stringify(answer.body) : answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const app: PlainApp = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/slack/events`,
    requests,
    answers: {},
    received: (count) =>
      new Promise((resolve) => {
        const ask = () => {
          if (requests.length < count) return;
          waiting.delete(ask);
          resolve(requests);
        };
        waiting.add(ask);
        ask();
      }),
  };
  return app;
}

export function payloadOf(request: ReceivedRequest | undefined): JsonObject {
  const body = request?.body ?? '';
  if (body.startsWith('{')) return asRecord(JSON.parse(body));
  const form = new URLSearchParams(body);
  return asRecord(form.has('payload') ? JSON.parse(form.get('payload') ?? '') : Object.fromEntries(form));
}
