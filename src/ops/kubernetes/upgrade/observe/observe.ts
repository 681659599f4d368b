import { usualQuotaBytes } from '../../../etcd/quota.ts';
import type { Piece } from '../../../findings/piece.ts';
import { releaseOf } from '../../release.ts';
import { oldestVersion } from '../answer-upgrade.ts';
import type { EtcdMember, Observed, Settings } from '../observed.ts';
import { readApiServices } from './api-services.ts';
import { createBackends } from './backends.ts';
import { corednsTag, instancesOf, requiredInstances, settingsOfPods } from './components.ts';
import { readConfigz } from './configz.ts';
import { readCustomResources } from './custom-resources.ts';
import { readDisruptionBudgets } from './disruption-budgets.ts';
import { readHelmReleases } from './helm-releases.ts';
import { readProxySettings } from './kube-proxy.ts';
import { readKubeadm } from './kubeadm.ts';
import { countNodeLeases } from './node-leases.ts';
import { readNodes, type SeenNode } from './nodes.ts';
import { type Looking, piece } from './read.ts';
import { readStoredUses } from './stored-uses.ts';
import { readSystemPods, type SystemPod } from './system-pods.ts';
import { readWebhooks } from './webhooks.ts';
import { readBarePods, readSingleReplicas } from './workloads.ts';

/** What the API of the cluster does not tell: etcd, certificates, backups, files, and each API server's own metrics. */
export type FromElsewhere = Pick<
  Observed,
  'at' | 'etcd' | 'storedInEtcd' | 'certificates' | 'backup' | 'backupMaxAgeMs' | 'manifests' | 'deprecatedCalls'
>;

/**
 * Everything that a verdict rests on, one list after the other so that an API server under load is not asked for all at once. Throws only for
 * the signal: what could not be read is a gap in its place.
 * `said` is the version of the API server that was asked, `to` the minor that is wanted.
 */
export async function observe(
  looking: Looking,
  way: { readonly said: string; readonly to: number },
  elsewhere: FromElsewhere,
): Promise<Observed> {
  const pods = await piece('the pods of kube-system', () => readSystemPods(looking));
  const apiServers = of(pods, (known) => requiredInstances(known, 'kube-apiserver'));
  // The oldest: what is removed between it and the others is still to come.
  const from = releaseOf(oldestVersion({ apiServers }, way.said))?.minor ?? way.to;
  const nodes = await piece('nodes', () => readNodes(looking, 'known' in pods ? pods.known : []));
  const kubeadm = await piece('kubeadm-config', () => readKubeadm(looking));
  const backends = createBackends(looking, from);
  const configz = 'gap' in nodes ? [nodes] : await readConfigz(looking, nodes.known);
  const proxy = 'gap' in pods ? [] : await readProxySettings(looking, pods.known);
  return {
    ...elsewhere,
    cluster: looking.cluster,
    apiServers,
    etcd: of(elsewhere.etcd, (members) => ({ known: withQuotas(members, 'known' in pods ? pods.known : []) })),
    controllerManagers: of(pods, (known) => requiredInstances(known, 'kube-controller-manager')),
    schedulers: of(pods, (known) => requiredInstances(known, 'kube-scheduler')),
    cloudControllerManagers: of(pods, (known) => ({ known: instancesOf(known, 'cloud-controller-manager') })),
    nodes,
    coredns: of(pods, (known) => ({ known: corednsTag(known) })),
    pause: of(nodes, pauseTags),
    settings: of(pods, (known) => ({ known: [...settingsOfPods(known), ...proxy, ...configz, ...ofKubeadm(kubeadm)] })),
    kubeadm: of(kubeadm, (known) => ({ known: known?.kubeadm })),
    stored: await piece('in which versions objects were written', () => readStoredUses(looking, from, way.to)),
    helmReleases: await piece('Helm releases', () => readHelmReleases(looking)),
    customResources: await piece('custom resource definitions', () => readCustomResources(looking, backends)),
    webhooks: await piece('webhooks', () => readWebhooks(looking, backends)),
    apiServices: await piece('APIServices', () => readApiServices(looking)),
    disruptionBudgets: await piece('pod disruption budgets', () => readDisruptionBudgets(looking, from)),
    singleReplicas: await piece('replicas of workloads', () => readSingleReplicas(looking)),
    barePods: await piece('pods without a controller', () => readBarePods(looking)),
    nodeLeases: await piece('node Leases', () => countNodeLeases(looking)),
    storageBackend: storage(pods, apiServers, 'storage-backend', 'etcd3'),
    storageMediaType: storage(pods, apiServers, 'storage-media-type', 'application/vnd.kubernetes.protobuf'),
  };
}

const of = <T, U>(found: Piece<T>, look: (known: T) => Piece<U>): Piece<U> =>
  'gap' in found ? found : look(found.known);

/** Of a member that does not tell its quota the static pod does, or has the default. */
function withQuotas(members: readonly EtcdMember[], pods: readonly SystemPod[]): readonly EtcdMember[] {
  const ofEtcd = pods.filter(({ component }) => component === 'etcd');
  return members.map((member) => {
    const pod = ofEtcd.find(({ flags }) => flags.name === member.name);
    if (!pod || member.quotaBytes !== undefined) return member;
    // 0 means the default too.
    return { ...member, quotaBytes: Number(pod.flags['quota-backend-bytes'] ?? 0) || usualQuotaBytes };
  });
}

function pauseTags(nodes: readonly SeenNode[]): Piece<readonly string[]> {
  const tags = [...new Set(nodes.flatMap((node) => node.pauseTags))].toSorted();
  if (tags.length > 0 || nodes.length === 0) return { known: tags };
  return {
    gap: {
      what: 'the pause image of nodes',
      needs: 'No node tells of it: look at sandbox_image of their container runtime.',
    },
  };
}

const ofKubeadm = (found: Piece<{ readonly settings: readonly Piece<Settings>[] } | undefined>) =>
  'gap' in found ? [found] : (found.known?.settings ?? []);

/** A flag of the API servers; the first that says otherwise than its default counts. Where they are no pods, that is the one gap. */
function storage(
  pods: Piece<readonly SystemPod[]>,
  apiServers: Observed['apiServers'],
  flag: string,
  usual: string,
): Piece<string> {
  if ('gap' in apiServers) return apiServers;
  return of(pods, (known) => {
    const servers = known.filter(({ component }) => component === 'kube-apiserver');
    return { known: servers.map(({ flags }) => flags[flag] ?? usual).find((value) => value !== usual) ?? usual };
  });
}
