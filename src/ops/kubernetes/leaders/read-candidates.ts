import { z } from 'zod';
import { Fault } from '../../../chatops/errors.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { candidateVersions } from './election-facts.ts';

/** Who may lead where the API server elects: the oldest emulation version does. */
export interface Candidate {
  /** What the holder of the Lease is called then. */
  readonly name: string;
  readonly lease: string;
  readonly emulationVersion: string | undefined;
  readonly binaryVersion: string | undefined;
}

const CandidateObject = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    leaseName: z.string(),
    binaryVersion: z.string().nullish(),
    emulationVersion: z.string().nullish(),
  }),
});

/** From the newest API that has them; none where no API does. Throws what the port throws. */
export async function readCandidates(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions = {},
): Promise<readonly Candidate[]> {
  for (const version of candidateVersions) {
    const path = `/apis/coordination.k8s.io/${version}/namespaces/kube-system/leasecandidates`;
    try {
      const pages = await Array.fromAsync(kubernetes.list(cluster, { path }, options));
      return pages.flatMap(({ items }) => items.map(candidateOf));
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'KUBERNETES_ABSENT')) throw error;
    }
  }
  return [];
}

function candidateOf(object: unknown): Candidate {
  const { metadata, spec } = CandidateObject.parse(object);
  return {
    name: metadata.name,
    lease: spec.leaseName,
    emulationVersion: spec.emulationVersion || undefined,
    binaryVersion: spec.binaryVersion || undefined,
  };
}
