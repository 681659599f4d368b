import { Refusal } from '../../../chatops/errors.ts';
import { counted } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Etcd } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import type { Objects } from '../../../ports/objects.ts';
import { answerUpgrade, oldestVersion } from './answer-upgrade.ts';
import { type Hop, hops } from './hops.ts';
import { readApiServers, readCallsOfAll } from './observe/asked-servers.ts';
import { nameCallers } from './observe/callers.ts';
import { requiredInstances } from './observe/components.ts';
import { readEtcdMembers } from './observe/etcd-members.ts';
import { readNewestBackup } from './observe/newest-backup.ts';
import { type FromElsewhere, observe } from './observe/observe.ts';
import { type Looking, piece } from './observe/read.ts';
import { readServedCertificates } from './observe/served-certificates.ts';
import { readStoredInEtcd, registryOf } from './observe/stored-in-etcd.ts';
import type { ManifestFile } from './observed.ts';
import type { UpgradeAnswer } from './upgrade-report.ts';

export const upgradeSteps = [
  'Ask what API servers run',
  'Look at etcd and the backups',
  'Look at the cluster',
] as const;
const [askWhatRuns, lookElsewhere, lookAtCluster] = upgradeSteps;

export interface UpgradePorts {
  readonly etcd: Pick<Etcd, 'survey' | 'vitals' | 'certificates' | 'values' | 'count'>;
  readonly kubernetes: Kubernetes;
  readonly objects: Objects;
  readonly clock: Clock;
}

export interface Asked {
  /** Where it is to go: '1.34', '1.34.2'. */
  readonly version: string;
  /** Files that people gave to be looked at. */
  readonly manifests?: readonly ManifestFile[];
}

/**
 * Whether a cluster may go to a version, with everything a verdict rests on. Changes nothing. Throws Refusal for what is no upgrade, before anything
 * large is read, and Fault only where nobody says what the cluster runs: all else that cannot be read is a gap.
 */
export async function checkUpgrade(
  ports: UpgradePorts,
  cluster: Cluster,
  { version: target, manifests = [] }: Asked,
  { signal, step, detail }: Pick<RunContext, 'signal' | 'step' | 'detail'>,
): Promise<UpgradeAnswer> {
  const { name, nodeBatches: batches } = cluster;
  if (!batches) {
    throw new Refusal(
      `${name} has no kubeconfig in salvor.yaml: nobody can look at it.`,
      `Name one under clusters.${name}.kubernetes, with the rights of deploy/kubernetes/rbac.yaml.`,
    );
  }
  const looking: Looking = { kubernetes: counting(ports.kubernetes, detail), cluster: name, options: { signal } };
  const { said, servers, way } = await step(askWhatRuns, async () => {
    const said = await ports.kubernetes.version(name, signal);
    const servers = await readApiServers(looking);
    const apiServers = 'gap' in servers.pods ? servers.pods : requiredInstances(servers.pods.known, 'kube-apiserver');
    // While some API servers are behind, going on to what the others run already is an upgrade.
    return { said, servers, way: hops(oldestVersion({ apiServers }, said), target, name) };
  });
  const elsewhere = await step(lookElsewhere, async (): Promise<FromElsewhere> => {
    const at = ports.clock.now();
    return {
      at,
      etcd: await piece('the members of etcd', () => readEtcdMembers(ports.etcd, name, { signal })),
      storedInEtcd: await piece('in which versions etcd holds objects', () => {
        const kept = { ...registryOf(servers.pods), from: firstMinor(way), to: lastMinor(way) };
        return readStoredInEtcd(ports.etcd, name, kept, { signal });
      }),
      backup: await piece('the newest backup', () => readNewestBackup(ports.objects, cluster, at, { signal })),
      backupMaxAgeMs: cluster.backup.maxAgeMs,
      deprecatedCalls: await nameCallers(looking, servers.pods, await readCallsOfAll(looking, servers), way),
      certificates: await readServedCertificates(ports, looking, servers),
      manifests: { known: manifests },
    };
  });
  const observed = await step(lookAtCluster, () => observe(looking, { said, to: lastMinor(way) }, elsewhere));
  return answerUpgrade(observed, { said, target, batches });
}

const firstMinor = (way: readonly Hop[]): number => Math.min(...way.map(({ from }) => from));
const lastMinor = (way: readonly Hop[]): number => Math.max(...way.map(({ to }) => to));

/** Says on the card how much was read: a large cluster takes minutes. */
function counting(kubernetes: Kubernetes, detail: (text: string) => void): Looking['kubernetes'] {
  let read = 0;
  return {
    object: (...asked) => kubernetes.object(...asked),
    text: (...asked) => kubernetes.text(...asked),
    lines: (...asked) => kubernetes.lines(...asked),
    async *list(...asked) {
      for await (const page of kubernetes.list(...asked)) {
        read += page.items.length;
        detail(`${counted(read, 'object')} read`);
        yield page;
      }
    },
  };
}
