import type { LockRules } from '../../../ports/catalogue.ts';
import type { ObjectLock } from '../../../ports/objects.ts';

const secondMs = 1000;
const dayMs = 24 * 60 * 60 * secondMs;

/** What salvor.yaml locks a backup with that is taken now; undefined where it says nothing. In whole seconds, as many stores keep it. */
export function lockBy(rules: LockRules | undefined, takenAt: Date): ObjectLock | undefined {
  if (!rules) return undefined;
  const { retention, legalHold } = rules;
  if (!retention) return { legalHold };
  const until = new Date(Math.ceil((takenAt.getTime() + retention.days * dayMs) / secondMs) * secondMs);
  return { retention: { mode: retention.mode, until }, legalHold };
}
