import { basename, join } from 'node:path';
import { shellWords } from '../../playbook/shell-words.ts';
import { isBefore } from '../path/versions.ts';
import type { Decided, DecidedHop } from './decided.ts';
import { dockerOf, type HarborTag, migratingIn, type SharedVariables } from './playbook.ts';

/** What a step of the playbook comes to, as somebody would type it on the host as root; empty where it does nothing that changes it. */
export function commandsByHand(
  tag: HarborTag,
  { shared }: Pick<Decided, 'shared'>,
  hop: DecidedHop['variables'] | undefined,
): readonly string[] {
  const { harbor_dir: install, harbor_data: data, harbor_work: work, harbor_compose: compose } = shared;
  const docker = dockerOf(shared);
  if (tag === 'look') {
    return [
      shellWords(['df', '-h', install, data, work.slice(0, work.lastIndexOf('/'))]),
      shellWords(['find', `${data}/database`, '-maxdepth', '2', '-name', 'PG_VERSION']),
      shellWords([...docker, 'exec', 'harbor-db', 'psql', '-U', 'postgres', '-d', 'registry', '-tAc', schemaQuery]) +
        '   # must end with |f: not dirty',
    ];
  }
  if (tag === 'look-images') return [shellWords([...docker, 'images']), shellWords([...docker, 'ps', '-a'])];
  // Between quotes the shell would look for files that are called so.
  if (tag === 'clear-away') return [`rm -rf ${shellWords([work])}/config-* ${shellWords([work])}/[0-9]*`];
  if (!hop) throw new Error(`the step ${tag} belongs to no hop`);
  const { from, to } = hop;
  const composeOf = (version: string, command: readonly string[]) =>
    `${shellWords(['cd', install])} && ${shellWords([...compose, ...filesOfCompose(version, hop), ...command])}`;
  const before = `${install}.before-${shared.harbor_mark}-${from}`;
  const copy = `${work}/before-${from}`;
  const unpacked = `${work}/${to}`;
  const config = `${work}/config-${to}`;
  switch (tag) {
    case 'fetch':
      return [shellWords(['install', '-d', '-m', '0700', work]), checked(hop)];
    case 'load':
      return [
        shellWords(['install', '-d', unpacked]),
        shellWords(['tar', '-xzf', hop.package, '-C', unpacked]),
        shellWords([...docker, 'load', '-i', `${unpacked}/harbor/harbor.v${to}.tar.gz`]),
        ...(hop.migrate ? [thereOrPulled(docker, hop.migrate.image)] : []),
      ];
    case 'down':
      return [composeOf(from, ['down'])];
    case 'copy-data':
      return [
        ...(hop.pg
          ? [mustBe(shellWords(['cat', `${join(`${data}/database`, hop.pg.dir)}/PG_VERSION`]), hop.pg.expects)]
          : []),
        shellWords(['install', '-d', '-m', '0700', copy]),
        ...copied(shared, hop).flatMap((directory) => [
          ifThere(`${data}/${directory}`, ['cp', '-aT', `${data}/${directory}`, `${copy}/${directory}`]),
          `${ifThere(`${data}/${directory}`, ['diff', '-rq', `${data}/${directory}`, `${copy}/${directory}`])}   # must say nothing`,
        ]),
      ];
    case 'move-aside':
      return [renamed(install, before)];
    case 'unpack':
      return [shellWords(['cp', '-aT', `${unpacked}/harbor`, install])];
    case 'migrate-config':
      return [
        shellWords(['install', '-d', '-m', '0700', config]),
        ...(hop.config_from === hop.config_file
          ? []
          : [shellWords(['cp', `${install}/${hop.config_file}`, `${config}/${hop.config_file}`])]),
        shellWords(['cp', `${before}/${hop.config_from}`, `${config}/${hop.config_from}`]),
        ...(hop.migrate ? [shellWords(hop.migrate.argv)] : []),
        ...lookedAt(`${before}/${hop.config_from}`, `${config}/${hop.config_file}`, { install, before }),
        shellWords(['cp', `${config}/${hop.config_file}`, `${install}/${hop.config_file}`]),
      ];
    case 'prepare':
      return [`${shellWords(['cd', install])} && ${shellWords(['./prepare', ...hop.install_flags])}`];
    case 'migrate-database':
      return migratedByHand(hop, shared);
    case 'install':
      return [`${shellWords(['cd', install])} && ${shellWords(['./install.sh', ...hop.install_flags])}`];
    case 'put-back':
      return [
        `${composeOf(to, ['down'])}   # where that cannot be done, nothing runs`,
        ...copied(shared, hop).flatMap((directory) => [
          ifThere(
            `${data}/${directory}`,
            moving(`${data}/${directory}`, `${data}/${directory}.failed-${shared.harbor_mark}`),
          ),
          ifThere(`${copy}/${directory}`, ['cp', '-aT', `${copy}/${directory}`, `${data}/${directory}`]),
        ]),
        `${renamed(install, `${install}.failed-${shared.harbor_mark}`)}   # where it is there`,
        renamed(before, install),
      ];
    case 'up':
      return [composeOf(from, ['up', '-d'])];
    case 'clear-images':
      return [
        `${shellWords([...docker, 'images', '--format', '{{.Repository}}:{{.Tag}}'])} | grep '^goharbor/.*[:-]v${from.replaceAll('.', '\\.')}$' | xargs -r ${shellWords([...docker, 'image', 'rm'])}`,
      ];
  }
}

