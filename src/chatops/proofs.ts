import type { Audit } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identity, IdentityProvider } from '../ports/identity-provider.ts';
import type { Tickets } from '../ports/tickets.ts';
import { type Actor, actorInWords } from './access.ts';
import type { Approval, Voter } from './approval.ts';
import type { VotingDesk } from './approval-desk.ts';
import { Refusal } from './errors.ts';
import { deedInWords } from './plan.ts';
import type { Report } from './report.ts';
import { type Intent, newSecret, signInFor } from './step-up.ts';

/** Clocks differ, and providers tell whole seconds. */
const clocksDifferMs = 30_000;

export interface ProofParts {
  readonly tickets: Tickets;
  readonly provider: IdentityProvider;
  readonly desk: Pick<VotingDesk, 'find' | 'vote'>;
  readonly audit: Pick<Audit, 'add'>;
  readonly clock: Clock;
  /** By what the claim says: the Slack member id. */
  readonly people: Readonly<Record<string, string>>;
  /** Whether a provider that does not tell when somebody signed in is believed to have asked: dex has no session, and does not tell. */
  readonly maySignInUndated: boolean;
  /** Who somebody is now, with the rights they hold now. Throws Refusal and Fault. */
  actorOf(voter: Voter): Promise<Actor>;
}

/** What the page does. Each throws Refusal, and then no vote was cast, and Fault, which says whether one was. */
export interface Proofs {
  /** What the vote is for, while it can still be cast. Changes nothing: programs that fetch links may come by. */
  show(ticket: string): Promise<Report>;
  /** Where to sign in; `secret` is what the browser must bring back. */
  begin(ticket: string): Promise<{ readonly url: URL; readonly secret: string }>;
  /** Casts the vote of `ticket`, at most once, if the person who comes back is the one who pressed. */
  finish(brought: URLSearchParams, ticket: string, secret: string): Promise<Report>;
}

interface Waiting {
  readonly intent: Intent;
  readonly approval: Approval;
}

export function createProofs(parts: ProofParts): Proofs {
  const { tickets, provider, desk, audit, clock } = parts;

  async function waiting(ticket: string): Promise<Waiting> {
    const intent = await tickets.find(ticket);
    const approval = intent && clock.now() < intent.expiresAt ? await desk.find(intent.approval) : undefined;
    if (!intent || !approval) throw isOver();
    if (approval.state === 'pending' && approval.digest === intent.digest) return { intent, approval };
    throw new Refusal('What you agreed to no longer waits for votes: nothing was cast.', lookInSlack);
  }

  async function proven(brought: URLSearchParams, { intent, approval }: Waiting, secret: string) {
    try {
      const identity = await provider.identify(brought, signInFor(intent, secret));
      mustBeFresh(identity, intent, parts.maySignInUndated);
      mustBeThePerson(identity, intent, parts.people);
      return { identity, actor: await parts.actorOf(intent.by) };
    } catch (error) {
      if (error instanceof Refusal) await record(error, intent, approval);
      throw error;
    }
  }

  /** Somebody else may hold this Slack account. */
  async function record({ message }: Refusal, { by, digest }: Intent, { id, plan }: Approval): Promise<void> {
    const about = { target: plan.target, by: actorInWords({ kind: 'person', ...by }), approval: id, digest };
    await audit.add({ kind: 'refusal', ...about, what: `did not prove who they are: ${message}` });
  }

  /** Nothing was cast: the right person may still come. */
  async function putBack(ticket: string, intent: Intent, error: unknown): Promise<never> {
    const leftMs = intent.expiresAt.getTime() - clock.now().getTime();
    if (leftMs > 0) await tickets.keep(ticket, intent, leftMs).catch(() => undefined);
    throw error;
  }

  return {
    async show(ticket) {
      const { intent, approval } = await waiting(ticket);
      return whatItIsFor(intent, approval);
    },
    async begin(ticket) {
      const { intent } = await waiting(ticket);
      const secret = newSecret();
      return { url: await provider.signInAt(signInFor(intent, secret)), secret };
    },
    async finish(brought, ticket, secret) {
      const { approval } = await waiting(ticket);
      // Taken before anything else: of two that come back at once the second would spoil the code of the first.
      const intent = await tickets.take(ticket);
      if (!intent) throw isOver();
      const { identity, actor } = await proven(brought, { intent, approval }, secret).catch((error) =>
        putBack(ticket, intent, error),
      );
      const provenAs = `${identity.issuer} ${identity.subject}`;
      const { typed, digest } = intent;
      const said = await desk.vote(approval.id, actor, { kind: 'approve', typed, digest, provenAs });
      return cast(approval, identity.name, said);
    },
  };
}

/** A session at the provider from before is no proof: it may be a computer that was left alone. */
function mustBeFresh({ signedInAt }: Identity, { askedAt }: Intent, maySignInUndated: boolean): void {
  if (signedInAt === undefined && maySignInUndated) return;
  if (signedInAt === undefined)
    throw new Refusal(
      'The provider does not tell when you signed in: nothing was cast.',
      'Whoever runs Salvor should read about authTime under oidc in salvor.example.yaml.',
    );
  if (signedInAt.getTime() >= askedAt.getTime() - clocksDifferMs) return;
  throw new Refusal('You signed in before you voted, not for this vote: nothing was cast.', [
    'Open the link in your Slack message again, and give your password or key when you are asked for it.',
  ]);
}

function mustBeThePerson({ name }: Identity, { by }: Intent, people: ProofParts['people']): void {
  const member = Object.hasOwn(people, name) ? people[name] : undefined;
  if (member === by.id) return;
  if (member === undefined)
    throw new Refusal(
      `Salvor does not know who ${name} is in Slack: nothing was cast.`,
      `If you are ${by.name}, whoever keeps salvor.yaml can add ${name} to people under oidc. If you are not, tell ${by.name}: this link was theirs alone.`,
    );
  throw new Refusal(
    `You signed in as ${name}, and ${by.name} pressed the button in Slack: nothing was cast.`,
    `If you are ${by.name}, sign in as yourself. If you are not, tell ${by.name}: this link was theirs alone.`,
  );
}

const lookInSlack = 'Look at the approval’s message in Slack: it says whose votes count, and takes yours.';

const isOver = (): Refusal =>
  new Refusal('This link was used already, or its 10 minutes are over: nothing was cast now.', lookInSlack);

function whatItIsFor({ by, expiresAt, digest }: Intent, { plan, requester, words }: Approval): Report {
  return {
    tone: 'warning',
    title: `Prove that you are ${by.name}, to approve the ${deedInWords(plan)}`,
    text: `${by.name} pressed Approve in Slack. The vote counts once ${by.name} has signed in here.`,
    facts: [
      { label: 'Asked by', value: [`${requester.name}: `, { code: words }] },
      ...plan.losses.slice(0, 4).map((value, index) => ({ label: index === 0 ? 'What is lost' : 'And', value })),
      { label: 'Plan', value: `SHA-256 ${digest}` },
      { label: 'This link works until', value: [{ time: expiresAt.toISOString() }] },
    ],
    next: `If you did not press Approve, do not sign in: somebody else uses the Slack account of ${by.name}. Tell whoever looks after Slack, and the others in the channel.`,
  };
}

function cast({ plan }: Approval, name: string, said: Report | undefined): Report {
  const title = `Your vote for the ${deedInWords(plan)} is cast.`;
  const text = said ? `${said.title} You signed in as ${name}.` : `You signed in as ${name}.`;
  return { tone: 'good', title, text, next: 'You can close this page. Slack shows what becomes of it.' };
}
