import type { AskOptions } from '../ports/etcd.ts';
import type { Harbor } from '../ports/harbor.ts';
import type { HarborAccess, Login } from './harbor/access.ts';
import { type Api, openApi } from './harbor/api.ts';
import { openRegistry } from './harbor/blobs.ts';
import { contentsOf, sampleOf, signedTagsIn, statisticsIn } from './harbor/contents.ts';
import { administration, configuration, notOne } from './harbor/faults.ts';
import { pullImage, pushImage } from './harbor/image.ts';
import { jobsIn } from './harbor/jobs.ts';
import { partnersIn } from './harbor/partners.ts';
import { type HarborTimings, openSession, type Session } from './harbor/session.ts';
import { healthOf, systemIn } from './harbor/system.ts';

export type { HarborAccess };

/** Harbor registries, by their names in salvor.yaml. Tests own how long an answer may take. */
export function createHarbor(
  registries: Readonly<Record<string, HarborAccess>>,
  timings: Partial<HarborTimings> = {},
): Harbor {
  const open = async (registry: string, { signal }: AskOptions = {}): Promise<Session> => {
    const access = registries[registry];
    if (access) return openSession(registry, access, { signal, timings });
    throw configuration(registry, 'it is no registry', 'Give it a place under registries in salvor.yaml.');
  };
  const during = async <T>(
    registry: string,
    options: AskOptions | undefined,
    work: (session: Session) => Promise<T>,
  ): Promise<T> => {
    const session = await open(registry, options);
    try {
      return await work(session);
    } finally {
      session.close();
    }
  };
  const reading = <T>(registry: string, options: AskOptions | undefined, read: (api: Api) => T | Promise<T>) =>
    during(registry, options, async (session) => read(await openApi(session, session.access.api)));
  /** As whoever may see most. */
  const overseeing = <T>(registry: string, options: AskOptions | undefined, read: (api: Api) => Promise<T>) =>
    during(registry, options, async (session) =>
      read(await openApi(session, session.access.admin ?? session.access.api)),
    );

  return {
    system: (registry, options) => reading(registry, options, systemIn),
    health: (registry, options) => during(registry, options, healthOf),
    statistics: (registry, options) =>
      during(registry, options, async (session) => {
        const { api, admin } = session.access;
        const own = await openApi(session, api);
        return statisticsIn(own, admin ? await openApi(session, admin) : own);
      }),
    users: (registry, options) => overseeing(registry, options, (api) => api.total('/users', administration)),
    signedTags: (registry, options) => reading(registry, options, signedTagsIn),
    sample: (registry, count, options) => reading(registry, options, (api) => sampleOf(api, count)),
    jobs: (registry, options) => overseeing(registry, options, jobsIn),
    partners: (registry, options) => overseeing(registry, options, partnersIn),

    async *contents(registry, options) {
      const session = await open(registry, options);
      try {
        yield* contentsOf(await openApi(session, session.access.api));
      } finally {
        session.close();
      }
    },

    setReadOnly: (registry, on, options) =>
      during(registry, options, async (session) => {
        const admin = given(session, session.access.admin, 'admin');
        const api = await openApi(session, admin);
        await options?.beforeCommit?.();
        await api.put('/configurations', { read_only: on }, administration);
        if (systemIn(await openApi(session, admin)).isReadOnly !== on)
          throw notOne(
            registry,
            on
              ? 'it took read_only, and is not in read-only mode'
              : 'it took read_only, and is still in read-only mode',
          );
      }),

    digest: (registry, repository, reference, options) =>
      during(registry, options, (session) => openRegistry(session, session.access.api).digest(repository, reference)),

    pull: (registry, repository, digest, options) =>
      during(registry, options, (session) => pullImage(openRegistry(session, session.access.api), repository, digest)),

    push: (registry, options) =>
      during(registry, options, (session) => {
        const { project, ...login } = given(session, session.access.probe, 'probe');
        return pushImage(openRegistry(session, login), `${project}/salvor-probe`, 'probe');
      }),
  };
}

function given<T extends Login>({ registry }: Session, login: T | undefined, field: string): T {
  if (login) return login;
  throw configuration(registry, `it has no ${field}`, 'Give it one in salvor.yaml.');
}
