import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { Fault } from '../chatops/errors.ts';
import type { Posting } from '../chatops/reception.ts';
import type { Run, RunRecord } from '../chatops/run.ts';
import type { Logger } from '../ports/logger.ts';
import type { Claim, Letter, Outbox } from '../ports/outbox.ts';
import type { Clients } from './clients.ts';
import { createGates, type Gate, NotNow, openGate } from './gate.ts';
import { type AlertParts, sayRemark, showAlert } from './outbox/alerts.ts';
import { type ApprovalParts, showApproval } from './outbox/approvals.ts';
import { cardOf, showCard, wasWithdrawn } from './outbox/cards.ts';
import { createMail, type Mail } from './outbox/mail.ts';
import { placeTrouble } from './outbox/place.ts';
import { say } from './outbox/sayings.ts';
import { troubleIn } from './trouble.ts';

export interface SenderParts extends ApprovalParts, AlertParts {
  readonly outbox: Outbox;
  readonly clients: Clients;
  readonly logger: Logger;
  /** How long an empty outbox is left alone. */
  readonly idleMs?: number;
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface Sender {
  /** Begins to send what waits. */
  start(): void;
  /** Ends when the letters under way are put down. */
  stop(): Promise<void>;
  /** Sends the most overdue letter; false when none is due. */
  sendNext(): Promise<boolean>;
  /** Posts the root message of a run that was just recorded, while its person waits: answers within about 1.5 s. */
  postCard(run: Run): Promise<Posting>;
}

/** What became of a letter. */
type Verdict =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later'; readonly at: Date; readonly why: string; readonly isUntried?: boolean }
  | { readonly kind: 'never'; readonly why: string };

/** Longer than any letter takes with every call at its timeout, files aside. */
const claimMs = 60_000;
const personWaitsMs = 1500;
/** While one waits a second for its channel's turn, others speak in theirs: of many clusters each has one. */
const lanes = 8;
export function createSender(parts: SenderParts): Sender {
  const { outbox, runs, clock, logger, idleMs = 500 } = parts;
  const wait = parts.wait ?? pause;
  const gates = createGates({ outbox, clock, wait });
  const underWay = new Set<Promise<unknown>>();
  const stopping = new AbortController();

  async function deliver(claim: Claim, client: WebClient, gate: Gate): Promise<Verdict> {
    try {
      await send(claim, claim.letter, createMail(client, gate, logger));
      return { kind: 'sent' };
    } catch (error) {
      return judge(error, claim, gate);
    }
  }

  function send(claim: Claim, letter: Letter, mail: Mail): Promise<void> {
    switch (letter.kind) {
      case 'card':
        return showCard(letter, claim.tries, mail, parts);
      case 'approval':
        return showApproval(letter, claim.tries, mail, parts);
      case 'say':
        return say(claim, letter, mail, parts);
      case 'alert':
        return showAlert(claim, letter, mail, parts);
      case 'remark':
        return sayRemark(claim, letter, mail, parts);
    }
  }

  function judge(error: unknown, claim: Claim, gate: Gate): Verdict {
    // A second try looks first whether the first was heard, in the channel's history, of which Slack tells 50 times a minute and no more: with hundreds of
    // alerts at once each would wait for the others' looking. Where nothing was said there is nothing to look for.
    if (error instanceof NotNow)
      return { kind: 'later', at: error.at, why: error.message, isUntried: !gate.wasTried() };
    // Our own memory is away; it will be back.
    if (error instanceof Fault && error.retryable) return later(backoffMs(claim.tries), error.code);
    const trouble = troubleIn(error);
    // A bug of ours. Trying for ever would hide it, so it ends at some point.
    if (!trouble) {
      logger.error({ letter: claim.id, tries: claim.tries, err: error }, 'a letter could not be sent');
      const why = error instanceof Error ? error.message : 'unknown';
      return claim.tries < 20 ? later(backoffMs(claim.tries), why) : { kind: 'never', why };
    }
    if (trouble.kind === 'refused') return { kind: 'never', why: trouble.code };
    if (trouble.kind === 'limited')
      return { ...later(trouble.retryAfterMs, 'ratelimited'), isUntried: !gate.wasTried() };
    if (trouble.kind === 'locked-out') {
      logger.error({ letter: claim.id, code: trouble.code }, 'Slack does not let the app in');
      return later(60_000, trouble.code);
    }
    return later(backoffMs(claim.tries), trouble.code);
  }

  const later = (ms: number, why: string) => ({
    kind: 'later' as const,
    at: new Date(clock.now().getTime() + ms),
    why,
  });

  async function settle(claim: Claim, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'sent') return outbox.sent(claim);
    if (verdict.kind === 'later')
      return outbox.postpone(claim, verdict.at, verdict.why, { isUntried: verdict.isUntried ?? false });
    if (await withdraw(claim, verdict.why)) return outbox.sent(claim);
    logger.error({ letter: claim.id, why: verdict.why }, 'Slack refused a letter for good');
    return outbox.giveUp(claim, verdict.why);
  }

