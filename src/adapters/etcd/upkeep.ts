import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';
import type { AskOptions, EtcdAlarm, WorkOptions } from '../../ports/etcd.ts';
import { fault } from './faults.ts';
import type { Members, Question } from './members.ts';

// What members are asked to do for their own good. Each function here is the port's method of its name.

const askAgainMs = 200;

/** A linearizable read of a key that nobody has: answered once the member has applied what was committed when it was asked. */
const readThrough: Question<{ readonly header: { readonly revision: string } }> = {
  operation: 'catch up',
  call: (client, options) => client.kv.range({ key: Buffer.from([0]), limit: 1 }, options),
};

export async function catchUp(
  members: Members,
  endpoint: string,
  { signal, timeLimitMs }: WorkOptions,
): Promise<bigint> {
  const until = performance.now() + timeLimitMs;
  for (;;) {
    try {
      const question = { ...readThrough, timeLimitMs: until - performance.now() };
      return BigInt((await members.ask(endpoint, question, signal)).header.revision);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Fault) || !error.retryable) throw error;
      if (performance.now() + askAgainMs > until) throw notWellInTime(endpoint, timeLimitMs, error);
    }
    await pause(askAgainMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

export async function compact(
  members: Members,
  endpoint: string,
  revision: bigint,
  { signal, timeLimitMs }: WorkOptions,
): Promise<void> {
  const request = { revision: revision.toString(), physical: true };
  const compaction: Question<unknown> = {
    operation: 'compact',
    timeLimitMs,
    call: (client, options) => client.kv.compact(request, options),
  };
  try {
    await members.ask(endpoint, compaction, signal);
  } catch (error) {
    // Said only after the member has freed the pages all the same. Source: etcd server/storage/mvcc, kvstore.go, checkPrevCompactionCompleted.
    if (error instanceof Fault && error.message.includes('required revision has been compacted')) return;
    throw inTime(error, 'compact', `${endpoint} has not freed its history within ${durationInWords(timeLimitMs)}`);
  }
}

export async function defragment(
  members: Members,
  endpoint: string,
  { signal, timeLimitMs }: WorkOptions,
): Promise<void> {
  const work: Question<unknown> = {
    operation: 'defragment',
    timeLimitMs,
    call: (client, options) => client.maintenance.defragment(options),
  };
  try {
    await members.ask(endpoint, work, signal);
  } catch (error) {
    const limit = durationInWords(timeLimitMs);
    throw inTime(error, 'defragment', `${endpoint} has not ended its defragmentation within ${limit}`);
  }
}

export async function disarm(
  members: Members,
  endpoint: string,
  alarm: EtcdAlarm,
  { signal }: AskOptions,
): Promise<void> {
  const request = {
    action: 'Deactivate' as const,
    memberID: alarm.memberId === undefined ? '0' : BigInt(`0x${alarm.memberId}`).toString(),
    alarm: kindOf(alarm),
  };
  await members.ask(
    endpoint,
    { operation: 'disarm', call: (client, options) => client.maintenance.alarm(request, options) },
    signal,
  );
}

function kindOf({ kind }: EtcdAlarm): 'Nospace' | 'Corrupt' {
  if (kind === 'NOSPACE') return 'Nospace';
  if (kind === 'CORRUPT') return 'Corrupt';
  throw fault('disarm', 'ETCD_ANSWER', `etcd has no alarm ${kind}`, false);
}

/** A deadline of our own: the member knows nothing of it and works on. */
function inTime(error: unknown, operation: string, message: string): unknown {
  if (!(error instanceof Fault) || error.code !== 'ETCD_TIMEOUT') return error;
  return fault(operation, 'ETCD_TIME_LIMIT', message, false, {
    next: 'It goes on with it by itself: look at its disk and its log, and wait until it is done before doing anything else.',
    cause: error,
  });
}

function notWellInTime(endpoint: string, timeLimitMs: number, cause: Fault): Fault {
  const message = `${endpoint} was not well within ${durationInWords(timeLimitMs)}: ${cause.message}`;
  return fault('catch up', 'ETCD_TIME_LIMIT', message, false, {
    next: 'Look at its disk and its log; do nothing to another member before this one is well.',
    cause,
  });
}
