import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { createInformer } from '../../src/adapters/informer.ts';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import type { Takeovers } from '../../src/ports/takeovers.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd, type FakeEtcd } from '../fakes/etcd.ts';
import { createFakeKubernetes, type FakeKubernetes, lease, leasesPath } from '../fakes/kubernetes.ts';
import { people } from '../people.ts';

export const scheduler = 'kube-scheduler';
export const controllers = 'kube-controller-manager';

export interface LeadersHouse {
  readonly bot: Bot;
  readonly etcd: FakeEtcd;
  readonly kubernetes: FakeKubernetes;
  readonly takeovers: Takeovers;
  /** Vera asks, a worker answers. */
  leaders(): Promise<{ readonly report: Report; readonly says: string }>;
  /** Both components have leaders, the scheduler's as told. */
  schedulerIs(holder: string, renewedSecondsAgo: number, more?: object): void;
}

/** prod-1 with Kubernetes, three members of etcd and a bot. */
export async function openLeadersHouse(changes: Partial<Cluster> = {}): Promise<LeadersHouse> {
  const clock = { now: () => bot.clock.now() };
  const etcd = createFakeEtcd({ 'prod-1': { members: 3 } }, clock);
  const kubernetes = createFakeKubernetes(clock);
  const takeovers = createTakeovers({ shelf: memoryShelf(() => clock.now().getTime()), clock });
  const cluster = clusterOf({}, { hasKubernetes: true, takeoversPerHour: 3, ...changes });
  const catalogue = catalogueOf([cluster]);
  const bot = await createBot({ etcd, kubernetes, informer: createInformer(kubernetes), takeovers, catalogue });
  return {
    ...{ bot, etcd, kubernetes, takeovers },
    async leaders() {
      const { id } = startedRun(await bot.types(people.vera, '/salvor leaders prod-1'));
      bot.reply();
      await bot.works();
      const run = await bot.runs.find(id);
      if (!run?.report) throw new Error('it has not ended');
      return { report: run.report, says: await bot.result(id) };
    },
    schedulerIs: (holder, renewedSecondsAgo, more = {}) =>
      kubernetes.has(leasesPath, (now) => {
        const own = lease(scheduler, holder, ago(now, renewedSecondsAgo));
        return [lease(controllers, 'cp-1_uid', now), { ...own, spec: { ...own.spec, ...more } }];
      }),
  };
}

export const fault = (code: string, message: string, next: string) =>
  new Fault(message, {
    ...{ port: 'kubernetes', operation: 'read', code, next },
    retryable: code === 'KUBERNETES_UNREACHABLE',
  });
export const forbidden = (resource: string) =>
  fault(
    'KUBERNETES_FORBIDDEN',
    `The API server of prod-1 refuses: ${resource} is forbidden: User "salvor" cannot list resource "${resource}".`,
    'Grant ClusterRole salvor of deploy/kubernetes/rbac.yaml.',
  );
export const unreachable = fault(
  'KUBERNETES_UNREACHABLE',
  'The API server of prod-1 cannot be reached.',
  'Look whether it runs.',
);

export const ago = (now: Date, seconds: number) => new Date(now.getTime() - seconds * 1000);
export const identity = (host: string, renewedAt: Date, address?: string) => ({
  ...lease(`apiserver-${host}`, `apiserver-${host}_uid`, renewedAt),
  metadata: {
    name: `apiserver-${host}`,
    labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': host },
    annotations: address ? { 'kubernetes.io/peer-advertise-address': address } : {},
  },
});
export const rowOf = ({ table }: Report, component: string) => table?.rows.find(([name]) => name === component);
