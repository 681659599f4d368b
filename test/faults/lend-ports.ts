import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { Fault } from '../../src/chatops/errors.ts';

/** What a process asks of this one, see fixtures/lent-ports.ts. */
const Message = z.union([
  z.object({ asks: z.number(), run: z.string(), port: z.string(), method: z.string(), args: z.array(z.unknown()) }),
  z.object({ aborts: z.number() }),
]);

/** `run` is who asks: a run that carries something out, or 'plan'. */
export interface Asked {
  readonly run: string;
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Fires when the process is gone or falls silent, too: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  tell(event: unknown): void;
}

export interface Lending {
  /** What the process has under way ends, as when it says nothing any more. */
  cut(): void;
}

/** Answers what a process asks, in this one: what it works on outlives it. */
export function lendPorts(child: ChildProcess, answer: (asked: Asked) => Promise<unknown>): Lending {
  const underWay = new Map<number, AbortController>();
  const send = (message: object) => void (child.connected && child.send(message));
  const cut = () => {
    for (const stop of underWay.values()) stop.abort(silence());
  };
  child.on('message', (message) => {
    const said = Message.parse(message);
    if ('aborts' in said) return underWay.get(said.aborts)?.abort(new Error('aborted by who asked'));
    const { asks: id, ...asked } = said;
    const stop = new AbortController();
    underWay.set(id, stop);
    answer({ ...asked, signal: stop.signal, tell: (event) => send({ tells: id, event }) })
      .then(
        (value) => send({ answers: id, value }),
        (error: unknown) => send({ answers: id, error: inWords(error) }),
      )
      .finally(() => underWay.delete(id));
  });
  child.once('disconnect', cut);
  return { cut };
}

/** As the adapter says it of a playbook whose worker fell silent. */
const silence = (): Fault =>
  new Fault('It ended without a result (killed).', {
    ...{ port: 'ansible', operation: 'run', code: 'ANSIBLE_BROKEN', retryable: false },
  });

function inWords(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Fault)) return { message };
  const { port, operation, retryable, code } = error;
  return { message, fault: { port, operation, retryable, code, ...(error.next ? { next: error.next } : {}) } };
}
