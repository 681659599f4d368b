import { clock } from '../../src/adapters/clock.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { checkUpgrade } from '../../src/ops/kubernetes/upgrade/check-upgrade.ts';
import type { Kubernetes } from '../../src/ports/kubernetes.ts';
import { longestBusyMs } from '../../test/contract/longest-busy.ts';
import { createBackupPlanter } from '../../test/fakes/backups.ts';
import { clusterOf } from '../../test/fakes/cluster.ts';
import { createFakeEtcd } from '../../test/fakes/etcd.ts';
import { createFakeObjects } from '../../test/fakes/objects.ts';
import { createRunContext } from '../../test/fakes/run-context.ts';
import { bytesRead } from '../instruments/bytes-read.ts';
import { rounded } from '../instruments/figures.ts';
import { longestBlock } from '../instruments/longest-block.ts';
import { peakRssMb, withRequests } from '../instruments/requests.ts';
import type { UpgradeTask } from './ways.ts';

// One verdict in a process of its own, so that its memory and processor time are nobody else's. etcd and the bucket are in memory: an upgrade asks them
// for a handful of things. Prints what it took as JSON.
const task: UpgradeTask = JSON.parse(process.argv[2] ?? '');
const cluster = clusterOf({}, { hasKubernetes: true, nodeBatches: { canary: 1, percent: 20 } });
const etcd = createFakeEtcd({ [cluster.name]: { members: 3 } });
const objects = createFakeObjects(clock, { buckets: ['main'] });
const plant = createBackupPlanter(objects, cluster);
plant.verified(plant.own({ id: 'r-1', takenAt: new Date(Date.now() - 3_600_000) }));
const secondsOf = new Map<string, number>();
const kubernetes = timed(createKubernetes({ [cluster.name]: { kubeconfig: task.kubeconfig } }));

// A worker has been up for long when somebody asks: the Kubernetes client is loaded, which its peak holds.
await kubernetes.version(cluster.name);

const block = longestBlock();
const cpu = process.cpuUsage();
const { context } = createRunContext();
const measured = withRequests(() =>
  checkUpgrade({ etcd, kubernetes, objects, clock }, cluster, { version: task.version }, context),
);
const busyMs = await longestBusyMs(() => measured);
const { result, seconds, requests } = await measured;
const { user, system } = process.cpuUsage(cpu);
const { nodes, helmReleases, barePods } = result.observed;
if ('gap' in nodes || 'gap' in helmReleases || 'gap' in barePods) throw new Error('not all could be read');

console.log(
  JSON.stringify({
    ...{ seconds, requests, bytesRead: bytesRead(), cpuSeconds: (user + system) / 1e6 },
    ...{ peakRssMb: peakRssMb(), longestBlockMs: block.end(), longestBusyMs: Math.round(busyMs) },
    found: { nodes: nodes.known.length, releases: helmReleases.known.length },
    secondsOf: Object.fromEntries([...secondsOf].sort(([, one], [, other]) => other - one).slice(0, 5)),
  }),
);

/** The same, with how long each list took to come, without what is done with it. */
function timed(real: Kubernetes): Kubernetes {
  return {
    ...real,
    async *list(name, listing, options) {
      let begun = performance.now();
      for await (const page of real.list(name, listing, options)) {
        const before = secondsOf.get(listing.path) ?? 0;
        secondsOf.set(listing.path, rounded(before + (performance.now() - begun) / 1000));
        yield page;
        begun = performance.now();
      }
    },
  };
}
