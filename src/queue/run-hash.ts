import { Fault } from '../chatops/errors.ts';
import { RunRecord } from '../chatops/run.ts';

/** A run as it lies in Redis: field and value, one after the other. */
export type RunHash = readonly string[];

/** The record a hash holds; undefined when there is none. Throws Fault when another version of Salvor wrote what this one cannot read. */
export function parseRun(hash: RunHash): RunRecord | undefined {
  if (hash.length === 0) return undefined;
  try {
    return RunRecord.parse(fields(hash));
  } catch (cause) {
    throw unreadable(cause);
  }
}

const unreadableCode = 'RUN_UNREADABLE';

/** What is said of a record that is none, or none of this version. */
export function unreadable(cause: unknown): Fault {
  return new Fault('A run is recorded in a way this version of Salvor does not understand.', {
    port: 'runs',
    operation: 'read',
    retryable: false,
    code: unreadableCode,
    next: 'Run the same version of Salvor everywhere.',
    cause,
  });
}

export const isUnreadable = (error: unknown): boolean => error instanceof Fault && error.code === unreadableCode;

function fields(hash: RunHash): unknown {
  const is = toObject(hash);
  const asked = JSON.parse(is.run ?? '{}');
  return {
    ...asked,
    ...(asked.thread === undefined ? {} : { thread: { ...asked.thread, ts: is.ts, root: is.root } }),
    state: is.state,
    attempt: Number(is.attempt),
    handovers: Number(is.handovers),
    note: is.note,
    worker: is.worker,
    steps: parsed(is.steps) ?? [],
    progress: parsed(is.progress),
    memory: parsed(is.memory),
    cancel: parsed(is.cancel),
    startedAt: is.startedAt,
    endedAt: is.endedAt,
    report: parsed(is.report),
  };
}

function toObject(hash: RunHash): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (let at = 0; at + 1 < hash.length; at += 2) pairs[hash[at] ?? ''] = hash[at + 1] ?? '';
  return pairs;
}

const parsed = (json: string | undefined): unknown => (json === undefined ? undefined : JSON.parse(json));
