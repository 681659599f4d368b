import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { endTree } from './end-tree.ts';

export interface PlaybookProcess {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly timeLimitMs: number;
  /** After so long without a word from this worker it ends by itself. */
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told each line of events as it comes. What it throws ends the playbook and is thrown on. */
  readonly onLine: (line: string) => void;
  /** Told once it runs. */
  readonly onStarted: (pid: number) => void;
}

export interface PlaybookEnd {
  readonly code: number | undefined;
  readonly isLate: boolean;
  /** The end of what it printed besides events. */
  readonly said: string;
}

const eventsAt = 3;
const lifelineAt = 4;
const keptCharacters = 8192;

/**
 * Runs ansible-playbook to its end, in a process group of its own. It lives as long as this worker keeps telling it so; at the time limit, and when
 * the signal fires, it is ended with all it started here, and its end is waited for.
 */
export async function runPlaybook(started: PlaybookProcess): Promise<PlaybookEnd> {
  const { signal, timeLimitMs, onLine } = started;
  const child = start(started);
  const end = () => void (child.pid !== undefined && endTree(child.pid));
  const beat = keepAlive(child, started.silenceMs);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    end();
  }, timeLimitMs);
  let thrown: { readonly error: unknown } | undefined;
  const heard = hear(child, (line) => {
    if (thrown) return;
    try {
      onLine(line);
    } catch (error) {
      thrown = { error };
      end();
    }
  });
  signal?.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  try {
    const [code, said] = await Promise.all([ended(child), heard]);
    signal?.throwIfAborted();
    if (thrown) throw thrown.error;
    return { code, isLate, said };
  } finally {
    clearInterval(beat);
    clearTimeout(limit);
    signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}

function start({ program, words, environment, directory, silenceMs, onStarted }: PlaybookProcess): ChildProcess {
  const child = spawn(program, words, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: {
      ...environment,
      SALVOR_EVENTS_FD: String(eventsAt),
      SALVOR_LIFELINE_FD: String(lifelineAt),
      SALVOR_SILENCE_SECONDS: String(silenceMs / 1000),
    },
  });
  if (child.pid !== undefined) onStarted(child.pid);
  return child;
}

function keepAlive(child: ChildProcess, silenceMs: number): NodeJS.Timeout {
  const lifeline = child.stdio[lifelineAt];
  // It may have ended since.
  if (lifeline instanceof Writable) lifeline.on('error', () => undefined);
  return setInterval(() => {
    if (lifeline instanceof Writable && lifeline.writable) lifeline.write('.');
  }, silenceMs / 5);
}

/** Passes events on, and answers the end of what was printed besides, once both have ended. */
async function hear(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-keptCharacters);
    });
  }
  const events = child.stdio[eventsAt];
  if (events instanceof Readable) {
    await new Promise((resolve) => createInterface({ input: events }).on('line', onLine).once('close', resolve));
  }
  return said;
}

const ended = (child: ChildProcess): Promise<number | undefined> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code ?? undefined));
  });
