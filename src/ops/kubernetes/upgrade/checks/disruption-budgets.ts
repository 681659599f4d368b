import { firstFew } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import type { Check, Finding } from '../finding.ts';
import type { DisruptionBudget } from '../observed.ts';

const name = 'disruption-budgets';

/** Budgets that allow no pod to go: a drain waits for them without end. One that matches no pod shows none allowed too, and means nothing. */
export const disruptionBudgets: Check = {
  name,
  when: 'once',
  check: ({ disruptionBudgets: piece }) =>
    seen(name, piece, (all) => [
      ...uncounted(all),
      ...all
        .filter(
          ({ isCounted, disruptionsAllowed, expectedPods }) =>
            isCounted && disruptionsAllowed === 0 && expectedPods > 0,
        )
        .map(judge),
    ]),
};

function uncounted(all: readonly DisruptionBudget[]): readonly Finding[] {
  const names = all.filter(({ isCounted }) => !isCounted).map((one) => one.name);
  if (names.length === 0) return [];
  return [
    unseen(name, {
      what: `what disruption budgets allow: ${firstFew(names)}`,
      needs: 'Nobody has counted their pods since they were written: look whether kube-controller-manager leads.',
    }),
  ];
}

function judge({ name: subject, expectedPods, currentHealthy, desiredHealthy }: DisruptionBudget): Finding {
  const isSick = currentHealthy < desiredHealthy;
  return {
    ...{ check: name, severity: 'blocker', subject },
    evidence: `It allows no disruption: ${currentHealthy} of ${expectedPods} pods are healthy and ${desiredHealthy} must be.`,
    next: isSick
      ? 'Make its pods healthy: until then no node that has one can be drained.'
      : 'Add a replica, or let the budget allow one, before nodes are drained.',
    source: ['kubernetes/website content/en/docs/tasks/run-application/configure-pdb.md'],
  };
}
