import { randomBytes } from 'node:crypto';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { Report } from '../chatops/report.ts';
import type { Logger } from '../ports/logger.ts';
import type { Seen } from '../ports/seen.ts';
import type { Tracer } from '../ports/tracer.ts';
import type { Answers, Listener } from './answers.ts';

/** Slack repeats a delivery for some minutes at most. */
const repeatsForMs = 10 * 60_000;

export interface Hearing {
  /**
   * Handles one delivery: once however often it comes, and never without an answer. What failed for want of Redis or Slack may
   * be delivered again; a refusal is an end. `work` answers with what its person alone is to read, if anything.
   */
  handle(delivery: Delivery, work: () => Promise<Report | undefined>): Promise<void>;
}

export interface Delivery {
  /** The same for every delivery of the same thing: an event's id, a command's trigger, a press. */
  readonly key: string;
  readonly kind: 'command' | 'press' | 'mention' | 'shortcut' | 'submission';
  readonly listener: Listener;
  /** The run, approval or group of alerts of which something new is to come, by its id: for traces. */
  readonly about?: string | undefined;
}

export function createHearing(seen: Seen, answers: Answers, logger: Logger, tracer: Tracer): Hearing {
  async function once(delivery: Delivery, work: () => Promise<Report | undefined>): Promise<Report | undefined> {
    if (!(await seen.first(delivery.key, repeatsForMs))) {
      logger.info({ kind: delivery.kind }, 'a delivery came again and was left alone');
      return undefined;
    }
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal)) await seen.forget(delivery.key).catch(() => undefined);
      throw error;
    }
  }

  return {
    handle: (delivery, work) =>
      tracer.entering(`slack ${delivery.kind}`, {}, async () => {
        if (delivery.about !== undefined) await tracer.about(delivery.about);
        const report = await once(delivery, work).catch((error: unknown) => apologise(error, delivery, logger));
        if (report) await answers.privately(delivery.listener, report);
      }),
  };
}

/** What a person reads in place of an answer. Details of a bug are for the log; its number finds them there. */
function apologise(error: unknown, { kind, listener }: Delivery, logger: Logger): Report {
  if (error instanceof Refusal) {
    return { tone: 'warning', title: error.message, ...(error.next === undefined ? {} : { next: error.next }) };
  }
  if (error instanceof Fault) {
    logger.warn({ kind, user: listener.user, code: error.code, err: error }, 'a request failed');
    const facts = [{ label: 'Code', value: [{ code: error.code }] }];
    return { tone: 'bad', title: error.message, facts, next: error.next ?? 'Try again in a moment.' };
  }
  const number = randomBytes(4).toString('hex');
  logger.error({ kind, user: listener.user, number, err: error }, 'a request met a mistake of our own');
  return {
    tone: 'bad',
    title: 'Salvor made a mistake of its own, and cannot say whether it did what you asked.',
    next: [`Tell whoever runs Salvor this number: ${number}. Look at `, { command: 'runs' }],
  };
}
