import { z } from 'zod';
import type { BarePod, Workload } from '../observed.ts';
import { each, type Looking, named } from './read.ts';

const Name = z.object({ name: z.string(), namespace: z.string() });
const Scaled = z.object({ metadata: Name, spec: z.object({ replicas: z.int().nullish() }) });
const kinds = { Deployment: '/apis/apps/v1/deployments', StatefulSet: '/apis/apps/v1/statefulsets' } as const;

/** Deployments and StatefulSets that want exactly one pod. */
export async function readSingleReplicas(looking: Looking): Promise<readonly Workload[]> {
  const found: Workload[] = [];
  for (const [kind, path] of Object.entries(kinds)) {
    for await (const { metadata, spec } of each(looking, { path }, Scaled)) {
      // Not told means one.
      if ((spec.replicas ?? 1) === 1) found.push({ name: `${kind} ${named(metadata)}`, replicas: 1 });
    }
  }
  return found;
}

const PodMetadata = z.object({
  metadata: Name.extend({
    annotations: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.object({ controller: z.boolean().nullish() })).nullish(),
  }),
});
const Placed = z.object({ spec: z.object({ nodeName: z.string().nullish() }) });
/** Of more than these nobody needs to know where each is. */
const mostPlaced = 100;

/**
 * Pods that no controller makes anew. From the metadata of pods that run, a page after the other, of which nothing is kept: 150 000 of them take
 * a minute and no memory. Where each bare one is, is asked for one by one.
 */
export async function readBarePods(looking: Looking): Promise<readonly BarePod[]> {
  const bare: z.infer<typeof Name>[] = [];
  const listing = {
    path: '/api/v1/pods',
    fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
    metadataOnly: true,
  };
  for await (const { metadata } of each(looking, listing, PodMetadata)) {
    // The mirror of a static pod: its kubelet makes it anew, and no drain takes it. Newer ones have their node as owner, older ones none.
    const isStatic = metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
    if (!isStatic && !metadata.ownerReferences?.some(({ controller }) => controller))
      bare.push({ name: metadata.name, namespace: metadata.namespace });
  }
  const { kubernetes, cluster, options } = looking;
  const placed: BarePod[] = [];
  for (const [nth, pod] of bare.entries()) {
    const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`;
    const found = nth < mostPlaced ? Placed.safeParse(await kubernetes.object(cluster, path, options)) : undefined;
    placed.push({ name: named(pod), node: found?.data?.spec.nodeName ?? undefined });
  }
  return placed;
}
