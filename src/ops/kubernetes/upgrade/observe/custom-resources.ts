import { z } from 'zod';
import type { CustomResource } from '../observed.ts';
import { ClientConfig, type createBackends } from './backends.ts';
import { every, type Looking } from './read.ts';

const Definition = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    versions: z.array(
      z.object({ name: z.string(), served: z.boolean(), storage: z.boolean(), deprecated: z.boolean().default(false) }),
    ),
    conversion: z
      .object({ strategy: z.string(), webhook: z.object({ clientConfig: ClientConfig.nullish() }).nullish() })
      .nullish(),
  }),
  status: z.object({ storedVersions: z.array(z.string()).nullish() }).nullish(),
});

/** Every definition, without its schemas. Needs apiextensions.k8s.io/v1, which is there from 1.16 on. */
export async function readCustomResources(
  looking: Looking,
  backend: ReturnType<typeof createBackends>,
): Promise<readonly CustomResource[]> {
  const all = await every(looking, { path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions' }, Definition);
  return Promise.all(
    all.map(async ({ metadata: { name }, spec: { versions, conversion }, status }) => {
      const client = conversion?.strategy === 'Webhook' ? conversion.webhook?.clientConfig : undefined;
      return {
        name,
        storedVersions: status?.storedVersions ?? [],
        versions: versions.map((one) => ({
          name: one.name,
          isServed: one.served,
          isStorage: one.storage,
          isDeprecated: one.deprecated,
        })),
        conversion: client ? { kind: 'webhook' as const, ...(await backend(client)) } : { kind: 'none' as const },
      };
    }),
  );
}
