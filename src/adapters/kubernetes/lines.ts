import { Fault } from '../../chatops/errors.ts';
import { faultOf, type KubernetesAccess, type Question, tooLate, unreachable } from './ask.ts';
import { textOf } from './body.ts';
import { open } from './open.ts';

/** In characters. What is longer loses its beginning. */
const longestLine = 1024 ** 2;

/** The port's method of this name. Throws what `ask` and `faultOf` tell. */
export async function* lines(
  access: KubernetesAccess,
  question: Question & { readonly timeLimitMs: number },
): AsyncGenerator<string> {
  const { cluster, signal, timeLimitMs } = question;
  const limit = AbortSignal.timeout(timeLimitMs);
  const connection = new AbortController();
  try {
    const ends = AbortSignal.any([limit, connection.signal, ...(signal ? [signal] : [])]);
    const { status, at, body } = await open(access, question, ends);
    // There is no last part of an empty file.
    if (status === 416) return;
    if (status !== 200 && status !== 206) throw faultOf(question, { status, text: await textOf(body), at });
    const stream = body.stream();
    if (stream) yield* linesIn(stream);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Fault) throw cause;
    throw limit.aborted ? tooLate(question, timeLimitMs, cause) : unreachable(cluster, cause);
  } finally {
    connection.abort();
  }
}

async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const found = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = found.pop() ?? '';
    yield* found;
    if (rest.length > longestLine) rest = '';
  }
  if (rest !== '') yield rest;
}
