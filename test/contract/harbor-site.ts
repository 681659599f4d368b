import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxHarbor, startHarbor } from '../../sandbox/harbor/api/server.ts';
import { makeImage } from '../../sandbox/harbor/fill.ts';
import { type HarborHost, type HarborHostOptions, makeHarborHost } from '../../sandbox/harbor/host.ts';
import { createAnsible } from '../../src/adapters/ansible.ts';
import { createHarbor, type HarborAccess } from '../../src/adapters/harbor.ts';
import type { PlaybookRequest } from '../../src/ports/ansible.ts';
import { type Bot, channels, createBot } from '../bot.ts';
import { type Approving, approving } from '../commands/approving.ts';
import { registryPeople as people } from '../people.ts';

/** A played Harbor on this machine with something in it, its API, and what salvor.yaml says of it. */
export interface PlayedRegistry {
  readonly host: HarborHost;
  readonly api: SandboxHarbor;
  /** Of reg-eu in salvor.yaml. */
  readonly settings: object;
  /** What lets one in. */
  readonly access: HarborAccess;
  close(): Promise<void>;
}

export interface PlayedRegistrySetup extends Omit<HarborHostOptions, 'directory'> {
  /** Of reg-eu in salvor.yaml, in place of what is usual. */
  readonly settings?: object;
  /** A project is there to push a probe to, and an account that may. */
  readonly isProbed?: boolean;
}

/** A registry on this machine, real Ansible, and a bot: what people type is done to real files and asked of a real API. */
export interface HarborSite extends Approving {
  readonly bot: Bot;
  readonly host: HarborHost;
  readonly api: SandboxHarbor;
  readonly people: typeof people;
  /** What happens once a tag of the playbook is done, each time. Throwing is as if the worker had lost Ansible. */
  readonly after: Map<string, () => void | Promise<void>>;
  close(): Promise<void>;
}

const admin = { username: 'admin', password: 'Harbor12345' };
const probe = { username: 'robot$salvor-probe+probe', password: 'probe-secret', project: 'salvor-probe' };
const pusher = {
  ...{ name: 'probe', secret: probe.password, project: probe.project },
  rights: ['repository:push', 'repository:pull'],
};

export async function openPlayedRegistry(setup: PlayedRegistrySetup): Promise<PlayedRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-'));
  const { settings = {}, isProbed = false, ...options } = setup;
  const storage = join(directory, 'data/registry');
  const contents = {
    projects: [
      { name: 'library', isPublic: true, repositories: [repository('library/nginx', storage, ['1.26'], ['1.27'])] },
      { name: 'shop', repositories: [repository('shop/cart', storage, ['v1', 'latest'])] },
      ...(isProbed ? [{ name: probe.project, repositories: [] }] : []),
    ],
    users: ['admin', 'anna'],
    robots: isProbed ? [pusher] : [],
    charts: [],
  };
  const host = await makeHarborHost({ directory, contents, ...options });
  const api = await startHarbor({ stateDir: host.state.path });
  return {
    ...{ host, api, access: { url: api.url, allowHttp: true, api: admin, admin, ...(isProbed ? { probe } : {}) } },
    settings: {
      ...{ environment: 'production', channels: [channels.other], url: api.url, allowHttp: true },
      ...{
        api: { username: 'admin', password: 'REG_EU_PASSWORD' },
        admin: { username: 'admin', password: 'REG_EU_ADMIN' },
        ...(isProbed ? { probe: { ...probe, password: 'REG_EU_PROBE' } } : {}),
      },
      ...{ database: 'bundled', host: '127.0.0.1', connection: 'local', become: false },
      ...{ installDir: host.installDir, dataDir: host.dataDir, workDir: host.workDir, packages: host.packages },
      ...{ compose: [join(host.programs, 'docker'), 'compose'], wrapper: host.wrapper, pause: false },
      ...settings,
    },
    async close() {
      await api.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function openHarborSite(setup: PlayedRegistrySetup): Promise<HarborSite> {
  const { host, api, settings, access, close } = await openPlayedRegistry(setup);
  const ansible = createAnsible({ directory: host.directory, hosts: {}, path: process.env.PATH ?? '' });
  const after: HarborSite['after'] = new Map();
  const ports = {
    harbor: createHarbor({ 'reg-eu': access }),
    ansible: {
      async run(request: PlaybookRequest) {
        const result = await ansible.run(request);
        for (const tag of request.tags ?? []) await after.get(tag)?.();
        return result;
      },
    },
  };
  const bot = await createBot(ports, { registries: { 'reg-eu': settings } });
  for (const one of Object.values(people)) bot.rights.set(one.id, one);
  return { ...{ bot, host, api, people, after, close }, ...approving(bot, people, channels.other) };
}

/** With images that can be pulled: each list is the tags of one. */
function repository(name: string, storage: string, ...images: readonly (readonly string[])[]) {
  return { name, artifacts: images.map((tags) => makeImage(storage, name, tags)) };
}
