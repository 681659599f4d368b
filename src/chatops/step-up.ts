import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { SignIn } from '../ports/identity-provider.ts';
import type { Tickets } from '../ports/tickets.ts';
import type { Actor } from './access.ts';
import { type Answer, type Approval, Voter } from './approval.ts';
import type { VotingDesk } from './approval-desk.ts';
import { decide, voterOf } from './decide.ts';
import { Refusal } from './errors.ts';
import { canonicalJson, deedInWords } from './plan.ts';
import type { Report } from './report.ts';

/*
 * A stolen Slack session is not enough to approve. Where step-up is asked for, a vote is kept as an intent under a ticket that its person alone is
 * told; it is cast once they have signed in anew, as the very person who pressed.
 */

/** A vote that is not cast yet: whose, for what, and as of which plan. */
export const Intent = z.object({
  approval: z.string(),
  /** Of the plan that the person was shown. */
  digest: z.string(),
  /** What they typed as the target's name. */
  typed: z.string(),
  by: Voter,
  askedAt: z.coerce.date(),
  expiresAt: z.coerce.date(),
});
export type Intent = z.infer<typeof Intent>;

const lifetimeMs = 10 * 60_000;

/** 256 bits that nobody can guess, as 43 characters that stand in any URL. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export interface TicketParts {
  readonly tickets: Tickets;
  readonly clock: Clock;
  /** The page on which a ticket's person proves who they are. */
  pageOf(ticket: string): string;
}

/** The same desk, but a vote that wants step-up is kept, and its person told where to prove who they are. */
export function withStepUp<Desk extends Pick<VotingDesk, 'find' | 'vote'>>(desk: Desk, parts: TicketParts): Desk {
  const { tickets, clock, pageOf } = parts;
  return {
    ...desk,
    async vote(id: string, actor: Actor, answer: Answer) {
      if (answer.kind !== 'approve' || answer.provenAs !== undefined) return desk.vote(id, actor, answer);
      const approval = await desk.find(id);
      // Whoever would be refused anyway is refused now, by the desk, which puts it on record.
      if (!approval?.rule.stepUp || !wouldCount(approval, actor, answer, clock.now()))
        return desk.vote(id, actor, answer);
      const [ticket, intent] = [newSecret(), intentOf(approval, actor, answer.typed, clock.now())];
      await tickets.keep(ticket, intent, lifetimeMs);
      return notCastYet(approval, intent, pageOf(ticket));
    },
  };
}

function wouldCount(
  approval: Approval,
  actor: Actor,
  answer: Extract<Answer, { kind: 'approve' }>,
  now: Date,
): boolean {
  try {
    decide(approval, actor, { ...answer, provenAs: 'somebody' }, now);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function intentOf({ id, digest, expiresAt: countsUntil }: Approval, actor: Actor, typed: string, now: Date): Intent {
  const expiresAt = new Date(Math.min(now.getTime() + lifetimeMs, countsUntil.getTime()));
  return { approval: id, digest, typed, by: voterOf(actor), askedAt: now, expiresAt };
}

function notCastYet({ plan }: Approval, { expiresAt }: Intent, page: string): Report {
  return {
    tone: 'warning',
    title: `Your vote for the ${deedInWords(plan)} is not cast yet: prove who you are.`,
    text: [{ link: page, label: 'Sign in to cast it' }],
    facts: [{ label: 'The link works until', value: [{ time: expiresAt.toISOString() }] }],
    next: 'Sign in as yourself, on a device that you trust. The link is yours alone: pass it to nobody.',
  };
}

/**
 * All that belongs to one sign-in, from the one secret that the browser keeps in a cookie. The nonce, which comes back signed, is bound to the
 * approval, the person and the plan: a proof made for one vote fits no other.
 */
export function signInFor({ approval, by, digest }: Intent, secret: string): SignIn {
  const derived = (...parts: readonly string[]) =>
    createHmac('sha256', secret).update(canonicalJson(parts)).digest('base64url');
  return {
    state: derived('state'),
    verifier: derived('verifier'),
    nonce: derived('nonce', approval, by.id, by.team ?? '', digest),
  };
}
