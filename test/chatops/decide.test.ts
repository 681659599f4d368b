import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/chatops/access.ts';
import type { Answer, Approval } from '../../src/chatops/approval.ts';
import {
  askClearance,
  begin,
  beginAgain,
  clear,
  decide,
  end,
  expire,
  remind,
  supersede,
  withdraw,
} from '../../src/chatops/decide.ts';
import { cases } from '../cases.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import { people } from '../people.ts';

const asked = anApproval();
const at = (minutes: number) => new Date(asked.createdAt.getTime() + minutes * 60_000);
const yes = { kind: 'approve', typed: 'prod-1', digest: asked.digest } as const;
const vote = (approval: Approval, by: Actor, answer: Answer = yes, minutes = 1) =>
  decide(approval, by, answer, at(minutes));
const approved = vote(vote(asked, people.bob), people.carol);

describe('a vote', () => {
  it('is one of those needed, and the last of them approves', () => {
    const once = vote(asked, people.bob);
    expect(once).toMatchObject({ state: 'pending', version: 2, votes: [{ by: { id: 'U0BOB' } }], runs: [] });
    expect(approved).toMatchObject({ state: 'approved', version: 3, expiresAt: at(16) });
    expect(approved.runs).toHaveLength(1);
  });

  it.each<[string, Approval, Actor, Answer, RegExp]>([
    ['of the one who asked', asked, { ...people.bob, id: 'U0ALICE' }, yes, /^You asked for this yourself/],
    ['of somebody without the right', asked, people.vera, yes, /^This takes the approver right on prod-1/],
    ['of an operator', asked, people.otto, yes, /^This takes the approver right on prod-1/],
    [
      'of an approver of another cluster',
      asked,
      approverOf('staging'),
      yes,
      /^This takes the approver right on prod-1/,
    ],
    ['from a terminal', asked, { ...people.bob, kind: 'terminal' }, yes, /^Approvals are given in Slack/],
    ['of a schedule', asked, { ...people.bob, kind: 'schedule' }, yes, /^Approvals are given in Slack/],
    ['of a person twice', vote(asked, people.bob), people.bob, yes, /^You have approved this already/],
    ['for another name', asked, people.bob, { ...yes, typed: 'prod-2' }, /^You typed another name than prod-1/],
    ['for a name nearly right', asked, people.bob, { ...yes, typed: 'prod-1 ' }, /^You typed another name/],
    ['for another plan', asked, people.bob, { ...yes, digest: '0'.repeat(64) }, /^This is not the plan that you were/],
    ['that nobody proved, where it must be', stepUp(), people.bob, yes, /^A vote here counts once you have proven/],
    ['on what is approved', approved, people.bob, yes, /^This is approved already/],
    ['on what is withdrawn', withdraw(asked, people.alice, at(1)), people.bob, yes, /^This is withdrawn/],
  ])('%s is refused', (_, approval, by, answer, sentence) => {
    expect(() => vote(approval, by, answer)).toThrow(sentence);
  });

  it('that comes too late is refused, also before anybody has noticed', () => {
    expect(() => vote(asked, people.bob, yes, 60)).toThrow('This is expired: your answer changes nothing.');
  });

  it('against it ends it, also of somebody who was for it', () => {
    const rejected = vote(vote(asked, people.bob), people.bob, { kind: 'reject', reason: 'not today' });
    expect(rejected).toMatchObject({ state: 'rejected', ended: { by: 'Bob', reason: 'not today' } });
  });

  it('that was proven says as whom', () => {
    const proven = vote(stepUp(), people.bob, { ...yes, provenAs: 'https://dex bob' });
    expect(proven.votes[0]?.provenAs).toBe('https://dex bob');
  });
});

