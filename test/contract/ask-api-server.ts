import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** An API server to ask: the sandbox's, or a real one. */
export interface Api {
  readonly url: string;
  readonly ca: string;
  /** Of a member of system:masters, and of somebody who may do nothing. */
  readonly tokens: { readonly admin: string; readonly nobody: string };
  /** Forgets what was before that revision, as etcd's compaction and a restart of the API server do. */
  forget(revision: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The admin's unless told; null for none. */
  readonly token?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed where it is JSON, as text where it is not. */
  readonly body: unknown;
}

type Server = Pick<Api, 'url' | 'ca' | 'tokens'>;

function send(api: Server, question: Question, signal?: AbortSignal): Promise<IncomingMessage> {
  const { method = 'GET', path, query = {}, headers = {}, body, token = api.tokens.admin } = question;
  const url = new URL(path, api.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      ca: api.ca,
      headers: { ...headers, ...authorization },
      agent: false,
      ...(signal ? { signal } : {}),
    });
    sent.once('response', resolve).once('error', reject);
    sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

export async function ask(api: Server, question: Question): Promise<Answer> {
  const response = await send(api, question);
  let text = '';
  for await (const piece of response.setEncoding('utf8')) text += piece;
  return { status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const Metadata = z.looseObject({
  name: z.string().optional(),
  resourceVersion: z.string().optional(),
  continue: z.string().optional(),
  remainingItemCount: z.number().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export const Thing = z.looseObject({
  kind: z.string().optional(),
  metadata: Metadata.default({}),
  code: z.number().optional(),
  message: z.string().optional(),
});
export const Version = z.object({ minor: z.string() });
export const List = z.looseObject({ kind: z.string(), metadata: Metadata, items: z.array(Thing) });
const WatchEvent = z.object({ type: z.string(), object: Thing });
export type WatchEvent = z.infer<typeof WatchEvent>;

export interface WatchSeen {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: readonly WatchEvent[];
  readonly endedBy: 'server' | 'client';
}

/** Watches until so many events came, the server ended it, or that much time is over. */
export async function watch(
  api: Server,
  question: Question,
  until: { readonly events?: number; readonly ms: number; readonly meanwhile?: () => Promise<void> },
): Promise<WatchSeen> {
  const stop = new AbortController();
  const response = await send(api, { ...question, query: { watch: '1', ...question.query } }, stop.signal);
  const events: WatchEvent[] = [];
  let endedBy: WatchSeen['endedBy'] = 'server';
  const leave = () => {
    endedBy = 'client';
    stop.abort();
  };
  const timer = setTimeout(leave, until.ms);
  const doing = until.meanwhile?.();
  try {
    for await (const line of createInterface({ input: response })) {
      events.push(WatchEvent.parse(JSON.parse(line)));
      if (events.length === until.events) leave();
      if (stop.signal.aborted) break;
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  await doing;
  return { status: response.statusCode ?? 0, headers: response.headers, events, endedBy };
}
