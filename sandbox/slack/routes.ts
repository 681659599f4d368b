import type { IncomingMessage, ServerResponse } from 'node:http';
import { handleApi, type RecordedCall } from './api.ts';
import type { Driver } from './driver.ts';
import { ApiError } from './failures.ts';
import { readBody, readJson, send, sendJson, sendText } from './http.ts';
import { handlePage } from './page-api.ts';
import type { Slack } from './slack.ts';

export interface Serving {
  readonly slack: Slack;
  readonly driver: Driver;
  record(call: RecordedCall): void;
}

/** One request to the local Slack: by the first part of its path. */
export async function route(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, first = '', ...others] = pathname.split('/');
  const rest = others.join('/');
  switch (first) {
    case 'api':
      return handleApi(serving.slack, rest, request, response, serving.record);
    case 'commands':
      return handleResponseUrl(serving.slack, rest, request, response);
    case 'upload':
      return handleUpload(serving.slack, rest.replace(/^v1\//, ''), request, response);
    case 'files':
      return sendFile(serving.slack, others[0] ?? '', response);
    case 'files-pri':
      return sendPrivateFile(serving.slack, others[0]?.split('-').at(-1) ?? '', request, response);
    case 'signin':
      return send(response, 200, signInPage, { 'content-type': 'text/html; charset=utf-8' });
    case 'page':
      if (pathname === '/page') return redirect(response, '/page/');
      return handlePage(serving.slack, serving.driver, rest, request, response);
    case 'archives':
      return redirect(response, pageOf(others, searchParams.get('thread_ts')));
    case '':
      return redirect(response, '/page/');
    default:
      sendText(response, 404, 'not found');
  }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location });
  response.end();
}

/** Where a permalink leads: `/archives/C…/p1700000001123456` writes the timestamp without its dot. */
function pageOf([channel = '', message = '']: readonly string[], threadTs: string | null): string {
  const ts = message.replace(/^p(\d+)(\d{6})$/, '$1.$2');
  return `/page/?${new URLSearchParams({ channel, ...(threadTs ? { thread: threadTs } : {}), ts })}`;
}

async function handleResponseUrl(
  slack: Slack,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readJson(request);
  const failing = slack.faults.meet('response_url');
  if (slack.faults.down() === 'reset' || failing?.drop) return void request.socket.destroy();
  if (slack.faults.down()) return sendText(response, 503, 'upstream connect error');
  if (failing?.status) return sendText(response, failing.status, 'upstream connect error');
  try {
    slack.responseUrls.use(id, body);
    sendJson(response, 200, { ok: true });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isGone = error.code === 'used_url' || error.code === 'expired_url';
    sendJson(response, isGone ? 404 : 400, { ok: false, error: error.code, ...error.extra });
  }
}

async function handleUpload(
  slack: Slack,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (slack.faults.down() === 'reset') return void request.socket.destroy();
  if (slack.faults.down()) return sendText(response, 503, 'upstream connect error');
  const bytes = await uploadedBytes(body, request.headers['content-type'] ?? '');
  if (!slack.uploads.receive(path, bytes))
    return sendText(response, 400, 'upload refused: unknown address or wrong length');
  sendText(response, 200, `OK - ${bytes.length}`);
}

async function uploadedBytes(body: Buffer, contentType: string): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  for (const [, value] of form) if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  return Buffer.alloc(0);
}

const signInPage =
  '<!DOCTYPE html><html lang="en"><title>Sign in | Slack</title><h1>Sign in to your workspace</h1></html>';

/**
 * For apps: with the bot's token and `files:read`. Everybody else is sent to sign in, which ends with 200 and a page of HTML, as at
 * slack.com (slackapi/deno-slack-sdk#285).
 */
async function sendPrivateFile(
  slack: Slack,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (slack.faults.down() === 'reset') return void request.socket.destroy();
  const failing = slack.faults.meet('url_private');
  if (slack.faults.down() || failing?.status)
    return sendText(response, failing?.status ?? 503, 'upstream connect error');
  const { botToken, scopes } = slack.state.app;
  const isLetIn = request.headers.authorization === `Bearer ${botToken}` && scopes.includes('files:read');
  if (!isLetIn) return redirect(response, `/signin?${new URLSearchParams({ redir: request.url ?? '' })}`);
  return sendFile(slack, id, response);
}

async function sendFile(slack: Slack, id: string, response: ServerResponse): Promise<void> {
  const file = slack.state.files.get(id);
  const bytes = slack.uploads.bytes(id);
  if (!file || !bytes) return sendText(response, 404, 'not found');
  send(response, 200, bytes, {
    'content-type': file.mimetype,
    // What was uploaded never runs in the page's origin.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
  });
}
