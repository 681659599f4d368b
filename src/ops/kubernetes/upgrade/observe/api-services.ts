import { z } from 'zod';
import type { ApiService } from '../observed.ts';
import { every, type Looking, named } from './read.ts';

const Service = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ service: z.object({ namespace: z.string(), name: z.string() }).nullish() }),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') }))
        .nullish(),
    })
    .nullish(),
});

/** Every group and version that the API server serves or passes on, and whether it can. */
export async function readApiServices(looking: Looking): Promise<readonly ApiService[]> {
  const all = await every(looking, { path: '/apis/apiregistration.k8s.io/v1/apiservices' }, Service);
  return all.map(({ metadata: { name }, spec: { service }, status }) => {
    const available = status?.conditions?.find(({ type }) => type === 'Available');
    return {
      name,
      service: service ? named(service) : undefined,
      isAvailable: available?.status === 'True',
      message: available?.message ?? 'nothing is said of it yet',
    };
  });
}
