import { describe, expect, it } from 'vitest';
import { lockBy } from '../../../../src/ops/etcd/backup/backup-lock.ts';

const takenAt = new Date('2026-03-01T09:00:00.250Z');

describe('the lock of a backup', () => {
  it('is none where salvor.yaml says nothing', () => {
    expect(lockBy(undefined, takenAt)).toBeUndefined();
  });

  it('ends its days after the backup was taken, in whole seconds and never too soon', () => {
    const rules = { retention: { mode: 'compliance', days: 30 }, legalHold: false } as const;
    const until = new Date('2026-03-31T09:00:01.000Z');
    expect(lockBy(rules, takenAt)).toEqual({ retention: { mode: 'compliance', until }, legalHold: false });
  });

  it('may be a legal hold alone', () => {
    expect(lockBy({ legalHold: true }, takenAt)).toEqual({ legalHold: true });
  });
});