/** Never over something that is there: it fails then, where `-n` would say nothing and go on. */
const moving = (from: string, to: string): readonly string[] => ['mv', '-T', from, to];
const renamed = (from: string, to: string): string => shellWords(moving(from, to));

/** Redis may be another machine's, and Notary alone has an alias: then nothing of them lies here. All else must be there. */
const ifThere = (path: string, command: readonly string[]): string =>
  /\/(redis|defaultalias)$/.test(path)
    ? `${shellWords(['test', '!', '-e', path])} || ${shellWords(command)}`
    : shellWords(command);

const mustBe = (command: string, value: string): string => `${command}   # must be ${value}`;

/** Keys, and what an older Redis cannot read once a newer one has written it, besides the database. */
function copied({ harbor_database: database }: SharedVariables, hop: DecidedHop['variables']): readonly string[] {
  // Before 1.8 the key lay at the top.
  const kept = [...(isBefore(hop.from, '1.8') ? ['secretkey', 'defaultalias'] : ['secret']), 'redis'];
  return database === 'external' ? kept : ['database', ...ownDatabases(hop), ...kept];
}

const thereOrPulled = (docker: readonly string[], image: string): string =>
  `${shellWords([...docker, 'image', 'inspect', image])} > /dev/null || ${shellWords([...docker, 'pull', image])}`;

/** What was changed in the configuration, and files that it names where the old one lay. */
function lookedAt(was: string, is: string, { install, before }: { readonly install: string; readonly before: string }) {
  return [
    ...(basename(was) === basename(is) ? [`${shellWords(['diff', was, is])}   # look at what is changed`] : []),
    `${shellWords(['grep', '-nF', `${install}/`, is])}   # files that it names there: copy them from ${before}`,
  ];
}

/** Of Notary and Clair, which have databases of their own before 1.6. */
const ownDatabases = ({ migrate_database: todo }: DecidedHop['variables']): readonly string[] =>
  todo?.commands.flatMap(({ what }) => (what === 'notary' || what === 'clair' ? [`${what}-db`] : [])) ?? [];

/** Before 1.8 each part that is not always there has one of its own. */
function filesOfCompose(version: string, { install_flags: flags }: DecidedHop['variables']): readonly string[] {
  const parts = isBefore(version, '1.8') ? flags.map((flag) => flag.replace('--with-', '')) : [];
  if (parts.length === 0) return [];
  return ['docker-compose.yml', ...parts.map((part) => `docker-compose.${part}.yml`)].flatMap((file) => ['-f', file]);
}

/** Of the databases beside it the migrator works on copies, too. */
function migratedByHand(hop: DecidedHop['variables'], shared: SharedVariables): readonly string[] {
  const { from, migrate_database: todo } = hop;
  if (!todo) return [];
  const database = `${shared.harbor_data}/database`;
  const beside = migratingIn(shared);
  const secrets = new Set(todo.commands.flatMap((command) => command.secrets));
  return [
    shellWords(['install', '-d', '-m', '0700', beside]),
    ...['database', ...ownDatabases(hop)].map((name) =>
      shellWords(['cp', '-aT', `${shared.harbor_data}/${name}`, `${beside}/${name}`]),
    ),
    ...[...secrets].map((name) => `read -rs ${name} && export ${name}   # the db_password of harbor.cfg`),
    ...todo.commands.map(({ argv }) => shellWords(argv)),
    renamed(database, `${database}.before-${shared.harbor_mark}-${from}`),
    renamed(`${beside}/database`, database),
  ];
}

const schemaQuery = 'SELECT version, dirty FROM schema_migrations';

const checked = ({ package: file, package_sha256: sum }: DecidedHop['variables']): string =>
  sum === undefined
    ? `${shellWords(['ls', '-l', file])}   # no checksum was published with it`
    : mustBe(shellWords(['sha256sum', file]), sum);
