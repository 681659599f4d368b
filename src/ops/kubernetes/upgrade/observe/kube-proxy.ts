import { parse } from 'yaml';
import { z } from 'zod';
import type { Piece } from '../../../findings/piece.ts';
import { kubeProxyConfigPath } from '../../paths.ts';
import type { Settings } from '../observed.ts';
import { type Looking, piece, unreadable } from './read.ts';
import type { SystemPod } from './system-pods.ts';

const ConfigMap = z.object({ data: z.record(z.string(), z.string()).default({}) });
const Configuration = z.object({
  kind: z.literal('KubeProxyConfiguration'),
  featureGates: z.record(z.string(), z.boolean()).nullish(),
});

/** What kube-proxy is told in the file that --config names: kubeadm keeps it in a ConfigMap. None where nobody is told so. */
export async function readProxySettings(
  looking: Looking,
  pods: readonly SystemPod[],
): Promise<readonly Piece<Settings>[]> {
  const told = pods.filter(({ component, flags }) => component === 'kube-proxy' && flags.config !== undefined);
  const [other] = told.filter(({ references }) => !references.includes('config map kube-proxy'));
  const what = 'what kube-proxy is told in its configuration file';
  if (other) {
    const needs = `${other.flags.config} of ${other.name} is not in ConfigMap kube-proxy: look at its feature gates.`;
    return [{ gap: { what, needs } }];
  }
  return told.length === 0 ? [] : [await piece(what, () => readOne(looking))];
}

async function readOne({ kubernetes, cluster, options }: Looking): Promise<Settings> {
  const found = await kubernetes.object(cluster, kubeProxyConfigPath, options);
  if (found === undefined) throw unreadable('There is no ConfigMap kube-proxy in kube-system.');
  const [config] = Object.values(ConfigMap.parse(found).data).flatMap((text) => configurationIn(text) ?? []);
  if (!config) throw unreadable('ConfigMap kube-proxy has no KubeProxyConfiguration: look at it.');
  return {
    ...{ component: 'kube-proxy', where: 'ConfigMap kube-proxy', flags: {} },
    featureGates: config.featureGates ?? {},
  };
}

function configurationIn(text: string): z.infer<typeof Configuration> | undefined {
  try {
    return Configuration.safeParse(parse(text)).data;
  } catch {
    return undefined;
  }
}
