import type { Fault } from '../../src/chatops/errors.ts';
import type {
  Harbor,
  HarborComponent,
  HarborImage,
  HarborJob,
  HarborPartner,
  HarborProject,
  HarborSystem,
} from '../../src/ports/harbor.ts';

/** A registry in memory; what a test sets is what it says from then on. */
export interface FakeHarbor extends Harbor {
  is: {
    system: HarborSystem;
    components: readonly HarborComponent[];
    projects: readonly HarborProject[];
    users: number;
    signedTags: number;
    jobs: readonly HarborJob[];
    partners: readonly HarborPartner[];
    images: readonly HarborImage[];
    /** As an administrator is told; nobody is where it is undefined. */
    allProjects: number | undefined;
  };
  /** What these calls throw from now on. */
  readonly broken: Map<keyof Harbor, Fault>;
}

export const image = { repository: 'shop/cart', tag: 'v1', digest: `sha256:${'c'.repeat(64)}` };

/** 2.10.3, healthy, with two projects; nothing runs in it. */
export function createFakeHarbor(version = '2.10.3'): FakeHarbor {
  const broken: FakeHarbor['broken'] = new Map();
  const is: FakeHarbor['is'] = {
    system: { version, authMode: 'ldap_auth', isReadOnly: false },
    components: ['core', 'database', 'registry'].map((name) => ({ name, isHealthy: true })),
    projects: [
      { project: 'library', repositories: [{ name: 'library/nginx', artifacts: 2 }], counted: 'artifacts' },
      { project: 'shop', repositories: [{ name: 'shop/cart', artifacts: 1 }], counted: 'artifacts' },
    ],
    ...{ users: 12, signedTags: 0, jobs: [], partners: [], images: [image], allProjects: 2 },
  };
  const says = <T>(call: keyof Harbor, value: () => T): T => {
    const fault = broken.get(call);
    if (fault) throw fault;
    return value();
  };
  return {
    ...{ is, broken },
    system: async () => says('system', () => is.system),
    health: async () =>
      says('health', () => ({
        isHealthy: is.components.every(({ isHealthy }) => isHealthy),
        components: is.components,
      })),
    statistics: async () =>
      says('statistics', () => ({
        projects: is.projects.length,
        repositories: is.projects.flatMap(({ repositories }) => repositories).length,
        allProjects: is.allProjects,
        storageBytes: 5 * 1024 ** 3,
      })),
    users: async () => says('users', () => is.users),
    async *contents() {
      yield* says('contents', () => is.projects);
    },
    signedTags: async () => says('signedTags', () => is.signedTags),
    sample: async (_, count) => says('sample', () => is.images.slice(0, count)),
    digest: async (_, repository, reference) =>
      says('digest', () => is.images.find((one) => one.repository === repository && one.digest === reference)?.digest),
    jobs: async () => says('jobs', () => is.jobs),
    partners: async () => says('partners', () => is.partners),
    async setReadOnly(_, isReadOnly, options) {
      await options?.beforeCommit?.();
      is.system = says('setReadOnly', () => ({ ...is.system, isReadOnly }));
    },
    pull: async () => says('pull', () => 1024),
    push: async () => says('push', () => ({ ...image, repository: 'salvor-probe/probe', tag: 'probe' })),
  };
}
