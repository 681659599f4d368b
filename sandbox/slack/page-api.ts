import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actInMessage, actInView, elementAt } from './clicking.ts';
import { type Driver, messageAt, viewOf } from './driver.ts';
import { CannotDo } from './failures.ts';
import { readJson, send, sendJson, sendText } from './http.ts';
import { asRecord, asRecords, asText } from './json.ts';
import type { Attached, JsonObject, PageAnswer } from './model.ts';
import { pageState } from './page-state.ts';
import type { Outcome, Slack } from './slack.ts';
import { channelNamed, personNamed } from './state.ts';

const folder = fileURLToPath(new URL('./page/', import.meta.url));
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

type Deed = (slack: Slack, driver: Driver, body: JsonObject) => Promise<Outcome>;

const deeds: Readonly<Record<string, Deed>> = {
  command: (_, driver, body) => type(driver, body, asText(body.text)),
  message: (_, driver, body) => type(driver, body, asText(body.text)),
  action: act,
  submit: (_, driver, body) => driver.submits(asText(body.user), asText(body.view_id), asRecord(body.values)),
  close: (_, driver, body) => driver.closes(asText(body.user), asText(body.view_id)),
  home: (_, driver, body) => driver.opensHome(asText(body.user)),
  shortcut: (_, driver, body) =>
    driver.messageShortcut(asText(body.user), asText(body.channel), asText(body.ts), asText(body.callback_id)),
};

/** `/page/…`: the static page, and what it reads and does in the name of the person it acts as. */
export async function handlePage(
  slack: Slack,
  driver: Driver,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  try {
    if (request.method === 'POST') return sendJson(response, 200, { ...(await perform(slack, driver, path, request)) });
    if (path === 'state') {
      const state = pageState(slack, personNamed(slack.state, query.get('user') ?? ''));
      return send(response, 200, JSON.stringify(state), { 'content-type': 'application/json; charset=utf-8' });
    }
    if (path === 'events') return watch(slack, request, response);
    await sendStatic(path, response);
  } catch (error) {
    if (!(error instanceof CannotDo)) throw error;
    sendJson(response, request.method === 'POST' ? 200 : 404, { ok: false, error: error.message });
  }
}

async function perform(slack: Slack, driver: Driver, path: string, request: IncomingMessage): Promise<PageAnswer> {
  const deed = deeds[path];
  if (!deed) throw new CannotDo(`There is no /page/${path}.`);
  // A page of another origin must not act here; a browser sends JSON across origins only after asking.
  if (!request.headers['content-type']?.startsWith('application/json')) throw new CannotDo('Send JSON.');
  const outcome = await deed(slack, driver, await readJson(request));
  return outcome.ok ? { ok: true } : { ok: false, error: outcome.error };
}

function type(driver: Driver, body: JsonObject, text: string): Promise<Outcome> {
  const thread = asText(body.thread_ts);
  const files = asRecords(body.files).map(attached);
  return driver.types(asText(body.user), asText(body.channel), text, thread ? { thread, files } : { files });
}

function attached({ name, base64 }: JsonObject): Attached {
  return { name: asText(name), bytes: Buffer.from(asText(base64), 'base64') };
}

async function act(slack: Slack, _: Driver, body: JsonObject): Promise<Outcome> {
  const person = personNamed(slack.state, asText(body.user));
  const [blockId, actionId] = [asText(body.block_id), asText(body.action_id)];
  const choice = body.selected_options ?? body.selected_option ?? body.value;
  if (asText(body.view_id)) {
    const view = viewOf(slack, person, asText(body.view_id));
    return actInView(slack, person, view, elementAt(view.blocks, blockId, actionId), choice, asRecord(body.values));
  }
  const channel = channelNamed(slack.state, asText(body.channel));
  const message = messageAt(slack, channel, asText(body.ts), person);
  return actInMessage(slack, person, channel, message, elementAt(message.blocks, blockId, actionId), choice);
}

/** One `changed` event with the number of the latest change, at once and after every change. */
function watch(slack: Slack, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const tell = () => response.write(`event: changed\ndata: ${slack.state.seq()}\n\n`);
  tell();
  const stop = slack.state.onChanged(tell);
  request.on('close', stop);
}

async function sendStatic(path: string, response: ServerResponse): Promise<void> {
  const name = normalize(path || 'index.html');
  if (name.startsWith('..')) return sendText(response, 404, 'not found');
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (!bytes) return sendText(response, 404, 'not found');
  const contentType = contentTypes[extname(name)] ?? 'application/octet-stream';
  send(response, 200, bytes, { 'content-type': contentType, 'cache-control': 'no-store' });
}
