import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeFileOf, readComposeFile } from './host/compose-file.ts';
import { initialise } from './host/database.ts';
import { initialiseMariaDb, initialiseOthers } from './host/mariadb.ts';
import {
  configFileOf,
  configOf,
  usualDatabasePassword,
  usualOutside,
  writeInstaller,
  writePackage,
} from './host/packages.ts';
import { components, hasComposeFiles, imagesOf, isMariaDb, postgresOf, schemaOf } from './host/releases.ts';
import { type RegistryContents, type StateDirectory, stateIn } from './host/state.ts';

export interface HarborHostOptions {
  /** Where everything of the host lies. */
  readonly directory: string;
  /** What is installed and runs: '2.10.3', from 1.2 on. */
  readonly version: string;
  /** Releases whose offline installers lie on the host. */
  readonly packages?: readonly string[];
  /** With which Harbor was installed: ['--with-trivy']. */
  readonly flags?: readonly string[];
  readonly hostname?: string;
  readonly contents?: Omit<RegistryContents, 'schema'>;
  /** Its database then lies apart, and no container is started for it. */
  readonly isDatabaseExternal?: boolean;
  readonly dockerVersion?: string;
  /** A 1.x: only `docker-compose` is there. */
  readonly composeVersion?: string;
}

/** A host as Harbor's offline installer leaves it, with a Docker that is played. */
export interface HarborHost {
  readonly directory: string;
  readonly installDir: string;
  readonly dataDir: string;
  readonly packages: string;
  readonly workDir: string;
  /** A script as people keep one, which calls install.sh with the flags. */
  readonly wrapper: string;
  /** Holds `docker` and `docker-compose`, which work whatever their environment. */
  readonly programs: string;
  readonly state: StateDirectory;
  /** Path of an offline installer. */
  packageOf(version: string): string;
}

export async function makeHarborHost(options: HarborHostOptions): Promise<HarborHost> {
  const { directory, version, packages = [], flags = [] } = options;
  const at = (name: string) => join(directory, name);
  const host: HarborHost = {
    directory,
    installDir: at('opt/harbor'),
    dataDir: at('data'),
    packages: at('packages'),
    workDir: at('work'),
    wrapper: at('opt/upgrade-harbor.sh'),
    programs: at('programs'),
    state: stateIn(at('state')),
    packageOf: (of) => join(at('packages'), `harbor-offline-installer-v${of}.tgz`),
  };
  for (const path of [host.packages, host.programs, host.state.path, host.workDir, at('docker')])
    await mkdir(path, { recursive: true });
  await Promise.all([
    writePrograms(host),
    install(host, options),
    ...packages.map((of) => writePackage(of, host.packages, host.dataDir)),
  ]);
  await writeFile(
    host.wrapper,
    `#!/bin/sh\n# How we upgrade Harbor.\ncd ${host.installDir} && ./install.sh ${flags.join(' ')}\n`,
  );
  begin(host, version, options);
  return host;
}

/** By their absolute paths: Ansible's tasks have a bare environment. */
async function writePrograms({ programs, state, directory }: HarborHost): Promise<void> {
  const main = join(import.meta.dirname, 'bin/docker.ts');
  for (const name of ['docker', 'docker-compose']) {
    const lines = [
      '#!/bin/sh',
      `export NODE_COMPILE_CACHE='${join(directory, 'compiled')}'`,
      `exec '${process.execPath}' '${main}' '${state.path}' ${name} "$@"`,
    ];
    await writeFile(join(programs, name), `${lines.join('\n')}\n`);
    await chmod(join(programs, name), 0o755);
  }
}

