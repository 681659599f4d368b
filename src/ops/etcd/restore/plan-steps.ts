import type { PlanStep } from '../../../chatops/plan.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import { shellWords } from '../../playbook/shell-words.ts';
import { commandsByHand } from './by-hand.ts';
import type { Decided } from './decided.ts';
import { type OwnWork, type RestoreStep, restoreSteps } from './restore-steps.ts';

/** Where Kubernetes keeps the addresses of its API servers. */
export const apiServerAddresses = '/registry/masterleases/';

/** The steps as people agree to them, with what is run, per host, as they would type it. */
export function planSteps(decided: Decided, cluster: Cluster): readonly PlanStep[] {
  return restoreSteps(decided).map((step) => ({
    name: step.name,
    commands: commandsOf(step, decided, cluster),
    changes: step.changes,
    ...(step.isPointOfNoReturn ? { isPointOfNoReturn: true } : {}),
  }));
}

function commandsOf({ does }: RestoreStep, decided: Decided, cluster: Cluster): PlanStep['commands'] {
  if (does.kind === 'own') return ownCommands(does.work, does.member, decided, cluster).map((command) => ({ command }));
  return decided.hosts
    .filter(({ name }) => does.hosts.includes(name))
    .flatMap((host) => {
      const commands = does.tags.flatMap((tag) => commandsByHand(tag, decided, host));
      return commands.map((command) => ({ on: host.name, command }));
    });
}

/** Through any member that is well; certificates and password are left to who types it. */
function ownCommands(
  work: OwnWork,
  member: string | undefined,
  { hosts, lost, shared }: Decided,
  { backup }: Cluster,
): readonly string[] {
  const endpoints = `--endpoints=${hosts.map(({ variables }) => variables.etcd_client_url).join(',')}`;
  const its = lost.find(({ name }) => name === member);
  switch (work) {
    case 'save':
      return [
        `etcdctl --endpoints=<one member> snapshot save before-${shared.restore_mark}.db   # Salvor: to ${backup.address}/${backup.prefix}`,
      ];
    case 'check-etcd':
      return ['endpoint health', 'endpoint status', 'endpoint hashkv'].map((words) => `etcdctl ${endpoints} ${words}`);
    case 'clear-addresses':
      return [`etcdctl ${endpoints} del --prefix ${apiServerAddresses}`];
    case 'check-data':
      return [`etcdctl ${endpoints} get --prefix --count-only --write-out=fields /registry/`];
    case 'check-kubernetes':
      return ["kubectl get --raw '/readyz?verbose'", 'kubectl --namespace kube-system get leases', 'kubectl get nodes'];
    case 'remove-member':
      return [`etcdctl ${endpoints} member remove ${its?.id ?? ''}`];
    case 'add-learner':
      return [
        shellWords(['etcdctl', endpoints, 'member', 'add', member ?? '', '--learner', `--peer-urls=${its?.peerUrl}`]),
      ];
    case 'promote':
      return [`etcdctl ${endpoints} member promote <the id that member add told>`];
  }
}
