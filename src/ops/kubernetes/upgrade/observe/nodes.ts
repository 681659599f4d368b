import { z } from 'zod';
import { nodesPath } from '../../paths.ts';
import type { NodeFacts } from '../observed.ts';
import { every, type Looking } from './read.ts';
import { type SystemPod, tagOf } from './system-pods.ts';

const NodeObject = z
  .object({
    metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
    spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
    status: z.object({
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
      nodeInfo: z.object({ kubeletVersion: z.string(), containerRuntimeVersion: z.string() }),
      images: z.array(z.object({ names: z.array(z.string()).nullish() })).nullish(),
    }),
  })
  .transform(({ metadata: { name, labels }, spec, status: { conditions, nodeInfo, images } }) => ({
    name,
    isControlPlane: controlPlaneLabels.some((label) => labels?.[label] !== undefined),
    isReady: conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    troubles: (conditions ?? []).flatMap(({ type, status }) => (type !== 'Ready' && status === 'True' ? [type] : [])),
    isCordoned: spec?.unschedulable ?? false,
    kubelet: nodeInfo.kubeletVersion,
    runtime: nodeInfo.containerRuntimeVersion,
    pauseTags: (images ?? []).flatMap(({ names }) => names?.flatMap((image) => pauseTag(image) ?? []) ?? []),
  }));

const controlPlaneLabels = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

export interface SeenNode extends NodeFacts {
  /** Tags of pause images on it. It tells of its fifty largest images only, and this is a small one. */
  readonly pauseTags: readonly string[];
}

/** Every node; thousands are a few MB, since only this is kept of them. kube-proxy is that of kube-system: what nodes say of it is not true. */
export async function readNodes(looking: Looking, pods: readonly SystemPod[]): Promise<readonly SeenNode[]> {
  const proxies = new Map(
    pods.flatMap(({ component, node, tag }) =>
      component === 'kube-proxy' && node !== undefined ? [[node, tag] as const] : [],
    ),
  );
  const nodes = await every(looking, { path: nodesPath }, NodeObject);
  return nodes.map((node) => ({ ...node, kubeProxy: proxies.get(node.name) }));
}

/** 'registry.k8s.io/pause:3.10' -> '3.10'. */
const pauseTag = (image: string): string | undefined => (/\/pause[:@]/.test(image) ? tagOf(image) : undefined);
