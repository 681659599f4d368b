import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type SandboxHarbor, startHarbor } from './api/server.ts';
import { usualPassword } from './api/who.ts';
import { makeImage } from './fill.ts';
import { writePackage } from './host/packages.ts';
import { type HarborHost, makeHarborHost } from './host.ts';

/** A Harbor 2.10.3 on this machine that can be upgraded, and what Salvor must know of it. */
export interface SandboxRegistry {
  readonly host: HarborHost;
  readonly api: SandboxHarbor;
  /** Of it in salvor.yaml, but for people and channels. */
  readonly settings: object;
  /** The passwords that those name. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a person does who fetches an offline installer: lays it there, with its sums. */
  layPackage(version: string): Promise<void>;
  stop(): Promise<void>;
}

/** All that Salvor's own account needs, and nothing that writes. */
const readingRights = [
  ...['project:list', 'replication:list', 'garbage-collection:list', 'scan-all:read', 'quota:list'],
  ...['repository:list', 'repository:pull', 'artifact:list', 'helm-chart:list'],
];
const probing = ['repository:push', 'repository:pull'];

/** With the offline installer of 2.12.4 on its host. */
export async function startRegistry(directory: string): Promise<SandboxRegistry> {
  const [reading, pushing] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const image = (name: string, ...tags: readonly string[]) => makeImage(join(directory, 'data/registry'), name, tags);
  const contents = {
    projects: [
      {
        name: 'library',
        isPublic: true,
        repositories: [repository('library/nginx', image('nginx', '1.27', 'latest'))],
      },
      {
        name: 'shop',
        repositories: [repository('shop/cart', image('cart', 'v1')), repository('shop/till', image('till', 'v7'))],
      },
      { name: 'salvor-probe', repositories: [] },
    ],
    users: ['admin', 'anna'],
    robots: [
      { name: 'salvor', secret: reading, rights: readingRights },
      { name: 'probe', secret: pushing, project: 'salvor-probe', rights: probing },
    ],
    charts: [],
  };
  const host = await makeHarborHost({
    directory,
    contents,
    version: '2.10.3',
    packages: ['2.12.4'],
    flags: ['--with-trivy'],
  });
  const api = await startHarbor({ stateDir: host.state.path });
  return {
    ...{ host, api },
    settings: {
      ...{ url: api.url, allowHttp: true, host: '127.0.0.1', connection: 'local', become: false },
      api: { username: 'robot$salvor', password: 'REG_EU_PASSWORD' },
      admin: { username: 'admin', password: 'REG_EU_ADMIN_PASSWORD' },
      probe: { project: 'salvor-probe', username: 'robot$salvor-probe+probe', password: 'REG_EU_PROBE_PASSWORD' },
      ...{ installDir: host.installDir, dataDir: host.dataDir, workDir: host.workDir, packages: host.packages },
      ...{ compose: [join(host.programs, 'docker'), 'compose'], wrapper: host.wrapper },
    },
    environment: { REG_EU_PASSWORD: reading, REG_EU_ADMIN_PASSWORD: usualPassword, REG_EU_PROBE_PASSWORD: pushing },
    layPackage: async (version) => void (await writePackage(version, host.packages)),
    stop: () => api.stop(),
  };
}

const repository = (name: string, ...artifacts: readonly ReturnType<typeof makeImage>[]) => ({ name, artifacts });