describe('an approval', () => {
  it('is withdrawn by who asked or an approver, until it begins', () => {
    expect(withdraw(approved, people.alice, at(2)).state).toBe('cancelled');
    expect(withdraw(asked, people.bob, at(2)).state).toBe('cancelled');
    expect(() => withdraw(asked, people.vera, at(2))).toThrow('This takes the approver right');
    expect(() => withdraw(running(), people.alice, at(3))).toThrow('This is under way already');
  });

  it('expires while votes are collected, and again before it begins', () => {
    expect(expire(asked, at(59))).toBeUndefined();
    expect(expire(asked, at(60))?.state).toBe('expired');
    expect(expire(approved, at(15))).toBeUndefined();
    expect(expire(approved, at(16))?.state).toBe('expired');
    expect(expire(running(), at(600))).toBeUndefined();
  });

  it('is reminded of once, at half time', () => {
    expect(remind(asked, at(29))).toBeUndefined();
    const reminded = remind(asked, at(30));
    expect(reminded?.remindedAt).toEqual(at(30));
    expect(reminded && remind(reminded, at(31))).toBeUndefined();
  });

  it('is superseded while it is open, with what was different', () => {
    expect(supersede(asked, ['Member etcd-2 is new.'], 'a-2')).toMatchObject({
      state: 'superseded',
      superseded: { by: 'a-2', differences: ['Member etcd-2 is new.'] },
    });
    expect(supersede(running(), ['x'])).toBeUndefined();
  });

  it('begins once a bot has confirmed the rights for this very run', () => {
    const [run = ''] = approved.runs;
    expect(() => begin(approved, run, at(2))).toThrow('Nobody has confirmed');
    const waiting = askClearance(approved, run, at(2));
    expect(askClearance(waiting, run, at(2))).toBe(waiting);
    expect(() => begin(waiting, run, at(2))).toThrow('Nobody has confirmed');
    const refused = clear(waiting, 'Bob may not any more.', at(2));
    expect(() => begin(refused ?? waiting, run, at(2))).toThrow('Nobody has confirmed');
    expect(running().state).toBe('running');
    expect(() => begin(running(), run, at(3))).toThrow('under way already');
  });

  it('does not begin late, nor for another run, nor without approval', () => {
    const [run = ''] = approved.runs;
    expect(() => askClearance(approved, run, at(16))).toThrow('expired before a worker could begin');
    expect(() => askClearance(approved, 'r-other', at(2))).toThrow('for another run');
    expect(() => askClearance(asked, run, at(2))).toThrow('not approved yet');
  });

  it('is gone on with by another run only after the one before has ended', () => {
    const [first] = approved.runs;
    expect(() => beginAgain(running(), 'r-2', first, false)).toThrow('under way already');
    const again = beginAgain(running(), 'r-2', first, true);
    expect(again).toMatchObject({ state: 'running', runs: [...approved.runs, 'r-2'] });
    expect(beginAgain(again, 'r-2', first, false)).toBe(again);
    expect(end(again, approved.runs[0] ?? '', 'failed')).toBeUndefined();
    const failed = end(again, 'r-2', 'failed') ?? again;
    expect(() => beginAgain(failed, 'r-3', first, true)).toThrow('Run r-2 came between');
    expect(beginAgain(failed, 'r-3', 'r-2', true).state).toBe('running');
    const undone = end(beginAgain(failed, 'r-3', 'r-2', true), 'r-3', 'undone') ?? failed;
    expect(() => beginAgain(undone, 'r-4', 'r-3', true)).toThrow('rolled back already');
  });
});

it('is never approved but by enough other people with the right, in time, and never after a rejection', () => {
  const voters = [...Object.values(people), { ...people.bob, kind: 'terminal' as const }];
  const answer = fc.record({
    by: fc.constantFrom(...voters),
    kind: fc.constantFrom('approve', 'approve', 'approve', 'reject'),
    typed: fc.constantFrom('prod-1', 'prod-1', 'prod-2'),
    minutes: fc.integer({ min: 0, max: 70 }),
  });
  const property = fc.property(fc.array(answer, { maxLength: 12 }), (answers) => {
    let approval = asked;
    let isRejected = false;
    for (const { by, kind, typed, minutes } of answers.toSorted((a, b) => a.minutes - b.minutes)) {
      const before = approval;
      try {
        approval = vote(approval, by, kind === 'reject' ? { kind } : { ...yes, typed }, minutes);
      } catch {
        continue;
      }
      expect(minutes).toBeLessThan(60);
      expect(isRejected).toBe(false);
      expect(approval.version).toBe(before.version + 1);
      isRejected ||= kind === 'reject';
    }
    const ids = approval.votes.map(({ by }) => by.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => ['U0BOB', 'U0CAROL'].includes(id))).toBe(true);
    if (approval.state === 'approved') expect(ids).toHaveLength(2);
  });
  fc.assert(property, cases(200));
});

function approverOf(cluster: string): Actor {
  return { ...people.bob, grants: [{ role: 'approver', target: cluster }] };
}

function stepUp(): Approval {
  return anApproval({ rule: { ...asked.rule, stepUp: true } });
}

function running(): Approval {
  const [run = ''] = approved.runs;
  const cleared = clear(askClearance(approved, run, at(2)), undefined, at(2));
  return begin(cleared ?? approved, run, at(3));
}