  /**
   * A person asked in a channel where nothing can be said, and nothing has begun: nothing will. What a schedule asked for goes
   * on, for a backup is worth more than its message.
   */
  async function withdraw(claim: Claim, why: string): Promise<boolean> {
    const trouble = placeTrouble(why, parts.botName());
    if (claim.letter.kind !== 'card' || !trouble) return false;
    const run = await runs.find(claim.letter.runId);
    if (!run || run.thread?.ts !== undefined || run.attempt > 0 || run.actor.kind !== 'person') return false;
    const report = { tone: 'bad', title: trouble.reason, changed: 'nothing', next: trouble.next } as const;
    return (await runs.end(run.id, undefined, { state: 'refused', report })) || wasWithdrawn(run);
  }

  async function sendNext(): Promise<boolean> {
    const claim = await outbox.claim(claimMs);
    if (!claim) return false;
    await settle(claim, await deliver(claim, parts.clients.background, gates(claim.tries)));
    return true;
  }

  async function lane(): Promise<void> {
    while (!stopping.signal.aborted) {
      const worked = await sendNext().catch((error) => {
        logger.warn({ err: error }, 'the outbox could not be read');
        return false;
      });
      if (!worked) await wait(idleMs, stopping.signal);
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    void work.finally(() => underWay.delete(work)).catch(() => undefined);
    return work;
  }

  async function postCard(run: Run): Promise<Posting> {
    const claim = await outbox.claimOne(cardOf(run.id), claimMs);
    if (!claim) return watch(run.id);
    const work = track(
      deliver(claim, parts.clients.interactive, openGate(outbox)).then(async (verdict) => {
        await settle(claim, verdict);
        return verdict;
      }),
    );
    const verdict = await Promise.race([work, giveUpAfter(personWaitsMs)]);
    if (verdict === undefined) return { kind: 'later' };
    return posting(verdict);
  }

  function posting(verdict: Verdict): Posting {
    if (verdict.kind === 'sent') return { kind: 'posted' };
    const trouble = verdict.kind === 'never' ? placeTrouble(verdict.why, parts.botName()) : undefined;
    return trouble ? { kind: 'refused', ...trouble } : { kind: 'later' };
  }

  /** Another sender was quicker: what becomes of it shows in the run. */
  async function watch(runId: string): Promise<Posting> {
    for (let waitedMs = 0; waitedMs < personWaitsMs; waitedMs += 100) {
      const run = await runs.find(runId);
      if (run?.thread?.ts !== undefined) return { kind: 'posted' };
      if (run && wasWithdrawn(run)) return refusedIn(run);
      await wait(100);
    }
    return { kind: 'later' };
  }

  /** Races with `work`, whose result is used when it comes; nothing waits for this one afterwards. */
  async function giveUpAfter(ms: number): Promise<undefined> {
    await wait(ms);
    return undefined;
  }

  return {
    sendNext,
    postCard,
    start() {
      for (let index = 0; index < lanes; index += 1) track(lane());
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(underWay);
    },
  };
}

function refusedIn({ report }: RunRecord): Posting {
  const next = typeof report?.next === 'string' ? report.next : 'Ask again in another channel.';
  return { kind: 'refused', reason: report?.title ?? 'This channel takes no message of mine.', next };
}

/** 1 s, 2 s, 4 s … half a minute at most: an outage of a minute is over soon after it ends. */
function backoffMs(tries: number): number {
  return Math.min(1000 * 2 ** Math.min(tries, 5), 30_000);
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { ref: false, ...(signal ? { signal } : {}) }).catch(() => undefined);
}
