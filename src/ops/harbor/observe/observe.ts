import type { RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Catalogue, Registry } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Harbor, HarborSystem } from '../../../ports/harbor.ts';
import { gapsFrom } from '../../findings/gaps-from.ts';
import type { Piece } from '../../findings/piece.ts';
import { type OptionalPart, optionalParts } from '../path/flags.ts';
import { placeOf } from '../upgrade/inventory.ts';
import { runTags } from '../upgrade/run-tags.ts';
import { HostFacts } from './host-facts.ts';
import type { Contents, Installation, Observed, Room } from './observed.ts';
import { partnersOf } from './partners.ts';

export interface ObservePorts {
  readonly ansible: Ansible;
  readonly harbor: Harbor;
  readonly clock: Clock;
  readonly catalogue: Pick<Catalogue, 'registries'>;
}

/** What people see while it is observed, in order. */
export const observing = ['Ask Harbor', 'Look at its host'] as const;

export type Observing = Pick<RunContext, 'signal' | 'detail' | 'log'> & {
  step<T>(name: (typeof observing)[number], work: () => Promise<T>): Promise<T>;
};

const piece = gapsFrom('What Harbor or its host says of it');

/** Everything that a plan rests on. Changes nothing. What could not be read is a gap; throws the signal's reason and mistakes of our own. */
export async function observe(
  ports: ObservePorts,
  registry: Registry,
  mark: string,
  context: Observing,
): Promise<Observed> {
  const api = await context.step('Ask Harbor', async () => {
    const said = await askHarbor(ports.harbor, registry.name, context);
    return { ...said, partners: await partnersOf(ports, registry.name, said.system, context) };
  });
  const host = await context.step('Look at its host', () => lookAtHost(ports.ansible, registry, mark, context));
  const { system } = api;
  const of = <T>(what: string, take: (facts: HostFacts) => T | null | undefined, needs: string): Piece<T> => {
    if ('gap' in host) return { gap: { ...host.gap, what } };
    const known = take(host.known);
    return known === undefined || known === null ? { gap: { what, needs } } : { known };
  };
  return {
    ...{ registry: registry.name, at: ports.clock.now(), deployment: 'compose', database: registry.database },
    packagesDirectory: registry.packages,
    ...api,
    install: of('the install directory', (facts) => installationOf(registry, facts), ''),
    configuration: of(
      'the configuration',
      ({ config }) =>
        config
          ? {
              ...{ hostname: config.hostname ?? undefined, storage: config.storage },
              hasExternalDatabase: config.external_database,
              hasInternalTls: config.internal_tls,
            }
          : undefined,
      `Neither harbor.yml nor harbor.cfg lies in ${registry.installDir}.`,
    ),
    parts: of('which optional parts are in use', (facts) => partsOf(facts, system), ''),
    wrapperFlags: of('the flags of the wrapper script', (facts) => facts.wrapper_flags, ''),
    postgres: of(
      'the files of PostgreSQL',
      ({ pg }) => pg.map(({ dir, version }) => ({ directory: dir === '' ? 'database' : `database/${dir}`, version })),
      '',
    ),
    mariadb: of('whether a migrator gets into the MariaDB', (facts) => facts.mariadb?.password ?? 'none', ''),
    databaseBytes: of('the size of the database', (facts) => facts.database_bytes, ''),
    externalPostgres: of(
      'the version of the PostgreSQL outside',
      (facts) => facts.external_postgres,
      'Its host could not ask it with the account of the configuration, by the image goharbor/harbor-db. Ask it: SHOW server_version',
    ),
    schema: of(
      'whether the schema is dirty',
      ({ schema }) => schema && { version: schema.version, isDirty: schema.dirty },
      'Ask its database: SELECT version, dirty FROM schema_migrations',
    ),
    rooms: of('the free space of the host', roomsOf, ''),
    memoryBytes: of('the memory of the host', (facts) => facts.memory_bytes, ''),
    docker: of('the version of Docker', ({ docker }) => docker.version ?? undefined, 'Run: docker version'),
    compose: of('the version of Compose', ({ compose }) => compose.version ?? undefined, 'Run: docker compose version'),
    packages: of(
      'the packages on the host',
      ({ packages }) => packages.map(({ sha256, ...one }) => ({ ...one, ...(sha256 === null ? {} : { sha256 }) })),
      '',
    ),
    leftovers: of('what earlier upgrades left', (facts) => facts.leftovers, ''),
    clock: of('the clock of the host', (facts) => new Date(facts.clock * 1000), ''),
  };
}

