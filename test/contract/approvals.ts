import { beforeEach, describe, expect, it } from 'vitest';
import { changeApproval } from '../../src/chatops/change-approval.ts';
import { decide, end, withdraw } from '../../src/chatops/decide.ts';
import type { Approvals } from '../../src/ports/approvals.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import type { FakeClock } from '../fakes/clock.ts';
import { people } from '../people.ts';

export interface ApprovalsUnderTest {
  readonly approvals: Approvals;
  readonly outbox: Outbox;
  readonly clock: FakeClock;
}

/** What every keeper of approvals promises. `setUp` answers an empty one each time. */
export function approvalsContract(name: string, setUp: () => Promise<ApprovalsUnderTest>): void {
  describe(`approvals: ${name}`, () => {
    let approvals: Approvals;
    let outbox: Outbox;
    let clock: FakeClock;
    beforeEach(async () => {
      ({ approvals, outbox, clock } = await setUp());
    });

    const asked = anApproval();
    const yes = { kind: 'approve', typed: 'prod-1', digest: asked.digest } as const;
    const vote = (by: typeof people.bob) =>
      changeApproval(approvals, 'a-1', (one) => decide(one, by, yes, clock.now()));

    it('are kept as they were opened, once, and shown', async () => {
      expect(await approvals.open(asked)).toEqual(asked);
      expect(await approvals.open({ ...asked, words: 'something else' })).toEqual(asked);
      expect(await approvals.find('a-1')).toEqual(asked);
      expect((await outbox.claim(1_000))?.letter).toEqual({ kind: 'approval', approvalId: 'a-1', runId: 'r-plan' });
    });

    it('say once what else there is to say', async () => {
      const said = { tone: 'warning', title: 'Plan to restore prod-1' } as const;
      for (let times = 0; times < 2; times++) await approvals.open(asked, said);
      const letters = [await outbox.claim(1_000), await outbox.claim(1_000), await outbox.claim(1_000)];
      expect(letters.map((claim) => claim?.id).sort()).toEqual(['approval:a-1', 'plan:a-1', undefined]);
      const saying = letters.find((claim) => claim?.id === 'plan:a-1')?.letter;
      expect(saying).toEqual({ kind: 'say', runId: 'r-plan', report: said, broadcast: false });
    });

    it('show nothing where there is no channel', async () => {
      const { thread: _, ...silent } = asked;
      await approvals.open(silent);
      expect(await outbox.claim(1_000)).toBeUndefined();
      expect(await approvals.find('a-2')).toBeUndefined();
    });

    it('count both of two people who vote at the same instant', async () => {
      await approvals.open(asked);
      await Promise.all([vote(people.bob), vote(people.carol)]);
      const after = await approvals.find('a-1');
      expect(after?.votes.map(({ by }) => by.id).sort()).toEqual(['U0BOB', 'U0CAROL']);
      expect(after?.state).toBe('approved');
    });

    it('count one vote of a person who presses twice at the same instant', async () => {
      await approvals.open(asked);
      const both = await Promise.allSettled([vote(people.bob), vote(people.bob)]);
      expect(both.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      expect((await approvals.find('a-1'))?.votes).toHaveLength(1);
    });

    it('end as one thing when somebody approves and somebody withdraws at the same instant', async () => {
      await approvals.open({ ...asked, rule: { ...asked.rule, votes: 1 } });
      const take = () => changeApproval(approvals, 'a-1', (one) => withdraw(one, people.alice, clock.now()));
      await Promise.allSettled([take(), vote(people.bob)]);
      expect((await approvals.find('a-1'))?.state).toBe('cancelled');
    });

    it('are not replaced over a version that somebody else has changed', async () => {
      await approvals.open(asked);
      expect(await approvals.replace({ ...asked, version: 2, state: 'expired' })).toBe(true);
      expect(await approvals.replace({ ...asked, version: 2, state: 'approved' })).toBe(false);
      expect((await approvals.find('a-1'))?.state).toBe('expired');
    });

    it('begin once, also when that is said again after an answer that was lost', async () => {
      await approvals.open(asked);
      const running = { ...asked, version: 2, state: 'running', runs: ['r-go'] } as const;
      for (let times = 0; times < 2; times++) expect(await approvals.replace(running)).toBe(true);
      expect(await approvals.replace({ ...running, runs: ['r-other'] })).toBe(false);
      expect((await approvals.find('a-1'))?.runs).toEqual(['r-go']);
    });

    it('know where their message is from the first who says so on', async () => {
      await approvals.open(asked);
      expect(await approvals.address('a-1', '1.1')).toBe(true);
      expect(await approvals.address('a-1', '2.2')).toBe(false);
      await vote(people.bob);
      expect((await approvals.find('a-1'))?.messageTs).toBe('1.1');
    });

    it('are looked after until they are settled', async () => {
      await approvals.open(asked);
      const ids = async () => (await approvals.unsettled()).map(({ id }) => id);
      expect(await ids()).toEqual(['a-1']);
      const running = { ...asked, version: 2, state: 'running', runs: ['r-go'] } as const;
      await approvals.replace(running);
      expect(await ids()).toEqual(['a-1']);
      await changeApproval(approvals, 'a-1', (one) => end(one, 'r-go', 'done'));
      expect(await ids()).toEqual([]);
    });
  });
}