async function install(host: HarborHost, options: HarborHostOptions): Promise<void> {
  const { version, flags = [], hostname = 'registry.example.com', isDatabaseExternal = false } = options;
  const { installDir, dataDir } = host;
  await writeInstaller(version, installDir, dataDir);
  const parts = ['core', ...(hasComposeFiles(version) ? ['adminserver'] : [])];
  for (const part of parts) await mkdir(join(installDir, 'common/config', part), { recursive: true });
  const compose = composeFileOf({ version, dataDir, flags, isDatabaseExternal });
  await writeFile(
    join(installDir, configFileOf(version)),
    configOf(version, { hostname, dataDir, isDatabaseExternal }),
  );
  if (hasComposeFiles(version)) await prepared(installDir, version);
  else await writeFile(join(installDir, 'docker-compose.yml'), compose);
  await writeFile(join(installDir, 'common/config/core/env'), `HARBOR_VERSION=v${version}\n`);
  await mkdir(join(dataDir, 'registry'), { recursive: true });
  if (hasComposeFiles(version)) return writeFile(join(dataDir, 'secretkey'), 'ponmlkjihgfedcba');
  for (const name of ['secret/keys', 'secret/core']) await mkdir(join(dataDir, name), { recursive: true });
  await writeFile(join(dataDir, 'secret/keys/secretkey'), 'ponmlkjihgfedcba');
  await writeFile(join(dataDir, 'secret/core/private_key.pem'), '-----BEGIN RSA PRIVATE KEY-----\n');
}

/** With which password Harbor's own parts connect to its database. */
const prepared = (installDir: string, version: string): Promise<void> =>
  writeFile(
    join(installDir, 'common/config/adminserver/env'),
    `${isMariaDb(version) ? 'MYSQL_PWD' : 'POSTGRESQL_PASSWORD'}=${usualDatabasePassword}\n`,
  );

/** What Harbor holds at first, and that it runs. */
function begin(host: HarborHost, version: string, options: HarborHostOptions): void {
  const { contents = someContents, isDatabaseExternal = false } = options;
  const database = databaseAt(host, version, isDatabaseExternal);
  if (isMariaDb(version)) {
    initialiseMariaDb(database, version, { ...contents, password: usualDatabasePassword });
    initialiseOthers(host.dataDir, options.flags ?? []);
  } else initialise(database, postgresOf(version).version, { ...contents, schema: schemaNow(version) });
  const { state } = host;
  const { dockerVersion = '24.0.7', composeVersion = '2.21.0' } = options;
  const containers = containersOf(version, options);
  state.setDocker({
    ...{ dockerVersion, composeVersion, rootDir: join(host.directory, 'docker') },
    ...{ images: imagesOf(version), containers, pullable: [] },
    ...(isDatabaseExternal ? { externalDatabase: database, externalPostgres: usualOutside } : {}),
  });
  const reported = components.filter(({ name }) => containers.some((container) => container.name === name));
  state.setHarbor({
    ...{ version, isUp: true, readOnly: false, database, startedAt: new Date().toISOString() },
    components: Object.fromEntries(reported.flatMap(({ reportedAs }) => (reportedAs ? [[reportedAs, 'healthy']] : []))),
  });
}

const schemaNow = (version: string) => ({ version: String(schemaOf(version)), dirty: false });

function databaseAt(host: HarborHost, version: string, isExternal: boolean): string {
  if (isExternal) return join(host.directory, 'external');
  return join(host.dataDir, 'database', isMariaDb(version) ? '' : postgresOf(version).directory);
}

function containersOf(version: string, { flags = [], isDatabaseExternal = false }: HarborHostOptions) {
  const text = composeFileOf({ version, dataDir: '/data', flags, isDatabaseExternal });
  return readComposeFile(text).containers.map((container) => ({ ...container, status: 'Up 3 months (healthy)' }));
}

const artifact = (digit: string, ...tags: readonly string[]) => ({
  digest: `sha256:${digit.repeat(64)}`,
  tags,
  size: 1_048_576,
});

const someContents: Omit<RegistryContents, 'schema'> = {
  projects: [
    {
      name: 'library',
      repositories: [{ name: 'library/nginx', artifacts: [artifact('a', '1.26'), artifact('b', '1.27')] }],
    },
    { name: 'shop', repositories: [{ name: 'shop/cart', artifacts: [artifact('c', 'v1', 'latest')] }] },
  ],
  users: ['admin', 'anna'],
  charts: [],
};
