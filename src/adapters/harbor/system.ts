import { z } from 'zod';
import type { HarborHealth, HarborSystem } from '../../ports/harbor.ts';
import { type Api, Name, parsed } from './api.ts';
import { failed } from './faults.ts';
import type { Session } from './session.ts';

const Health = z.object({
  status: z.string(),
  components: z.array(z.object({ name: Name, status: z.string(), error: z.string().optional() })),
});

export const systemIn = ({ version, info }: Api): HarborSystem => ({
  version,
  authMode: info.auth_mode,
  isReadOnly: info.read_only ?? false,
  storage: info.registry_storage_provider_name,
  withNotary: info.with_notary,
  withChartmuseum: info.with_chartmuseum,
  withClair: info.with_clair,
});

/** From 1.8 on it tells of its components. */
export async function healthOf(session: Session): Promise<HarborHealth> {
  for (const at of ['/api/v2.0/health', '/api/health']) {
    const { status, body } = await session.ask({ at, takes: 'infoMs' });
    if (status === 404) continue;
    if (status !== 200) throw failed(session.registry, at, status, body);
    const health = parsed(session.registry, at, body, Health);
    const components = health.components.map(({ name, status: said, error }) => ({
      ...{ name, isHealthy: said === 'healthy', error: error?.slice(0, 300) || undefined },
    }));
    return { isHealthy: health.status === 'healthy', components };
  }
  const at = '/api/systeminfo';
  const { status, body } = await session.ask({ at, takes: 'infoMs' });
  if (status !== 200) throw failed(session.registry, at, status, body);
  return { isHealthy: true, components: [{ name: 'core', isHealthy: true }] };
}
