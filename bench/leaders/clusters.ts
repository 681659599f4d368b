import { join } from 'node:path';
import { z } from 'zod';
import { makeCertificates } from '../../sandbox/certificates.ts';
import { type Cast, startCast } from '../../sandbox/kubernetes/cast.ts';
import { startKubelets } from '../../sandbox/kubernetes/kubelets.ts';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { smallCluster } from '../../sandbox/kubernetes/small-cluster.ts';
import { nowMs, type ToldOfClusters } from './told.ts';

// Clusters with three API servers each, in a process of their own: leaders renew every 2 s, API servers and kubelets every 10 s. From the first message
// on a scheduler's leader ends every so often, in one cluster after the other; another takes over when it next tries, as in life.
const task: { readonly directory: string; readonly clusters: number; readonly everyMs: number } = JSON.parse(
  process.argv[2] ?? '',
);
const tell = (told: ToldOfClusters) => void process.send?.(told);
/** By then somebody else leads: they try every 2 to 4.4 s. */
const restartsAfterMs = 6000;
const version = 'v1.36.2';
const scheduler = 'kube-scheduler';

const certificates = await makeCertificates(join(task.directory, 'certificates'));
const casts: Cast[] = [];
const kubeconfigs: Record<string, string> = {};
for (let nth = 0; nth < task.clusters; nth += 1) {
  const name = `c-${nth}`;
  const kubernetes = await startKubernetes({
    directory: join(task.directory, name),
    ...{ certificates, apiServers: 3, version },
  });
  kubernetes.load(smallCluster(version));
  tellChanges(name, kubernetes);
  casts.push(startCast(kubernetes));
  startKubelets(kubernetes.cluster);
  kubeconfigs[name] = await kubernetes.kubeconfig('admin');
}
tell({ kind: 'up', kubeconfigs });
process.once('disconnect', () => process.exit());

let nth = 0;
process.once('message', () => {
  setInterval(() => {
    const leader = casts[nth++ % casts.length]?.leader(scheduler);
    leader?.terminate();
    setTimeout(() => leader?.start(), restartsAfterMs);
  }, task.everyMs);
});

function tellChanges(cluster: string, { store }: SandboxKubernetes): void {
  const Lease = z.object({
    metadata: z.object({ name: z.literal(scheduler) }),
    spec: z.object({ holderIdentity: z.string().min(1), acquireTime: z.coerce.date() }),
  });
  let last = 0;
  store.watch('coordination.k8s.io/leases', ({ after }) => {
    const { data } = Lease.safeParse(JSON.parse(after?.text() ?? '{}'));
    const acquiredMs = data?.spec.acquireTime.getTime() ?? last;
    if (acquiredMs !== last) tell({ kind: 'changed', cluster, acquiredMs, atMs: nowMs() });
    last = acquiredMs;
  });
}