async function askHarbor(harbor: Harbor, registry: string, { signal }: Observing) {
  const options = { signal };
  const [system, health, contents, users, signedTags, jobs] = await Promise.all([
    piece('what Harbor says of itself', () => harbor.system(registry, options)),
    piece('how healthy Harbor is', async () => (await harbor.health(registry, options)).components),
    piece('what the registry holds', () => contentsOf(harbor, registry, signal)),
    piece('how many users there are', () => harbor.users(registry, options)),
    piece('how many tags are signed', () => harbor.signedTags(registry, options)),
    piece('which jobs run', () => harbor.jobs(registry, options)),
  ]);
  return {
    ...{ system, health, users, signedTags, jobs },
    contents: 'gap' in contents ? contents : { known: contents.known.contents },
    charts:
      'gap' in contents
        ? { gap: { ...contents.gap, what: 'how many charts there are' } }
        : { known: contents.known.charts },
  } as const;
}

async function contentsOf(harbor: Harbor, registry: string, signal: AbortSignal) {
  const { allProjects, storageBytes } = await harbor.statistics(registry, { signal });
  let charts = 0;
  const counts = { projects: 0, repositories: 0, artifacts: 0, counted: 'artifacts' as Contents['counted'] };
  const contents = { ...counts, allProjects, storageBytes };
  for await (const project of harbor.contents(registry, { signal })) {
    contents.projects += 1;
    contents.repositories += project.repositories.length;
    contents.artifacts += project.repositories.reduce((sum, { artifacts }) => sum + artifacts, 0);
    contents.counted = project.counted;
    charts += project.charts ?? 0;
  }
  return { contents, charts };
}

async function lookAtHost(
  ansible: Ansible,
  registry: Registry,
  mark: string,
  context: Observing,
): Promise<Piece<HostFacts>> {
  const decided = placeOf(registry, mark);
  return piece(`the host of ${registry.name}`, async () =>
    HostFacts.parse(await runTags({ ansible, decided, context, next: 'Look at that host, then ask again.' }, ['look'])),
  );
}

const installationOf = (registry: Registry, facts: HostFacts): Installation => ({
  directory: registry.installDir,
  exists: facts.install_dir.exists,
  isMount: facts.install_dir.is_mount,
  ...(facts.version === null ? {} : { version: facts.version }),
  ...(facts.config_file === null ? {} : { configFile: facts.config_file }),
  ...(facts.config_version === null ? {} : { configVersion: facts.config_version }),
  ...(typeof facts.database_elsewhere === 'string' ? { databaseElsewhere: facts.database_elsewhere } : {}),
});

/** By its containers, or as Harbor says it: a section in the configuration alone starts nothing. */
function partsOf({ components }: HostFacts, system: Piece<HarborSystem>): readonly OptionalPart[] {
  const said = 'known' in system ? system.known : undefined;
  const flags = {
    notary: said?.withNotary,
    clair: said?.withClair,
    chartmuseum: said?.withChartmuseum,
    trivy: undefined,
  };
  return optionalParts.filter((part) => flags[part] === true || components.some((name) => name.startsWith(part)));
}

function roomsOf({ free_bytes: free, docker }: HostFacts): readonly Room[] {
  return [
    { use: 'data', freeBytes: free.data },
    { use: 'install', freeBytes: free.install },
    { use: 'work', freeBytes: free.work },
    ...(docker.free_bytes === null ? [] : [{ use: 'docker', freeBytes: docker.free_bytes } as const]),
  ];
}
