import { counted, firstFew } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import type { Check, Finding } from '../finding.ts';
import type { Observed } from '../observed.ts';

const name = 'drains';
const source = ['kubernetes/website content/en/docs/tasks/administer-cluster/safely-drain-node.md'];

/** What a drain interrupts, and what it would end for good. */
export const drains: Check = {
  name,
  when: 'once',
  check: (observed) => [...bare(observed), ...single(observed)],
};

const bare = ({ barePods }: Observed): readonly Finding[] =>
  seen(name, barePods, (pods) => {
    if (pods.length === 0) return [];
    const all = pods.map(({ name: pod, node }) => (node === undefined ? pod : `${pod} on ${node}`));
    return [
      {
        ...{ check: name, severity: 'blocker', all, source },
        subject: counted(all.length, 'pod without a controller', 'pods without a controller'),
        evidence: `Nothing makes them anew after a drain, and kubectl drain refuses without --force: ${firstFew(all)}.`,
        next: 'Give them a controller, or delete those that nobody needs.',
      },
    ];
  });

const single = ({ singleReplicas }: Observed): readonly Finding[] =>
  seen(name, singleReplicas, (workloads) => {
    if (workloads.length === 0) return [];
    const all = workloads.map(({ name: workload }) => workload);
    return [
      {
        ...{ check: name, severity: 'warning', all, source },
        subject: counted(all.length, 'workload with one replica', 'workloads with one replica'),
        evidence: `Each is away while its node is drained: ${firstFew(all)}.`,
        next: 'Tell their owners when, or raise the replicas for that time.',
      },
    ];
  });
