import { type Component, componentsOf, flagsOf, hasComposeFiles, imageOf, isMariaDb } from './releases.ts';

export interface ComposeOptions {
  readonly version: string;
  readonly dataDir: string;
  readonly flags: readonly string[];
  readonly isDatabaseExternal: boolean;
}

/** docker-compose.yml as `prepare` writes it, as far as anybody here reads it. */
export function composeFileOf(options: ComposeOptions): string {
  const { version, flags, isDatabaseExternal } = options;
  const its = componentsOf(version).filter(
    ({ flag, name }) => (!flag || flags.includes(flag)) && !(isDatabaseExternal && name === 'harbor-db'),
  );
  return composed(its, options);
}

/** By their names, as they lie in packages before 1.8. */
export function composeFilesOf(version: string, dataDir: string): ReadonlyMap<string, string> {
  const options = { version, dataDir };
  const parts = flagsOf(version).map(
    (flag) =>
      [
        `docker-compose.${flag.replace('--with-', '')}.yml`,
        composed(
          componentsOf(version).filter((one) => one.flag === flag),
          options,
        ),
      ] as const,
  );
  const always = composed(
    componentsOf(version).filter(({ flag }) => !flag),
    options,
  );
  return new Map([['docker-compose.yml', always], ...parts]);
}

function composed(components: readonly Component[], { version, dataDir }: Pick<ComposeOptions, 'version' | 'dataDir'>) {
  const inside = isMariaDb(version) ? '/var/lib/mysql' : '/var/lib/postgresql/data';
  const services = components.flatMap(({ name, image }) => [
    `  ${name === 'harbor-db' ? 'postgresql' : name.replace('harbor-', '')}:`,
    `    image: ${imageOf(image, version)}`,
    `    container_name: ${name}`,
    '    restart: always',
    ...(name === 'harbor-db' ? ['    volumes:', `      - ${dataDir}/database:${inside}:z`] : []),
  ]);
  return `${["version: '2.3'", 'services:', ...services].join('\n')}\n`;
}

export interface ComposeFile {
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  /** Of the bundled PostgreSQL. */
  readonly databaseDirectory: string | undefined;
  readonly version: string;
}

export function readComposeFile(text: string): ComposeFile {
  const found = [...text.matchAll(/^ {4}image: (\S+)\n {4}container_name: (\S+)$/gm)];
  const containers = found.map(([, image = '', name = '']) => ({ name, image }));
  const core = containers.find(({ name }) => name === 'harbor-core' || name === 'harbor-ui')?.image ?? '';
  return {
    containers,
    databaseDirectory: /- (\S+):\/var\/lib\/(?:postgresql\/data|mysql)/.exec(text)?.[1],
    version: /:v([\d.]+)/.exec(core)?.[1] ?? '',
  };
}

/** install.sh as that release has it: it checks, loads, prepares, and only then takes down what runs. */
export function installScriptOf(version: string, hasComposePlugin: boolean): string {
  const flags = flagsOf(version).map((flag) => `    ${flag}) prepare_para="$prepare_para ${flag}" ;;`);
  const clair = [
    '    --with-clair) echo "Clair is deprecated please remove it from installation arguments !!!"; exit 1 ;;',
  ];
  const parsesClair = ['2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.8'].includes(
    version.split('.').slice(0, 2).join('.'),
  );
  const compose = hasComposePlugin
    ? ['if docker compose version >/dev/null 2>&1; then compose="docker compose"; else compose=docker-compose; fi']
    : ['compose=docker-compose'];
  const files = hasComposeFiles(version)
    ? [
        'compose="$compose -f docker-compose.yml"',
        `for flag in $prepare_para; do compose="$compose -f docker-compose.\${flag#--with-}.yml"; done`,
      ]
    : [];
  return `${[
    '#!/bin/sh',
    'set -e',
    'cd "$(dirname "$0")"',
    `usage='Please set hostname and other necessary attributes in harbor.yml first.'`,
    'prepare_para=""',
    'while [ $# -gt 0 ]; do',
    '  case $1 in',
    '    --help) echo "Note: $usage"; exit 0 ;;',
    ...flags,
    ...(parsesClair ? clair : []),
    '    *) echo "Note: $usage"; exit 1 ;;',
    '  esac',
    '  shift',
    'done',
    'echo "[Step 0]: checking if docker is installed ..."',
    "docker=$(docker --version | sed -n 's/^Docker version \\([0-9]*\\).*/\\1/p')",
    `if [ "\${docker:-0}" -lt ${minimumDocker(hasComposePlugin)} ]; then echo "Need to upgrade docker package."; exit 1; fi`,
    'echo "[Step 1]: checking docker-compose is installed ..."',
    ...compose,
    'if ! $compose version >/dev/null 2>&1; then echo "Need to install docker-compose(1.18.0+) by yourself first and run this script again."; exit 1; fi',
    'echo "[Step 2]: loading Harbor images ..."',
    'docker load -i ./harbor*.tar.gz',
    'echo "[Step 3]: preparing environment ..."',
    './prepare $prepare_para',
    ...files,
    'if [ -n "$($compose ps -q)" ]; then',
    '  echo "Note: stopping existing Harbor instance ..."',
    '  $compose down -v',
    'fi',
    'echo "[Step 4]: starting Harbor ..."',
    '$compose up -d',
    'echo "----Harbor has been installed and started successfully.----"',
  ].join('\n')}\n`;
}

const minimumDocker = (isRecent: boolean): number => (isRecent ? 20 : 17);

/** prepare as releases from 1.8 on have it: an image does it. */
export const prepareScriptOf = (version: string): string =>
  hasComposeFiles(version) ? oldPrepareScriptOf(version) : newPrepareScriptOf(version);

const newPrepareScriptOf = (version: string): string =>
  `${[
    '#!/bin/sh',
    'set -e',
    'cd "$(dirname "$0")"',
    "data=$(sed -n 's/^data_volume: *//p' harbor.yml)",
    'mkdir -p common/config',
    'docker run --rm -v "$PWD:/input" -v "$data:/data" -v "$PWD:/compose_location" -v "$PWD/common/config:/config" \\',
    `  -v /:/hostfs --privileged goharbor/prepare:v${version} prepare "$@"`,
  ].join('\n')}\n`;

/** Before 1.8 it is a program of its own, and reads harbor.cfg. */
function oldPrepareScriptOf(version: string): string {
  const [flags, password] = [flagsOf(version).join('|'), isMariaDb(version) ? 'MYSQL' : 'POSTGRESQL'];
  return `${[
    '#!/bin/sh',
    'set -e',
    'cd "$(dirname "$0")"',
    `for flag in "$@"; do case $flag in ${flags}) ;; *) echo "prepare: error: no such option: $flag" >&2; exit 2 ;; esac; done`,
    'value() { sed -n "s/^$1 *= *//p" harbor.cfg; }',
    'case "$(value hostname)" in ""|reg.mydomain.com) echo "Error: hostname is not set in harbor.cfg." >&2; exit 1 ;; esac',
    'mkdir -p common/config/adminserver common/config/db',
    `echo "${password}_${isMariaDb(version) ? 'PWD' : 'PASSWORD'}=$(value db_password)" > common/config/adminserver/env`,
    'cp common/config/adminserver/env common/config/db/env',
    'chmod 0600 common/config/adminserver/env common/config/db/env',
    '[ -e "$(value data_volume)/secretkey" ] || printf abcdefghijklmnop > "$(value data_volume)/secretkey"',
  ].join('\n')}\n`;
}
