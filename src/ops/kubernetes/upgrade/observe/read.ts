import type { z } from 'zod';
import { Fault } from '../../../../chatops/errors.ts';
import type { AskOptions } from '../../../../ports/etcd.ts';
import type { Kubernetes, Listing } from '../../../../ports/kubernetes.ts';
import { gapsFrom } from '../../../findings/gaps-from.ts';

/** Where observers look, and for how long they may. */
export interface Looking {
  readonly kubernetes: Pick<Kubernetes, 'list' | 'object' | 'text' | 'lines'>;
  readonly cluster: string;
  readonly options: AskOptions;
}

export const piece = gapsFrom('What the API server says of it');

/** A gap that has to do with what was read, not with reading it. */
export const unreadable = (message: string): Fault =>
  new Fault(message, { port: 'kubernetes', operation: 'read', code: 'KUBERNETES_ANSWER', retryable: false });

/** Every object of a kind, as the few fields of `shape`: what else it holds is let go with its page. */
export async function* each<T>(
  { kubernetes, cluster, options }: Looking,
  listing: Listing,
  shape: z.ZodType<T>,
): AsyncGenerator<T> {
  for await (const { items } of kubernetes.list(cluster, listing, options))
    for (const item of items) yield shape.parse(item);
}

/** As `each`, of a kind that the cluster may not have at all. */
export async function* eachIfAny<T>(looking: Looking, listing: Listing, shape: z.ZodType<T>): AsyncGenerator<T> {
  try {
    yield* each(looking, listing, shape);
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'KUBERNETES_ABSENT')) throw error;
  }
}

/** All of them at once: of a kind of which a cluster has thousands, as no more than is kept of them. */
export const every = <T>(looking: Looking, listing: Listing, shape: z.ZodType<T>): Promise<T[]> =>
  Array.fromAsync(each(looking, listing, shape));

/** 'shop/web', or 'web' of what is in no namespace. */
export const named = ({
  namespace,
  name,
}: {
  readonly namespace?: string | undefined;
  readonly name: string;
}): string => (namespace === undefined ? name : `${namespace}/${name}`);
