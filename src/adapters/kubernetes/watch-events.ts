import type { ResponseBody } from '@kubernetes/client-node';
import { z } from 'zod';
import { Fault } from '../../chatops/errors.ts';
import type { Listing } from '../../ports/kubernetes.ts';
import { faultOf, type KubernetesAccess, type Question, unreachable } from './ask.ts';
import { textOf } from './body.ts';
import { type Opened, open } from './open.ts';

/** A line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  /** Of the object: where to go on from. */
  readonly version: string;
  /** By the API server's clock, to about a second. */
  readonly at: Date;
}

export interface Watching {
  readonly access: KubernetesAccess;
  readonly cluster: string;
  readonly listing: Listing;
  /** The version to go on from. */
  readonly from: string;
  readonly signal: AbortSignal;
  readonly silenceMs: number;
}

const headersWithinMs = 30_000;
/** The API server ends it after so long, which is usual. */
const timeoutSeconds = '300';
const longestLine = 10_000_000;

const Line = z.object({ type: z.string(), object: z.unknown() });
const Versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const Status = z.object({ code: z.number().optional(), message: z.string().default('') });

/**
 * What happens from a version on. Ends when the API server ends it, when nothing was said for a while, and when the signal fires. Throws Fault:
 * KUBERNETES_EXPIRED too, which comes with status 200 and an event in it.
 */
export async function* watchEvents(watching: Watching): AsyncGenerator<WatchEvent> {
  const { cluster, listing, from } = watching;
  const query = {
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds,
    resourceVersion: from,
    ...selectors(listing),
  };
  const question = { cluster, path: listing.path, query };
  const connection = new AbortController();
  const signal = AbortSignal.any([connection.signal, watching.signal]);
  try {
    const opened = await openWithin(watching.access, question, connection, signal);
    const openedMs = performance.now();
    if (opened.status !== 200) {
      throw faultOf(question, { status: opened.status, text: await textOf(opened.body), at: opened.at });
    }
    for await (const line of linesOf(opened.body, connection, watching.silenceMs)) {
      yield eventOf(question, line, new Date(opened.at.getTime() + performance.now() - openedMs));
    }
  } catch (cause) {
    if (watching.signal.aborted || cause === silence || signal.reason === silence) return;
    throw cause instanceof Fault ? cause : unreachable(cluster, cause);
  } finally {
    connection.abort();
  }
}

export const selectors = ({ labelSelector, fieldSelector }: Listing) => ({ labelSelector, fieldSelector });

/** Why a connection is given up on which nothing is said. */
const silence = new Error('silence');

/** The client has no time limit of its own. */
async function openWithin(
  access: KubernetesAccess,
  question: Question,
  connection: AbortController,
  signal: AbortSignal,
): Promise<Opened> {
  const late = setTimeout(
    () => connection.abort(new Error(`no answer within ${headersWithinMs / 1000} s`)),
    headersWithinMs,
  );
  try {
    return await open(access, question, signal);
  } finally {
    clearTimeout(late);
  }
}

/** Whole lines only: what a cut connection leaves of one is dropped, since it comes again. What comes without end and is no line is silence too. */
async function* linesOf(body: ResponseBody, connection: AbortController, silenceMs: number): AsyncGenerator<string> {
  const stream = body.stream();
  if (!stream) return;
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const waiting = () => setTimeout(() => connection.abort(silence), silenceMs);
  let rest = '';
  let silent = waiting();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) throw new Error('a line without an end');
      const told = lines.filter((line) => line.trim() !== '');
      if (told.length === 0) continue;
      clearTimeout(silent);
      yield* told;
      silent = waiting();
    }
  } finally {
    clearTimeout(silent);
  }
}

function eventOf(question: Question, line: string, at: Date): WatchEvent {
  const { type, object } = parsed(question, line, Line);
  if (type === 'ERROR') {
    const { code = 500, message } = Status.parse(object ?? {});
    throw faultOf(question, { status: code, text: JSON.stringify({ message }), at });
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED' && type !== 'BOOKMARK') throw notOne(question);
  return { type, object, version: parsed(question, object, Versioned).metadata.resourceVersion, at };
}

function parsed<T>(question: Question, what: unknown, shape: z.ZodType<T>): T {
  try {
    return shape.parse(typeof what === 'string' ? JSON.parse(what) : what);
  } catch (cause) {
    throw notOne(question, cause);
  }
}

const notOne = ({ cluster, path }: Question, cause?: unknown): Fault =>
  new Fault(`What answers for the API server of ${cluster} to a watch of ${path} is not one.`, {
    ...{ port: 'kubernetes', operation: 'watch', code: 'KUBERNETES_ANSWER', retryable: true, cause },
    next: 'Look at the server in its kubeconfig: a proxy may stand in front of it.',
  });
