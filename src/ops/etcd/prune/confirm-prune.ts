import { codeOf, mustConfirm } from '../../../chatops/confirmation.ts';
import { Refusal } from '../../../chatops/errors.ts';
import { isByRule, type PrunePlan } from './plan-prune.ts';

/** What a person confirms when they confirm a plan: that exactly these stay by the rules, and exactly these go. */
export const confirmationOf = (plan: PrunePlan): string => codeOf({ stays: stayingOf(plan), ...goingIn(plan) });

/** What stays by the rules, which is the same before, while and after a plan is carried out. */
export const stayingOf = ({ cluster: { name, backup }, rules, decisions }: PrunePlan): string => {
  const { bucket, prefix, copy } = backup;
  const byRule = decisions.filter(({ does, ground }) => does === 'keep' && isByRule(ground));
  return codeOf({ name, bucket, prefix, copy, rules, stays: byRule.map(({ backup: { stem } }) => stem) });
};

/**
 * Throws Refusal unless `code` confirms this plan. Where a former attempt of the same run had begun with it, some of what was confirmed is gone:
 * then what stays must be the same as it was, `begun`.
 */
export function mustBeConfirmed(plan: PrunePlan, code: string, begun: string | undefined): void {
  const { cluster, hold } = plan;
  if (hold) throw new Refusal(`Nothing of ${cluster.name} is removed: ${hold.why}.`, hold.next);
  if (begun !== undefined && begun === stayingOf(plan)) return;
  mustConfirm({ stays: stayingOf(plan), ...goingIn(plan) }, code, `prune ${cluster.name}`);
}

function goingIn({ removals, leftovers }: PrunePlan) {
  return { goes: removals.map(({ stem }) => stem), leftovers: leftovers.map(({ bucket, key }) => [bucket, key]) };
}
