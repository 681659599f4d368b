import { z } from 'zod';
import type { Piece } from '../../../findings/piece.ts';
import type { Backend } from '../observed.ts';
import { every, type Looking, piece } from './read.ts';

const Slice = z.object({
  endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).nullish() })).nullish(),
});

export const ClientConfig = z.object({
  url: z.string().nullish(),
  service: z.object({ namespace: z.string(), name: z.string() }).nullish(),
});
type ClientConfig = z.infer<typeof ClientConfig>;

/** Finds what stands behind webhooks; each service is asked for once. `minor`: of the API server, for the version of EndpointSlices. */
export function createBackends(looking: Looking, minor: number): (config: ClientConfig) => Promise<Backend> {
  const asked = new Map<string, Promise<Piece<boolean>>>();
  const version = minor >= 21 ? 'v1' : 'v1beta1';
  const serves = (namespace: string, name: string) =>
    piece(`whether anything stands behind service ${namespace}/${name}`, async () => {
      const path = `/apis/discovery.k8s.io/${version}/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
      const slices = await every(looking, { path, labelSelector: `kubernetes.io/service-name=${name}` }, Slice);
      // Not told means ready. Source: EndpointConditions.
      return slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
    });
  return async ({ url, service }) => {
    if (!service) {
      const target = url ?? 'nothing';
      return {
        target,
        isServed: { gap: { what: `whether ${target} answers`, needs: 'It is outside the cluster: ask it yourself.' } },
      };
    }
    const target = `${service.namespace}/${service.name}`;
    const answer = asked.get(target) ?? serves(service.namespace, service.name);
    asked.set(target, answer);
    return { target, isServed: await answer };
  };
}
