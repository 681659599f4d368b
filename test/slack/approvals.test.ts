import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/chatops/errors.ts';
import { digestOf } from '../../src/chatops/plan.ts';
import { anApproval, aPlan } from '../fakes/approvals-to-show.ts';
import { house } from './house.ts';

const channel = 'C0PROD1';

/** A house in whose channel a run has planned a restore, and its approval is asked for. */
async function asking(change: Parameters<typeof anApproval>[0] = {}) {
  const all = await house();
  const { slack, approvals, outbox } = all;
  await all.types('alice', channel, '/salvor snapshot prod-1');
  const root = await slack.waitFor(() => all.cards(channel)[0]);
  const plannedBy = await slack.waitFor(() => all.queued[0]);
  const show = async (next: Parameters<typeof anApproval>[0] = {}) => {
    const before = await approvals.find('a-1');
    const now = { createdAt: new Date(), ...change, plannedBy, ...(before ?? {}), ...next };
    approvals.put(anApproval(now));
    await outbox.put('approval:a-1', { kind: 'approval', approvalId: 'a-1', runId: plannedBy });
  };
  await show();
  const message = () => slack.messages(channel, { thread: root.ts }).find(({ ts }) => ts !== root.ts);
  const posted = await slack.waitFor(message);
  return { ...all, root, show, message, ts: posted.ts };
}

const blocksOf = (message: { readonly blocks: unknown } | undefined) => JSON.stringify(message?.blocks);

describe('the message of an approval', () => {
  it('stands in the thread of its run and in the channel, says what is lost, and carries its id in its buttons alone', async () => {
    const { slack, message } = await asking();
    expect(message()?.text).toContain('Approval needed: restore of prod-1 (0 of 2)');
    expect(blocksOf(message())).toContain('All that was written in the last 7 h');
    expect(blocksOf(message())).toContain('Restore on every member, step 2 of 2');
    expect(slack.messages(channel).map(({ text }) => text)).toContainEqual(expect.stringContaining('Approval needed'));
    const values = [...(blocksOf(message()) ?? '').matchAll(/"value":"([^"]*)"/g)].map(([, value]) => value);
    expect(values).toEqual(['a-1', 'a-1']);
  });

  it('says how much of what is lost it leaves out', async () => {
    const losses = Array.from({ length: 9 }, (_, index) => `loss ${index + 1}.`);
    const { message } = await asking({ plan: aPlan({ losses }) });
    expect(blocksOf(message())).toContain('loss 6.');
    expect(blocksOf(message())).not.toContain('loss 7.');
    expect(blocksOf(message())).toContain('3 more: see the plan in this thread');
  });

  it('says over which versions a way leads, and counts its steps as people do', async () => {
    const [stop, restore] = aPlan().steps;
    if (!stop || !restore) throw new Error('the plan to show has two steps');
    const steps = [...Array.from({ length: 20 }, (_, n) => ({ ...stop, name: `Stop member ${n}` })), restore];
    const { message } = await asking({ plan: aPlan({ observed: { Way: '2.10.3 → 2.12.4 → 2.14.1' }, steps }) });
    expect(message()?.text).toContain('Way: 2.10.3 → 2.12.4 → 2.14.1');
    expect(blocksOf(message())).toContain('Restore on every member, step 21 of 21');
  });

  it('is edited in place as it goes on, and never posted twice', async () => {
    const { slack, show, message, ts } = await asking();
    const bob = { id: 'U0BOB', name: 'bob' };
    await show({ votes: [{ by: bob, at: new Date() }] });
    await slack.waitFor(() => message()?.text.includes('(1 of 2)'));
    await show({ state: 'rejected', ended: { by: 'carol', at: new Date(), reason: 'not on a Friday' } });
    await slack.waitFor(() => message()?.text.includes('Rejected by carol'));
    expect(message()?.ts).toBe(ts);
    expect(blocksOf(message())).toContain('not on a Friday');
    expect(blocksOf(message())).not.toContain('"button"');
    expect(slack.calls('chat.postMessage')).toHaveLength(2);
  });

  it('is not posted twice when the connection is cut between the yes of Slack and ours', async () => {
    const all = await house();
    await all.types('alice', channel, '/salvor snapshot prod-1');
    const root = await all.slack.waitFor(() => all.cards(channel)[0]);
    const plannedBy = await all.slack.waitFor(() => all.queued[0]);
    all.approvals.put(anApproval({ plannedBy, createdAt: new Date() }));
    all.slack.fail('chat.postMessage', { drop: 'after' });
    await all.outbox.put('approval:a-1', { kind: 'approval', approvalId: 'a-1', runId: plannedBy });
    await expect.poll(() => all.outbox.letters()).toEqual([]);
    const replies = all.slack.messages(channel, { thread: root.ts }).filter(({ ts }) => ts !== root.ts);
    expect(replies).toHaveLength(1);
    expect((await all.approvals.find('a-1'))?.messageTs).toBe(replies[0]?.ts);
  });

  it('names what changed when its plan holds no more', async () => {
    const { slack, show, message } = await asking();
    await show({ state: 'superseded', superseded: { by: 'a-2', differences: ['Member etcd-2 is new: 3.5.21.'] } });
    await slack.waitFor(() => message()?.text.includes('Superseded'));
    expect(blocksOf(message())).toContain('Member etcd-2 is new');
    expect(blocksOf(message())).toContain('asks for its own approval');
  });
});

