import { beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/chatops/access.ts';
import type { Approval } from '../../src/chatops/approval.ts';
import { digestOf } from '../../src/chatops/plan.ts';
import { newSecret, signInFor } from '../../src/chatops/step-up.ts';
import { aPlan } from '../fakes/approvals-to-show.ts';
import { createFakeIdentityProvider, type FakeIdentityProvider, type Visit } from '../fakes/identity-provider.ts';
import { createProofHouse, type ProofHouse } from '../fakes/proof-house.ts';
import { people } from '../people.ts';

let provider: FakeIdentityProvider;
let house: ProofHouse;
let asked: Approval;
const minute = 60_000;

beforeEach(async () => {
  provider = createFakeIdentityProvider(() => house.clock.now());
  house = await createProofHouse(provider);
  asked = await house.asks();
});

const yes = (): { kind: 'approve'; typed: string; digest: string } => ({
  ...{ kind: 'approve', typed: 'prod-1', digest: asked.digest },
});

/** Goes to the provider and back, by the link of `ticket`. */
async function proves(ticket: string, visit: Visit = { as: 'bob' }) {
  const { url, secret } = await house.proofs.begin(ticket);
  return house.proofs.finish(await provider.visit(url, visit), ticket, secret);
}
const ticketOf = (by: Actor = people.bob) => house.presses(by, asked);
const sentence = (words: RegExp) => ({ name: 'Refusal', message: expect.stringMatching(words) });

describe('a vote that wants a proof', () => {
  it('is not cast; its person alone is told where to prove who they are', async () => {
    expect(await house.desk.vote('a-1', people.bob, yes())).toMatchObject({
      title: 'Your vote for the restore of prod-1 is not cast yet: prove who you are.',
      text: [{ link: expect.stringMatching(/^https:\/\/salvor\.example\.org\/prove\/[\w-]{43}$/) }],
      facts: [{ value: [{ time: new Date(house.clock.now().getTime() + 10 * minute).toISOString() }] }],
    });
    expect(await house.votes(asked)).toEqual([]);
  });

  it('is cast where no proof is asked for', async () => {
    const plain = await house.asks({ id: 'a-plain', rule: { ...asked.rule, stepUp: false } });
    await house.desk.vote('a-plain', people.bob, yes());
    expect(await house.votes(plain)).toEqual(['U0BOB as undefined']);
  });

  it.each<[string, Actor, Partial<{ typed: string; digest: string }>]>([
    ['of the one who asked', { ...people.bob, id: 'U0ALICE' }, {}],
    ['of somebody without the right', people.vera, {}],
    ['for another name', people.bob, { typed: 'prod-2' }],
    ['for another plan', people.bob, { digest: '0'.repeat(64) }],
  ])('%s is refused at once, without a link', async (_, by, change) => {
    await expect(house.desk.vote('a-1', by, { ...yes(), ...change })).rejects.toMatchObject({ name: 'Refusal' });
  });

  it('may be a rejection, which needs no proof: it only keeps things as they are', async () => {
    await house.desk.vote('a-1', people.bob, { kind: 'reject' });
    expect(await house.approvals.find('a-1')).toMatchObject({ state: 'rejected' });
  });
});

describe('a proof', () => {
  it('casts the vote, with the issuer and the subject that proved it', async () => {
    const report = await proves(await ticketOf());
    expect(report).toMatchObject({
      ...{ tone: 'good', title: 'Your vote for the restore of prod-1 is cast.' },
      text: 'Your vote counts: 1 of 2 votes. You signed in as bob@example.org.',
    });
    expect(await house.votes(asked)).toEqual(['U0BOB as https://login.example.org bob']);
  });

  it('says beforehand what it is for, as often as one looks', async () => {
    const ticket = await ticketOf();
    const report = await house.proofs.show(ticket);
    expect(report.title).toBe('Prove that you are Bob, to approve the restore of prod-1');
    expect(report.next).toContain('If you did not press Approve, do not sign in');
    expect(await house.proofs.show(ticket)).toEqual(report);
    expect(await proves(ticket)).toMatchObject({ tone: 'good' });
  });

  it('counts once', async () => {
    const ticket = await ticketOf();
    await proves(ticket);
    await expect(proves(ticket)).rejects.toMatchObject(sentence(/^This link was used already/));
    await expect(house.proofs.show(ticket)).rejects.toMatchObject(sentence(/^This link was used already/));
  });

  it('counts once when two browsers come back at the same instant', async () => {
    const ticket = await ticketOf();
    const ends = await Promise.allSettled([proves(ticket), proves(ticket)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await house.votes(asked)).toHaveLength(1);
  });

  it('is for nobody but the one who pressed, and whoever else came is put on record', async () => {
    const ticket = await ticketOf();
    const words = 'You signed in as carol@example.org, and Bob pressed the button in Slack: nothing was cast.';
    await expect(proves(ticket, { as: 'carol' })).rejects.toMatchObject({ name: 'Refusal', message: words });
    expect(await house.votes(asked)).toEqual([]);
    expect(house.audit.entries).toMatchObject([
      {
        kind: 'refusal',
        target: 'prod-1',
        by: 'person U0BOB (Bob)',
        approval: 'a-1',
        what: expect.stringContaining(words),
      },
    ]);
    expect(await proves(ticket)).toMatchObject({ tone: 'good' });
  });

  it.each(['mallory', 'toString'])('of %s, whom salvor.yaml does not know, is refused', async (as) => {
    await expect(proves(await ticketOf(), { as })).rejects.toMatchObject(sentence(/^Salvor does not know who/));
  });

  it('is too late after ten minutes, wherever it stands', async () => {
    const ticket = await ticketOf();
    const { url, secret } = await house.proofs.begin(ticket);
    house.clock.advance(10 * minute);
    const over = sentence(/its 10 minutes are over: nothing was cast now/);
    await expect(house.proofs.show(ticket)).rejects.toMatchObject(over);
    await expect(house.proofs.begin(ticket)).rejects.toMatchObject(over);
    const brought = await provider.visit(url, { as: 'bob' });
    await expect(house.proofs.finish(brought, ticket, secret)).rejects.toMatchObject(over);
  });

  it('made for one approval fits no other, nor another person, nor another plan', async () => {
    const other = await house.asks({ id: 'a-2', plan: aPlan({ payload: { cluster: 'prod-1', backup: 'r-old' } }) });
    const [ticket, elsewhere] = [await ticketOf(), await house.presses(people.bob, other)];
    const { url, secret } = await house.proofs.begin(ticket);
    const brought = await provider.visit(url, { as: 'bob' });
    await expect(house.proofs.finish(brought, elsewhere, secret)).rejects.toMatchObject({ name: 'Refusal' });
    expect([await house.votes(asked), await house.votes(other)]).toEqual([[], []]);
    const intent = await house.tickets.find(ticket);
    if (!intent) throw new Error('no intent');
    const by = { ...intent.by, id: 'U0CAROL' };
    const nonces = [intent, { ...intent, approval: 'a-2' }, { ...intent, by }, { ...intent, digest: 'd' }].map(
      (one) => signInFor(one, secret).nonce,
    );
    expect(new Set(nonces).size).toBe(4);
  });

  it('from another browser than the one that began is refused', async () => {
    const ticket = await ticketOf();
    const { url } = await house.proofs.begin(ticket);
    const brought = await provider.visit(url, { as: 'bob' });
    await expect(house.proofs.finish(brought, ticket, newSecret())).rejects.toMatchObject({ name: 'Refusal' });
    expect(await house.votes(asked)).toEqual([]);
  });

  it('of somebody who had signed in before they voted is refused', async () => {
    const signedInAt = new Date(house.clock.now().getTime() - minute);
    const stale = sentence(/^You signed in before you voted/);
    await expect(proves(await ticketOf(), { as: 'bob', signedInAt })).rejects.toMatchObject(stale);
  });

  it('without a time is refused, but where salvor.yaml says that the provider tells none', async () => {
    provider.tellsWhen = false;
    const undated = sentence(/^The provider does not tell when you signed in/);
    await expect(proves(await ticketOf())).rejects.toMatchObject(undated);
    house = await createProofHouse(provider, { maySignInUndated: true });
    asked = await house.asks();
    expect(await proves(await ticketOf())).toMatchObject({ tone: 'good' });
    provider.tellsWhen = true;
    const signedInAt = new Date(house.clock.now().getTime() - minute);
    await expect(proves(await ticketOf(people.carol), { as: 'carol', signedInAt })).rejects.toMatchObject(
      sentence(/^You signed in before you voted/),
    );
  });

  it('is for the plan that was shown: superseded or withdrawn meanwhile, nothing is cast', async () => {
    const ticket = await ticketOf();
    const { url, secret } = await house.proofs.begin(ticket);
    const brought = await provider.visit(url, { as: 'bob' });
    await house.approvals.replace({ ...asked, version: 2, state: 'superseded' });
    const gone = sentence(/^What you agreed to no longer waits for votes/);
    await expect(house.proofs.finish(brought, ticket, secret)).rejects.toMatchObject(gone);
    const plan = aPlan({ observed: { Backup: 'another' } });
    await house.approvals.replace({ ...asked, version: 3, plan, digest: digestOf(plan) });
    await expect(house.proofs.finish(brought, ticket, secret)).rejects.toMatchObject(gone);
    expect(await house.votes(asked)).toEqual([]);
  });

  it('of somebody who has lost the right meanwhile is refused', async () => {
    const ticket = await ticketOf();
    house.rights.set('U0BOB', { ...people.bob, grants: [] });
    await expect(proves(ticket)).rejects.toMatchObject(sentence(/^This takes the approver right on prod-1/));
    expect(await house.votes(asked)).toEqual([]);
  });

  it('waits for a provider that is down', async () => {
    const ticket = await ticketOf();
    const { url, secret } = await house.proofs.begin(ticket);
    const brought = await provider.visit(url, { as: 'bob' });
    provider.isDown = true;
    await expect(house.proofs.finish(brought, ticket, secret)).rejects.toMatchObject({ code: 'OIDC_UNREACHABLE' });
    await expect(house.proofs.begin(ticket)).rejects.toMatchObject({ code: 'OIDC_UNREACHABLE' });
    provider.isDown = false;
    expect(await proves(ticket)).toMatchObject({ tone: 'good' });
  });
});
