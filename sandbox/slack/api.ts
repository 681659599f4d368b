import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './failures.ts';
import type { Failing } from './faults.ts';
import { type Received, readArgumentsOf, readBody, sendJson, sendText } from './http.ts';
import { asList, asRecord, asText } from './json.ts';
import { methods } from './methods/index.ts';
import { type Method, readArguments, requireScope } from './methods/method.ts';
import type { JsonObject } from './model.ts';
import type { Slack } from './slack.ts';

/** One API call as it came, and what it was answered. */
export interface RecordedCall {
  readonly method: string;
  readonly args: JsonObject;
  readonly at: Date;
  /** HTTP status; 0 when the connection was cut. */
  readonly status: number;
  readonly answer: JsonObject;
}

interface Answered {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Record<string, string>;
}

/** `POST /api/<method>`: everything but 429 and broken servers is HTTP 200, with the truth in `ok`. */
export async function handleApi(
  slack: Slack,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  record: (call: RecordedCall) => void,
): Promise<void> {
  const at = slack.state.clock.now();
  const received = await readArgumentsOf(request, await readBody(request));
  const cut = () => {
    record({ method: name, args: received.args, at, status: 0, answer: {} });
    request.socket.destroy();
  };
  const outage = slack.faults.down();
  const failing = slack.faults.meet(name);
  if (outage === 'reset' || failing?.drop === true || failing?.drop === 'before') return cut();
  if (failing?.delayMs) await later(slack, failing.delayMs);
  const planned = outage ? serverError(503) : plannedAnswer(failing);
  const answer = planned ?? answerCall(slack, name, received, request);
  if (failing?.drop === 'after') return cut();
  record({ method: name, args: received.args, at, status: answer.status, answer: answer.body });
  if (answer.status >= 500) return sendText(response, answer.status, 'upstream connect error');
  sendJson(response, answer.status, answer.body, {
    'x-oauth-scopes': slack.state.app.scopes.join(','),
    'x-accepted-oauth-scopes': methods.get(name)?.scopes.join(',') ?? '',
    ...answer.headers,
  });
}

function later(slack: Slack, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    slack.state.clock.after(delayMs, resolve);
  });
}

function serverError(status: number): Answered {
  return { status, body: {} };
}

function rateLimited(seconds: number): Answered {
  return { status: 429, body: { ok: false, error: 'ratelimited' }, headers: { 'retry-after': String(seconds) } };
}

function plannedAnswer(failing: Failing | undefined): Answered | undefined {
  if (failing?.retryAfterSeconds !== undefined) return rateLimited(failing.retryAfterSeconds);
  if (failing?.status !== undefined) return serverError(failing.status);
  if (failing?.error !== undefined) return { status: 200, body: { ok: false, error: failing.error } };
  return undefined;
}

function answerCall(slack: Slack, name: string, received: Received, request: IncomingMessage): Answered {
  try {
    const method = methods.get(name);
    if (!method) throw new ApiError('unknown_method', { req_method: name });
    if (received.error) throw new ApiError(received.error);
    authenticate(slack, method, received.args, request);
    const seconds = slack.limits.take(bucketOf(name, method, received.args), method.tier);
    if (seconds !== undefined) return rateLimited(seconds);
    for (const scope of method.scopes) requireScope(slack.state, scope);
    const { token: _secret, ...args } = received.args;
    const body = method.run({ slack, state: slack.state, args: readArguments(args) });
    return { status: 200, body: withWarnings({ ok: true, ...body }, received.warnings) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: 200, body: withWarnings({ ok: false, error: error.code, ...error.extra }, received.warnings) };
  }
}

function bucketOf(name: string, method: Method, args: JsonObject): string {
  return method.tier === 'posting' ? `${name}/${asText(args.channel)}` : name;
}

/** A token comes in the header, or as an argument of a form; JSON bodies are not looked into. */
function authenticate(slack: Slack, method: Method, args: JsonObject, request: IncomingMessage): void {
  if (method.token === 'none') return;
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? asText(args.token);
  const { botToken, appToken } = slack.state.app;
  if (!token) throw new ApiError('not_authed');
  if (token !== botToken && token !== appToken) throw new ApiError('invalid_auth');
  if (token !== (method.token === 'app' ? appToken : botToken)) throw new ApiError('not_allowed_token_type');
}

function withWarnings(body: JsonObject, warnings: readonly string[]): JsonObject {
  if (warnings.length === 0) return body;
  const metadata = asRecord(body.response_metadata);
  const all = [...asList(metadata.warnings), ...warnings];
  return { ...body, warning: all.join(','), response_metadata: { ...metadata, warnings: all } };
}
