import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';
import type { AskOptions, WorkOptions } from '../../ports/etcd.ts';
import { fault } from './faults.ts';
import type { Members, Question } from './members.ts';

// Who belongs to a cluster. Each function here is the port's method of its name.

const askAgainMs = 500;

export async function addLearner(
  members: Members,
  endpoint: string,
  peerUrl: string,
  options: WorkOptions,
): Promise<string> {
  const listed = await list(members, endpoint, options);
  // Asked for before, and the answer was lost.
  const same = listed.find((one) => one.name === '' && one.peerURLs.includes(peerUrl));
  if (same) return hexadecimal(same.ID);
  const answer = await onceAllowed(members, endpoint, options, {
    operation: 'add member',
    call: (client, calling) => client.cluster.memberAdd({ peerURLs: [peerUrl], isLearner: true }, calling),
  });
  return hexadecimal(answer.member.ID);
}

export async function removeMember(
  members: Members,
  endpoint: string,
  memberId: string,
  options: WorkOptions,
): Promise<void> {
  await orIsSo(/member not found/, () =>
    onceAllowed(members, endpoint, options, {
      operation: 'remove member',
      call: (client, calling) => client.cluster.memberRemove({ ID: decimal(memberId) }, calling),
    }),
  );
}

export async function promote(
  members: Members,
  endpoint: string,
  memberId: string,
  options: WorkOptions,
): Promise<void> {
  await orIsSo(/: can only promote a learner member$/, () =>
    onceAllowed(members, endpoint, options, {
      operation: 'promote',
      call: (client, calling) => client.cluster.memberPromote({ ID: decimal(memberId) }, calling),
    }),
  );
}

/** Asked for before, and the answer was lost: what etcd says then is no error. */
async function orIsSo(already: RegExp, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isSaid(error, already)) throw error;
  }
}

/**
 * What etcd says while it waits for something: for its members to have been connected for a while, or a learner to have caught up.
 * Source: etcd api/v3rpc/rpctypes/error.go.
 */
const notYet = /unhealthy cluster|re-configuration failed due to not enough started members|in sync with leader/;

const isSaid = (error: unknown, what: RegExp): error is Fault => error instanceof Fault && what.test(error.message);

async function onceAllowed<T>(
  members: Members,
  endpoint: string,
  { signal, timeLimitMs }: WorkOptions,
  question: Question<T>,
): Promise<T> {
  const until = performance.now() + timeLimitMs;
  for (;;) {
    try {
      return await members.ask(endpoint, question, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isSaid(error, notYet)) throw error;
      if (performance.now() + askAgainMs > until) throw notInTime(question.operation, timeLimitMs, error);
    }
    await pause(askAgainMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function list(members: Members, endpoint: string, { signal }: AskOptions) {
  const answer = await members.ask(
    endpoint,
    { operation: 'members', call: (client, options) => client.cluster.memberList({ linearizable: true }, options) },
    signal,
  );
  return answer.members;
}

function notInTime(operation: string, timeLimitMs: number, cause: Fault): Fault {
  const message = `etcd did not allow it within ${durationInWords(timeLimitMs)}: ${cause.message}`;
  return fault(operation, 'ETCD_TIME_LIMIT', message, false, {
    next: 'See which members answer, and look at the log and the disk of the new one.',
    cause,
  });
}

const hexadecimal = (decimal: string): string => BigInt(decimal).toString(16);
const decimal = (hexadecimal: string): string => BigInt(`0x${hexadecimal}`).toString();
