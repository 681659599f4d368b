import { describe, expect, it } from 'vitest';
import { type Access, type Actor, authorise } from '../../src/chatops/access.ts';

const holding = (...grants: Access[]): Actor => ({ kind: 'person', id: 'U1', name: 'Alice', grants });

describe('authorise', () => {
  it.each([
    ['viewer', 'viewer', 'yes'],
    ['operator', 'viewer', 'yes'],
    ['approver', 'viewer', 'yes'],
    ['operator', 'operator', 'yes'],
    ['approver', 'approver', 'yes'],
    ['viewer', 'operator', 'no'],
    ['viewer', 'approver', 'no'],
    ['operator', 'approver', 'no'],
    ['approver', 'operator', 'no'],
  ] as const)('a %s asking for what takes a %s: %s', (held, needed, verdict) => {
    const actor = holding({ role: held, target: 'prod-1' });
    expect(authorise(actor, { role: needed, target: 'prod-1' }).kind).toBe(verdict);
  });

  it('gives nothing on another cluster', () => {
    const actor = holding({ role: 'operator', target: 'prod-1' });
    expect(authorise(actor, { role: 'viewer', target: 'prod-2' }).kind).toBe('no');
  });

  it('gives nothing by default, and says which right is missing', () => {
    expect(authorise(holding(), { role: 'operator', target: 'prod-1' })).toEqual({
      kind: 'no',
      reason: 'This takes the operator right on prod-1, which you do not have.',
      next: 'Ask whoever keeps salvor.yaml to add you to the operators of prod-1.',
    });
  });
});
