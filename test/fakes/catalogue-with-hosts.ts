import { createCatalogue } from '../../src/adapters/catalogue.ts';
import { Settings } from '../../src/config/schema.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';

export interface HostsSetup {
  readonly withApi?: boolean;
  /** salvor.yaml says nothing of its hosts. */
  readonly isUndescribed?: boolean;
  readonly withKubernetes?: boolean;
  /** Settings of each member besides the usual ones. */
  readonly member?: (index: number) => Readonly<Record<string, unknown>>;
  readonly restore?: Readonly<Record<string, unknown>>;
}

/** prod-1 with hosts of these names. */
export function catalogueWithHosts(
  names: readonly string[],
  { withApi = true, withKubernetes, isUndescribed, member, restore }: HostsSetup,
): Catalogue {
  const manifest = (name: string) => ({ kind: 'staticPod', manifest: `/etc/kubernetes/manifests/${name}.yaml` });
  const members = names.map((name, index) => ({
    ...{ name, host: `10.0.0.1${index + 1}`, dataDir: '/var/lib/etcd', owner: 'etcd:etcd' },
    peerUrl: `http://${name}.prod-1.example:2380`,
    clientUrl: `http://${name}.prod-1.example:2379`,
    etcd: { kind: 'systemd', unit: 'etcd.service' },
    ...(withApi ? { apiServer: manifest('kube-apiserver'), afterwards: [manifest('kube-scheduler')] } : {}),
    ...member?.(index),
  }));
  const cluster = {
    ...{ environment: 'production', channels: ['C0PROD'] },
    etcd: { endpoints: members.map(({ clientUrl }) => clientUrl), allowHttp: true },
    backup: { bucket: 'main', prefix: 'etcd/prod-1', foreign: ['old'] },
    ...(isUndescribed ? {} : { restore: { members, ...restore } }),
    ...(withKubernetes ? { kubernetes: { kubeconfig: '/etc/salvor/kubeconfig' } } : {}),
  };
  const settings = { slack: { team: 'T0LOCAL' }, buckets: { main: { bucket: 'etcd-backups' } } };
  return createCatalogue(Settings.parse({ ...settings, clusters: { 'prod-1': cluster } }));
}
