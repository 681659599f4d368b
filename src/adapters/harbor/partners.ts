import { z } from 'zod';
import type { HarborPartner } from '../../ports/harbor.ts';
import type { Api } from './api.ts';
import { isBefore } from './version.ts';

const Registry = z.object({ name: z.string(), url: z.string(), type: z.string() });
/** Of before 1.8: 0 is a Harbor. What else it tells, a password among it, is not read. Source: goharbor/harbor docs/swagger.yaml at v1.7. */
const Target = z.object({ name: z.string(), endpoint: z.string(), type: z.number().default(0) });
const right = 'registry:list';

export async function partnersIn(api: Api): Promise<readonly HarborPartner[]> {
  if (isBefore(api.version, '1.8')) {
    const targets = await Array.fromAsync(api.pages('/targets', Target, right));
    return targets.flat().map(({ name, endpoint, type }) => ({ name, url: endpoint, isHarbor: type === 0 }));
  }
  const registries = await Array.fromAsync(api.pages('/registries', Registry, right));
  return registries.flat().map(({ name, url, type }) => ({ name, url, isHarbor: type === 'harbor' }));
}
