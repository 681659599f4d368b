import { describe, expect, it } from 'vitest';
import { codeOf, digestOf, mustConfirm } from '../../src/chatops/confirmation.ts';
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
  it('holds for the plan it was given for', () => {
    expect(() => mustConfirm(plan, codeOf(plan), 'Look again.')).not.toThrow();
  });

  it.each(['', 'abc', codeOf({ ...plan, remove: ['a'] }), `${codeOf(plan)}0`])(
    'is refused with the code "%s"',
    (code) => {
      expect(() => mustConfirm(plan, code, 'Look again.')).toThrow(Refusal);
    },
  );
});
