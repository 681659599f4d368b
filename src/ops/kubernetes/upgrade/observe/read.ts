import { z } from 'zod';
import { Fault } from '../../../../chatops/errors.ts';
import type { AskOptions } from '../../../../ports/etcd.ts';
import type { Kubernetes, Listing } from '../../../../ports/kubernetes.ts';
import type { Piece } from '../../../findings/piece.ts';

/** Where observers look, and for how long they may. */
export interface Looking {
  readonly kubernetes: Pick<Kubernetes, 'list' | 'object' | 'text' | 'lines'>;
  readonly cluster: string;
  readonly options: AskOptions;
}

/**
 * What `look` finds, or the gap: which right or address is missing says the Fault. An object that is not as Kubernetes writes it is one too, and
 * never a reason to say nothing at all. Anything else is a mistake of ours and stays one.
 */
export async function piece<T>(what: string, look: () => Promise<T>): Promise<Piece<T>> {
  try {
    return { known: await look() };
  } catch (error) {
    if (error instanceof z.ZodError) return { gap: { what, needs: notUnderstood(error) } };
    if (!(error instanceof Fault)) throw error;
    return { gap: { what, needs: `${error.message} ${error.next ?? ''}`.trim() } };
  }
}

/** Where it is otherwise than expected; never what stands there. */
const notUnderstood = ({ issues }: z.ZodError): string =>
  `What the API server says of it is not understood at ${issues[0]?.path.join('.') || 'its beginning'}: look yourself.`;

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
