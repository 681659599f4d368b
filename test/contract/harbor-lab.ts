import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMariaDb, postgresOf } from '../../sandbox/harbor/host/releases.ts';
import { contentsOf, type RegistryContents } from '../../sandbox/harbor/host/state.ts';
import { type HarborHost, type HarborHostOptions, makeHarborHost } from '../../sandbox/harbor/host.ts';
import { createAnsible } from '../../src/adapters/ansible.ts';
import type { HopVariables } from '../../src/ops/harbor/upgrade/playbook.ts';
import type { AnsibleEvent, PlaybookResult } from '../../src/ports/ansible.ts';
import { type ModuleAnswer, runModule } from './restore-module.ts';

/** A played Harbor on this machine, and the real playbook that upgrades it. */
export interface HarborLab {
  readonly host: HarborHost;
  readonly mark: string;
  readonly workDir: string;
  /** One hop, as a plan would have it. */
  hop(from: string, to: string, changes?: Partial<Hop>): Hop;
  run(tags: readonly string[], hop?: Hop, how?: RunHow): Promise<HarborRun>;
  /** A module of the playbook by itself. */
  module(name: string, hop: Hop, options?: object): Promise<ModuleAnswer>;
  /** What Harbor holds now, as its database has it; undefined while it has none. */
  contents(): RegistryContents | undefined;
  /** What lies beside the install directory, and in the directory of databases. */
  left(): Promise<{ readonly installs: readonly string[]; readonly databases: readonly string[] }>;
}

export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly package: string;
  readonly package_sha256?: string;
  readonly config_file: string;
  readonly config_from?: string;
  readonly migrate: { readonly image: string; readonly argv: readonly string[] };
  readonly install_flags: readonly string[];
  readonly pg?: { readonly expects: string; readonly dir: string };
  readonly migrate_database?: HopVariables['migrate_database'];
}

interface RunHow {
  /** Variables beside those of every run. */
  readonly more?: object;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: AnsibleEvent) => void;
}

export interface HarborRun extends PlaybookResult {
  readonly facts: Readonly<Record<string, unknown>>;
  /** 'Install Harbor: …' */
  readonly failure: string | undefined;
  /** Tasks that changed something. */
  readonly changed: readonly string[];
}

/** All of a hop, in its order. */
export const downwards = ['fetch', 'load', 'down', 'copy-data', 'move-aside', 'unpack', 'migrate-config'] as const;
export const upwards = ['prepare', 'install'] as const;

export async function openHarborLab(options: HarborHostOptions): Promise<HarborLab> {
  const host = await makeHarborHost(options);
  const ansible = createAnsible({ directory: host.directory, hosts: {}, path: process.env.PATH ?? '' });
  const mark = 'm1';
  const workDir = join(host.workDir, mark);
  const docker = join(host.programs, 'docker');
  const compose = options.composeVersion?.startsWith('1.')
    ? [join(host.programs, 'docker-compose')]
    : [docker, 'compose'];
  const database = options.isDatabaseExternal ? 'external' : 'bundled';
  const variables = {
    ...{ harbor_name: 'reg-eu', harbor_dir: host.installDir, harbor_data: host.dataDir, harbor_mark: mark },
    ...{ harbor_compose: compose, harbor_work: workDir, harbor_packages: host.packages },
    ...{ harbor_database: database, harbor_wrapper: host.wrapper, ansible_become: false },
  };
  return {
    host,
    mark,
    workDir,
    hop: (from, to, changes = {}) => hopOf({ host, workDir, docker }, from, to, changes),
    async run(tags, hop, how = {}) {
      const changed = new Set<string>();
      const result = await ansible.run({
        ...{ target: 'reg-eu', playbook: 'harbor-migrate/site.yaml', tags, timeLimitMs: 110_000 },
        inventory: {
          groups: { harbor: [{ name: 'registry', address: '127.0.0.1', connection: 'local', variables: {} }] },
          variables: { ...variables, ...how.more, ...(hop ? { hop } : {}) },
        },
        ...how,
        onEvent(event) {
          if (event.kind === 'changed') changed.add(event.task);
          how.onEvent?.(event);
        },
      });
      const { failure, facts = {} } = result.hosts.registry ?? {};
      return { ...result, facts, changed: [...changed], failure: failure && `${failure.task}: ${failure.message}` };
    },
    module: (name, hop, more = {}) =>
      runModule(
        name,
        {
          ...{ install_dir: host.installDir, data_dir: host.dataDir, work_dir: workDir, mark, database, hop },
          ...{ compose, ...more },
        },
        process.env.PATH,
        'harbor-migrate',
      ),
    contents() {
      const { database: live } = host.state.harbor();
      return live === null ? undefined : contentsOf(live);
    },
    async left() {
      const [installs, databases] = await Promise.all([
        readdir(join(host.installDir, '..')),
        readdir(join(host.dataDir, 'database')),
      ]);
      return { installs: installs.filter((name) => name.startsWith('harbor')).toSorted(), databases };
    },
  };
}

interface Places {
  readonly host: HarborHost;
  readonly workDir: string;
  readonly docker: string;
}

function hopOf({ host, workDir, docker }: Places, from: string, to: string, changes: Partial<Hop>): Hop {
  const image = `goharbor/prepare:v${to}`;
  const config = join(workDir, `config-${to}`, 'harbor.yml');
  const postgres = isMariaDb(from) ? undefined : postgresOf(from);
  return {
    ...{ from, to, package: host.packageOf(to), config_file: 'harbor.yml', install_flags: ['--with-trivy'] },
    migrate: { image, argv: [docker, 'run', '--rm', '-v', '/:/hostfs', image, 'migrate', '-i', config] },
    ...(postgres ? { pg: { expects: postgres.version, dir: postgres.directory } } : {}),
    ...changes,
  };
}
