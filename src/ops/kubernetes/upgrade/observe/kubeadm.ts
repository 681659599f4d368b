import { parse } from 'yaml';
import { z } from 'zod';
import type { Piece } from '../../../findings/piece.ts';
import { kubeadmConfigPath } from '../../paths.ts';
import type { Kubeadm, Settings } from '../observed.ts';
import { type Looking, unreadable } from './read.ts';

const ConfigMap = z.object({ data: z.object({ ClusterConfiguration: z.string() }) });
/** A map until v1beta3, a list from v1beta4 on, in which a flag may stand twice. */
const ExtraArgs = z
  .union([
    z.record(z.string(), z.string()),
    z
      .array(z.object({ name: z.string(), value: z.string() }))
      .transform((all) => Object.fromEntries(all.map(({ name, value }) => [name, value] as const))),
  ])
  .nullish();
const Component = z.object({ extraArgs: ExtraArgs }).nullish();
const ClusterConfiguration = z.object({
  apiVersion: z.string(),
  kubernetesVersion: z.string(),
  imageRepository: z.string().nullish(),
  featureGates: z.record(z.string(), z.boolean()).nullish(),
  apiServer: Component,
  controllerManager: Component,
  scheduler: Component,
  etcd: z.object({ local: Component }).nullish(),
});

export interface KubeadmConfig {
  readonly kubeadm: Kubeadm;
  /** What it would write into the static pods of the next version. */
  readonly settings: readonly Piece<Settings>[];
}

/** What kubeadm keeps in the cluster; undefined where it did not make it. */
export async function readKubeadm({ kubernetes, cluster, options }: Looking): Promise<KubeadmConfig | undefined> {
  const found = await kubernetes.object(cluster, kubeadmConfigPath, options);
  if (found === undefined) return undefined;
  const config = ClusterConfiguration.parse(parsed(ConfigMap.parse(found).data.ClusterConfiguration));
  const { apiVersion, kubernetesVersion, imageRepository } = config;
  return {
    kubeadm: { apiVersion, kubernetesVersion, imageRepository: imageRepository ?? undefined },
    settings: settingsOf(config),
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw unreadable('Its ClusterConfiguration is no YAML.');
  }
}

function settingsOf({
  apiServer,
  controllerManager,
  scheduler,
  etcd,
  featureGates,
}: z.infer<typeof ClusterConfiguration>) {
  const its = {
    'kube-apiserver': apiServer,
    'kube-controller-manager': controllerManager,
    'kube-scheduler': scheduler,
    etcd: etcd?.local,
  };
  const components = Object.entries(its).map(([component, one]): Piece<Settings> => {
    const { 'feature-gates': gates = '', ...flags } = one?.extraArgs ?? {};
    const pairs = gates.split(',').flatMap((pair) => (pair.includes('=') ? [pair.split('=') as [string, string]] : []));
    return {
      known: {
        ...{ component: component as keyof typeof its, where: `kubeadm-config, ${component}`, flags },
        featureGates: Object.fromEntries(pairs.map(([name, value]) => [name.trim(), value.trim() === 'true'])),
      },
    };
  });
  return [
    ...components,
    {
      known: {
        component: 'kubeadm',
        where: 'kubeadm-config, featureGates',
        flags: {},
        featureGates: featureGates ?? {},
      },
    } as const,
  ];
}
