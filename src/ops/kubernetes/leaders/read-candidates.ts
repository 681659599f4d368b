import { z } from 'zod';
import { Fault } from '../../../chatops/errors.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Informer } from '../../../ports/informer.ts';
import { candidatesPath } from '../paths.ts';
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
  informer: Pick<Informer, 'list'>,
  cluster: string,
  options: AskOptions = {},
): Promise<readonly Candidate[]> {
  for (const version of candidateVersions) {
    try {
      const pages = await Array.fromAsync(informer.list(cluster, { path: candidatesPath(version) }, options));
      return pages.flatMap(({ items }) => items.map(candidateOf));
    } catch (error) {
      if (!(error instanceof Fault && isAbsent(error))) throw error;
    }
  }
  return [];
}

/** Has the informer keep them, of the newest API that has them, until the signal fires; ends where no API does. They hardly ever change. */
export async function watchCandidates(informer: Informer, cluster: string, signal: AbortSignal): Promise<void> {
  for (const version of candidateVersions) {
    for await (const news of informer.watch(cluster, { path: candidatesPath(version) }, { signal })) {
      if (news.kind === 'deaf' && isAbsent(news.fault)) break;
    }
  }
}

const isAbsent = ({ code }: Fault): boolean => code === 'KUBERNETES_ABSENT';

function candidateOf(object: unknown): Candidate {
  const { metadata, spec } = CandidateObject.parse(object);
  return {
    name: metadata.name,
    lease: spec.leaseName,
    emulationVersion: spec.emulationVersion || undefined,
    binaryVersion: spec.binaryVersion || undefined,
  };
}
