import { shellWords } from '../../playbook/shell-words.ts';
import type { Decided, DecidedHop } from './decided.ts';
import type { OwnWork } from './harbor-steps.ts';
import { dockerOf, type HarborTag } from './playbook.ts';

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
      shellWords([...docker, 'exec', 'harbor-db', 'psql', '-U', 'postgres', '-d', 'registry', '-c', schemaQuery]),
    ];
  }
  if (tag === 'look-images') return [shellWords([...docker, 'images']), shellWords([...docker, 'ps', '-a'])];
  if (tag === 'clear-away') return [shellWords(['rm', '-rf', `${work}/config-*`])];
  if (!hop) throw new Error(`the step ${tag} belongs to no hop`);
  const { from, to } = hop;
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
      ];
    case 'down':
      return [`${shellWords(['cd', install])} && ${shellWords([...compose, 'down'])}`];
    case 'copy-data':
      return [
        shellWords(['install', '-d', '-m', '0700', copy]),
        ...(shared.harbor_database === 'external' ? [] : [shellWords(['cp', '-a', `${data}/database`, `${copy}/`])]),
        shellWords(['cp', '-a', `${data}/secret`, `${copy}/`]),
        ...(shared.harbor_database === 'external'
          ? []
          : [shellWords(['diff', '-rq', `${data}/database`, `${copy}/database`])]),
      ];
    case 'move-aside':
      return [shellWords(['mv', '-nT', install, before])];
    case 'unpack':
      return [shellWords(['cp', '-a', `${unpacked}/harbor`, install])];
    case 'migrate-config':
      return [
        shellWords(['install', '-d', '-m', '0700', config]),
        ...(hop.config_from === hop.config_file
          ? []
          : [shellWords(['cp', `${install}/${hop.config_file}`, `${config}/${hop.config_file}`])]),
        shellWords(['cp', `${before}/${hop.config_from}`, `${config}/${hop.config_from}`]),
        ...(hop.migrate ? [shellWords(hop.migrate.argv)] : []),
        shellWords(['cp', `${config}/${hop.config_file}`, `${install}/${hop.config_file}`]),
      ];
    case 'prepare':
      return [`${shellWords(['cd', install])} && ${shellWords(['./prepare', ...hop.install_flags])}`];
    case 'install':
      return [`${shellWords(['cd', install])} && ${shellWords(['./install.sh', ...hop.install_flags])}`];
    case 'put-back':
      return [
        `${shellWords(['cd', install])} && ${shellWords([...compose, 'down'])}`,
        ...(shared.harbor_database === 'external'
          ? []
          : [
              shellWords(['mv', '-nT', `${data}/database`, `${data}/database.failed-${shared.harbor_mark}`]),
              shellWords(['cp', '-a', `${copy}/database`, `${data}/database`]),
            ]),
        shellWords(['mv', '-nT', install, `${install}.failed-${shared.harbor_mark}`]),
        shellWords(['mv', '-nT', before, install]),
      ];
    case 'up':
      return [`${shellWords(['cd', install])} && ${shellWords([...compose, 'up', '-d'])}`];
    case 'clear-images':
      return [
        `${shellWords([...docker, 'images', '--format', '{{.Repository}}:{{.Tag}}'])} | grep '^goharbor/.*[:-]v${from.replaceAll('.', '\\.')}$' | xargs -r ${shellWords([...docker, 'image', 'rm'])}`,
      ];
  }
}

const schemaQuery = 'SELECT version, dirty FROM schema_migrations';

const checked = ({ package: file, package_sha256: sum }: DecidedHop['variables']): string =>
  sum === undefined
    ? `${shellWords(['ls', '-l', file])}   # no checksum was published with it`
    : `${shellWords(['sha256sum', file])}   # must be ${sum}`;

/** Through Harbor's API; the password is left to who types it. */
export function ownCommands(
  work: OwnWork,
  { url }: { readonly url: string },
  hop: DecidedHop['variables'],
): readonly string[] {
  const api = `${url}/api${/^1\./.test(work === 'healthy' || work === 'writable' ? hop.to : hop.from) ? '' : '/v2.0'}`;
  const readOnly = (is: boolean) =>
    `curl -u admin -X PUT -H 'Content-Type: application/json' -d '{"read_only":${is}}' ${shellWords([`${api}/configurations`])}`;
  switch (work) {
    case 'read-only':
      return [readOnly(true)];
    case 'writable':
      return [readOnly(false)];
    case 'wait-for-jobs':
      return [`curl -u admin ${shellWords([`${api}/replication/executions?status=InProgress`])}   # until it is empty`];
    case 'write-down':
    case 'compare':
      return [
        `curl -u <account> ${shellWords([`${api}/statistics`])}   # ${work === 'compare' ? 'no less than before' : 'keep what it says'}`,
      ];
    case 'healthy':
      return [`curl ${shellWords([`${api}/health`])}   # until every component is healthy`];
    case 'probe':
      return [`docker pull ${shellWords([`${new URL(url).host}/<project>/<image>`])}   # any that was there before`];
  }
}
