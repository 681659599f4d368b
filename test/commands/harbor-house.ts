import type { HarborImage, WayBack } from '../../src/ops/harbor/images/image-facts.ts';
import type { HostFacts } from '../../src/ops/harbor/observe/host-facts.ts';
import type { Ansible, PlaybookRequest } from '../../src/ports/ansible.ts';
import { type Bot, channels, createBot } from '../bot.ts';
import { createFakeHarbor, type FakeHarbor } from '../fakes/harbor.ts';
import { registryPeople as people } from '../people.ts';
import { type Approving, approving } from './approving.ts';

const gib = 1024 ** 3;

/** reg-eu, a registry in memory, and what its host tells of itself; nothing can be done there but to look, and to remove images. */
export interface HarborHouse extends Approving {
  readonly bot: Bot;
  readonly harbor: FakeHarbor;
  readonly facts: HostFacts;
  /** Harbor's, as Docker has them now. */
  images: readonly HarborImage[];
  waysBack: readonly WayBack[];
  /** Tags that do nothing here, and may be done. */
  allowed: readonly string[];
  /** Happens before Ansible does anything, each time; what it throws Ansible does. */
  onReaching: (tags: readonly string[]) => void;
  /** Why the host cannot be reached. */
  unreachable: string | undefined;
  readonly people: typeof people;
  readonly channel: string;
}

export const installerOf = (version: string): HostFacts['packages'][number] => ({
  ...{ file: `/packages/harbor-offline-installer-v${version}.tgz`, version, bytes: gib / 2, sha256: 'ab'.repeat(32) },
});

export async function openHarborHouse(version = '2.10.3', settings: object = {}): Promise<HarborHouse> {
  const harbor = createFakeHarbor(version);
  const facts = factsOf(version);
  const ansible: Ansible = {
    async run({ tags = [], hosts: [name = ''] = [], inventory }) {
      house.onReaching(tags);
      const failure = house.unreachable && { task: 'Look', message: house.unreachable };
      const host = failure
        ? { state: 'unreachable' as const, changed: 0, failure, facts: {} }
        : { state: 'ok' as const, changed: 0, facts: Object.assign({}, ...tags.map((tag) => told(tag, inventory))) };
      return { isGood: !failure, hosts: { [name]: host }, outputSha256: '' };
    },
  };
  function told(tag: string, { variables }: PlaybookRequest['inventory']): object {
    if (tag === 'look') return { ...facts, clock: bot.clock.now().getTime() / 1000 };
    if (tag === 'look-images') return { images: house.images, ways_back: house.waysBack };
    if (tag === 'clear-images') return cleared(house, variables.harbor_images);
    if (house.allowed.includes(tag)) return {};
    throw new Error(`nobody may do ${tag} here`);
  }
  const registry = {
    ...{ environment: 'production', channels: [channels.other], url: 'https://registry.example.com' },
    ...{ api: { username: 'robot$salvor', password: 'REG_EU_PASSWORD' }, database: 'bundled', host: '10.0.0.21' },
    ...settings,
  };
  const bot = await createBot({ harbor, ansible }, { registries: { 'reg-eu': registry } });
  for (const one of Object.values(people)) bot.rights.set(one.id, one);
  const house: HarborHouse = {
    ...{ bot, harbor, facts, people, unreachable: undefined, channel: channels.other },
    ...{ allowed: [], images: [], waysBack: [], onReaching: () => undefined },
    ...approving(bot, people, channels.other),
  };
  return house;
}

export const imageOf = (name: string, version: string, ...users: readonly string[]): HarborImage => ({
  ...{ name: `goharbor/${name}:v${version}`, id: `sha256:${name}-${version}`, version },
  ...{ bytes: gib / 4, used_by: users },
});

/** As the playbook does: what is not as it was agreed to, or in use, stays. */
function cleared(house: HarborHouse, wanted: unknown): object {
  const removed: string[] = [];
  const stayed: { name: string; why: string }[] = [];
  for (const { name, id } of wanted as readonly HarborImage[]) {
    const found = house.images.find((image) => image.name === name);
    if (found && found.id !== id) stayed.push({ name, why: 'it is another image by now' });
    else if (found && found.used_by.length > 0) stayed.push({ name, why: `${found.used_by.join(', ')} uses it` });
    else removed.push(name);
  }
  house.images = house.images.filter(({ name }) => !removed.includes(name));
  return { removed, stayed };
}

/** A host on which nothing is in the way. */
function factsOf(version: string): HostFacts {
  const minor = version.split('.').slice(0, 2).join('.');
  const is1 = version.startsWith('1.');
  return {
    ...{ install_dir: { exists: true, is_mount: false }, version },
    ...{ config_file: is1 ? 'harbor.cfg' : 'harbor.yml', config_version: `${minor}.0` },
    config: {
      ...{
        hostname: 'registry.example.com',
        storage: 'filesystem',
        external_database: false,
        internal_tls: false,
      },
    },
    components: ['harbor-core', 'harbor-db', 'registry'],
    pg: [is1 ? { dir: '', version: '9.6' } : { dir: 'pg14', version: '14' }],
    ...{ mariadb: null, external_postgres: null },
    database_bytes: gib,
    free_bytes: { data: 100 * gib, install: 101 * gib, work: 102 * gib },
    memory_bytes: 32 * gib,
    docker: { version: '27.3.1', free_bytes: 103 * gib },
    compose: { version: '2.29.7' },
    wrapper_flags: [],
    packages: ['2.12.4', '2.14.1'].map(installerOf),
    schema: { version: '130', dirty: false },
    ...{ leftovers: [], clock: 0 },
  };
}
