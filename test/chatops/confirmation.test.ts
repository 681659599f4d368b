import { describe, expect, it } from 'vitest';
import { codeOf, confirmed, digestOf, mustConfirm } from '../../src/chatops/confirmation.ts';
import { Refusal } from '../../src/chatops/errors.ts';

const plan = { cluster: 'prod-1', remove: ['a', 'b'], at: new Date(0), revision: 7n };

describe('a digest', () => {
  it('is the same whatever the order of the keys', () => {
    expect(digestOf({ revision: 7n, at: new Date(0), remove: ['a', 'b'], cluster: 'prod-1' })).toBe(digestOf(plan));
  });

  it('is another one for another order of a list, another value and another depth', () => {
    const others = [{ ...plan, remove: ['b', 'a'] }, { ...plan, revision: 8n }, { plan }, [plan], '7', 7, null];
    expect(new Set([plan, ...others].map(digestOf)).size).toBe(others.length + 1);
  });

  it('knows nothing of what is undefined', () => {
    expect(digestOf({ ...plan, note: undefined })).toBe(digestOf(plan));
  });
});

describe('a confirmation', () => {
  const refused = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof Refusal) return [error.message, error.next];
      throw error;
    }
    throw new Error('it was not refused');
  };
  const code = codeOf(plan);
  const other = codeOf({ ...plan, remove: ['a'] });
  const [a = '', b = '', ...rest] = code;

  it('holds for the plan it was given for', () => {
    expect(() => mustConfirm(plan, code, 'prune prod-1')).not.toThrow();
  });

  it.each([
    ['another sign', `${a === '0' ? '1' : '0'}${code.slice(1)}`],
    ['two signs in each other’s place', [b, a, ...rest].join('')],
    ['a sign doubled and one lost', `${a}${code.slice(0, -1)}`],
  ])('with %s is told to be mistyped, with the right command', (_, typed) => {
    expect(refused(() => mustConfirm(plan, typed, 'prune prod-1'))).toEqual([
      `${typed} is not the code of this plan, only much like it: it was mistyped.`,
      ['What the plan says, with its code: ', { command: `prune prod-1 --confirm ${code}` }],
    ]);
  });

  it('of another plan is told to be that, and no code is given away that nobody has seen the plan of', () => {
    expect(refused(() => mustConfirm(plan, other, 'prune prod-1'))).toEqual([
      `${other} is not the code of what would be done now: it was mistyped, or something has changed.`,
      ['See what would be done now, and its code: ', { command: 'prune prod-1' }],
    ]);
  });

  it.each(['', 'yes', code.slice(1), `${code}0`, code.toUpperCase(), ` ${code}`])(
    'of "%s" is told to be no code at all, with the command that shows one',
    (typed) => {
      expect(refused(() => confirmed(typed, 'prune prod-1'))).toEqual([
        '--confirm takes the code of a plan: 12 signs, digits and letters from a to f.',
        ['See the plan and its code: ', { command: 'prune prod-1' }],
      ]);
    },
  );
});
