import type { Actor } from '../../src/chatops/access.ts';
import type { Approval } from '../../src/chatops/approval.ts';
import type { VotingDesk } from '../../src/chatops/approval-desk.ts';
import { changeApproval } from '../../src/chatops/change-approval.ts';
import { countedInWords, decide } from '../../src/chatops/decide.ts';
import { createProofs, type Proofs } from '../../src/chatops/proofs.ts';
import { withStepUp } from '../../src/chatops/step-up.ts';
import type { Approvals } from '../../src/ports/approvals.ts';
import type { IdentityProvider } from '../../src/ports/identity-provider.ts';
import type { Tickets } from '../../src/ports/tickets.ts';
import { people } from '../people.ts';
import { createFakeApprovals } from './approvals.ts';
import { anApproval } from './approvals-to-show.ts';
import { createFakeAudit, type FakeAudit } from './audit.ts';
import { createFakeClock, type FakeClock } from './clock.ts';
import { createFakeOutbox } from './outbox.ts';
import { createFakeTickets } from './tickets.ts';

export interface ProofHouse {
  readonly clock: FakeClock;
  readonly audit: FakeAudit;
  readonly approvals: Approvals;
  readonly tickets: Tickets;
  readonly proofs: Proofs;
  readonly desk: Pick<VotingDesk, 'find' | 'vote'>;
  /** What people hold from now on. */
  readonly rights: Map<string, Actor>;
  /** Opens an approval of a plan, which wants proofs unless told otherwise. */
  asks(change?: Partial<Approval>): Promise<Approval>;
  /** Presses Approve, and answers the ticket in the link. */
  presses(by: Actor, approval: Approval): Promise<string>;
  votes(approval: Approval): Promise<readonly string[]>;
}

/** A desk that decides, tickets, and what people prove on the page; time begins now, since providers know no other. */
export async function createProofHouse(
  provider: IdentityProvider,
  change: { readonly maySignInUndated?: boolean; readonly pageOf?: (ticket: string) => string } = {},
): Promise<ProofHouse> {
  const clock = createFakeClock(new Date());
  const [audit, approvals, tickets] = [
    createFakeAudit(clock),
    createFakeApprovals(createFakeOutbox(clock)),
    createFakeTickets(clock),
  ];
  const rights = new Map<string, Actor>(Object.values(people).map((one) => [one.id, one]));
  const deciding: Pick<VotingDesk, 'find' | 'vote'> = {
    find: approvals.find,
    async vote(id, actor, answer) {
      const after = await changeApproval(approvals, id, (one) => decide(one, actor, answer, clock.now()));
      return { tone: 'good', title: countedInWords(after) };
    },
  };
  const { maySignInUndated = false, pageOf = (ticket) => `https://salvor.example.org/prove/${ticket}` } = change;
  const desk = withStepUp(deciding, { tickets, clock, pageOf });
  const proofs = createProofs({
    ...{ tickets, provider, desk, audit, clock, maySignInUndated },
    people: { 'bob@example.org': 'U0BOB', 'carol@example.org': 'U0CAROL' },
    async actorOf({ id }) {
      const actor = rights.get(id);
      if (!actor) throw new Error(`nobody is ${id}`);
      return actor;
    },
  });
  return {
    ...{ clock, audit, approvals, tickets, proofs, desk, rights },
    asks({ rule, ...rest } = {}) {
      const times = { createdAt: clock.now(), expiresAt: new Date(clock.now().getTime() + 3_600_000) };
      const asked = anApproval({ ...times, ...rest });
      return approvals.open({ ...asked, rule: { ...asked.rule, stepUp: true, ...rule } });
    },
    async presses(by, { id, digest }) {
      const report = await desk.vote(id, by, { kind: 'approve', typed: 'prod-1', digest });
      const [piece] = typeof report?.text === 'object' ? report.text : [];
      if (typeof piece !== 'object' || !('link' in piece)) throw new Error('no link was told');
      return piece.link.split('/').at(-1) ?? '';
    },
    votes: async ({ id }) =>
      ((await approvals.find(id))?.votes ?? []).map(({ by, provenAs }) => `${by.id} as ${provenAs}`),
  };
}