describe('approving', () => {
  it('shows of a long plan what it changes, with the point of no return and the way', async () => {
    const [, restore] = aPlan().steps;
    if (!restore) throw new Error('the plan to show has two steps');
    const looks = Array.from({ length: 24 }, (_, n) => ({ name: `Look ${n}`, commands: [], changes: 'nothing' }));
    const all = await asking({ plan: aPlan({ observed: { Way: '2.10.3 → 2.12.4' }, steps: [...looks, restore] }) });
    const shown = JSON.stringify(await reviews(all));
    expect(shown).toContain('2.10.3 → 2.12.4');
    expect(shown).toContain('25. Restore on every member: the backup is in place of the data');
    expect(shown).toContain('24 other steps change nothing: see the plan in the thread');
    expect(shown).not.toContain('Look 1');
  });

  const reviews = async (all: Awaited<ReturnType<typeof asking>>, person = 'bob') => {
    await all.slack.clicks(person, { channel, ts: all.ts }, 'Review and approve');
    return all.slack.waitFor(() => all.slack.views(person)[0]);
  };

  it('opens a dialog with what is lost and what is done, and takes the target’s name', async () => {
    const all = await asking();
    const view = await reviews(all);
    expect(JSON.stringify(view.blocks)).toContain('All that was written in the last 7 h');
    expect(JSON.stringify(view.blocks)).toContain('no way back from here');
    await all.slack.submits('bob', view.id, { target: { typed: 'prod-1' } });
    await all.slack.waitFor(() => all.approvals.answers.length === 1);
    expect(all.approvals.answers).toEqual([
      { approval: 'a-1', by: 'U0BOB', answer: { kind: 'approve', typed: 'prod-1', digest: digestOf(aPlan()) } },
    ]);
    expect(all.slack.views('bob')).toEqual([]);
  });

  it('says in the dialog that another name was typed, and casts no vote', async () => {
    const all = await asking();
    const view = await reviews(all);
    const outcome = await all.slack.submits('bob', view.id, { target: { typed: 'prod-2' } });
    expect(JSON.stringify([outcome, all.slack.views('bob')])).toContain('Type prod-1, exactly so.');
    expect(all.approvals.answers).toEqual([]);
  });

  it('tells the person alone why a vote was not taken', async () => {
    const all = await asking();
    const view = await reviews(all, 'alice');
    all.approvals.refusal = new Refusal('You asked for this yourself: others must agree.', 'Ask an approver.');
    await all.slack.submits('alice', view.id, { target: { typed: 'prod-1' } });
    const answer = await all.slack.waitFor(() => all.whispers('alice', channel)[0]);
    expect(answer.text).toContain('You asked for this yourself');
  });

  it('opens no dialog once it is decided', async () => {
    const all = await asking();
    const before = await all.approvals.find('a-1');
    if (before) all.approvals.put({ ...before, state: 'expired' });
    await all.slack.clicks('bob', { channel, ts: all.ts }, 'Review and approve');
    const answer = await all.slack.waitFor(() => all.whispers('bob', channel)[0]);
    expect(answer.text).toContain('This is decided already.');
    expect(all.slack.views('bob')).toEqual([]);
  });

  it('names the plan that was shown, not the one that took its place', async () => {
    const all = await asking();
    const view = await reviews(all);
    const other = aPlan({ observed: { Backup: 'another' } });
    const before = await all.approvals.find('a-1');
    if (before) all.approvals.put({ ...before, plan: other, digest: digestOf(other) });
    await all.slack.submits('bob', view.id, { target: { typed: 'prod-1' } });
    await all.slack.waitFor(() => all.approvals.answers.length === 1);
    expect(all.approvals.answers[0]?.answer).toMatchObject({ digest: digestOf(aPlan()) });
  });
});

it('rejecting asks for a reason and sends it along', async () => {
  const { slack, ts, approvals } = await asking();
  await slack.clicks('carol', { channel, ts }, 'Reject');
  const view = await slack.waitFor(() => slack.views('carol')[0]);
  await slack.submits('carol', view.id, { reason: { typed: 'wait for the DBA' } });
  await slack.waitFor(() => approvals.answers.length === 1);
  expect(approvals.answers[0]?.answer).toEqual({ kind: 'reject', reason: 'wait for the DBA' });
});

it('withdrawing is one press', async () => {
  const { slack, ts, approvals } = await asking({ state: 'approved' });
  await slack.clicks('alice', { channel, ts }, 'Withdraw');
  await slack.waitFor(() => approvals.answers.length === 1);
  expect(approvals.answers).toEqual([{ approval: 'a-1', by: 'U0ALICE', answer: 'withdraw' }]);
});
