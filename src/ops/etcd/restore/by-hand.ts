import type { ServiceWay } from '../../../ports/catalogue.ts';
import { shellWords } from '../../playbook/shell-words.ts';
import type { Decided, DecidedHost } from './decided.ts';
import type { RestoreTag } from './steps.ts';

/** What a step of the playbook comes to on one host, as somebody would type it there as root; empty where it does nothing there. */
export function commandsByHand(tag: RestoreTag, { shared, source }: Decided, host: DecidedHost): readonly string[] {
  const { variables: its } = host;
  const { restore_dir: directory, restore_mark: mark } = shared;
  const { etcd_data_dir: data, etcd_wal_dir: wal } = its;
  switch (tag) {
    case 'look':
      return [shellWords(['df', '-h', data, parentOf(directory)]), shellWords(['ls', '-l', `${data}/member/snap/db`])];
    case 'fetch':
      return [
        shellWords(['install', '-d', '-m', '0700', directory]),
        fetched(host, directory, source?.sha256, source?.databaseBytes),
      ];
    case 'prepare':
      return [shellWords(its.restore_argv)];
    case 'stop-apiservers':
      return its.apiserver_service ? stopped(its.apiserver_service, directory) : [];
    case 'stop-etcd':
      return stopped(its.etcd_service, directory);
    case 'copy-data':
      return [
        shellWords(['install', '-d', '-m', '0700', `${directory}/data`]),
        shellWords(['cp', '-a', `${data}/member`, `${directory}/data/`]),
        ...(wal === '' ? [] : [shellWords(['cp', '-a', wal, `${directory}/wal`])]),
      ];
    case 'rescue':
      return its.rescue_argv.length === 0
        ? []
        : [
            `${shellWords(its.rescue_argv)}   # until http://127.0.0.1:23790/health says true; then Ctrl-C`,
            shellWords(['sha256sum', `${directory}/data/member/snap/db`]),
          ];
    case 'move-aside':
      return [
        shellWords(['mv', '-nT', `${data}/member`, `${data}/before-${mark}`]),
        ...(wal === '' ? [] : [shellWords(['mv', '-nT', wal, `${wal}.before-${mark}`])]),
      ];
    case 'restore':
      return [
        shellWords(['mv', '-nT', `${data}/restored-${mark}/member`, `${data}/member`]),
        ...(wal === '' ? [] : [shellWords(['mv', '-nT', `${wal}.restored-${mark}`, wal])]),
      ];
    case 'own':
      return [shellWords(['chown', '-R', its.etcd_owner, `${data}/member`, ...(wal === '' ? [] : [wal])])];
    case 'start-etcd':
      return started(its.etcd_service, directory);
    case 'join-etcd':
      return [
        `${started(its.etcd_service, directory).join(' && ')}   # with ${shellWords(its.join_flags)} besides its own flags`,
      ];
    case 'start-apiservers':
      return its.apiserver_service ? started(its.apiserver_service, directory) : [];
    case 'restart-afterwards':
      return its.afterwards_services.flatMap((service) => [
        ...stopped(service, directory),
        ...started(service, directory),
      ]);
    case 'clear-away':
      return [shellWords(['rm', '-rf', `${directory}/snapshot.db`, `${directory}/data`, `${directory}/wal`])];
    case 'put-back':
      return [
        shellWords(['mv', '-nT', `${data}/member`, `${data}/failed-${mark}`]),
        shellWords(['mv', '-nT', `${data}/before-${mark}`, `${data}/member`]),
        ...(wal === ''
          ? []
          : [
              shellWords(['mv', '-nT', wal, `${wal}.failed-${mark}`]),
              shellWords(['mv', '-nT', `${wal}.before-${mark}`, wal]),
            ]),
      ];
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

function fetched({ address }: DecidedHost, directory: string, sha256: string | undefined, bytes: number | undefined) {
  const file = `${directory}/snapshot.db`;
  const target = address.includes(':') ? `[${address}]` : address;
  const copy = `scp snapshot.db ${shellWords([`${target}:${file}`])}   # from where it was fetched; see RUNBOOK.md`;
  if (sha256 === undefined) return copy;
  return `${copy}\n${shellWords(['head', '-c', String(bytes), file])} | sha256sum   # ${sha256}`;
}

function stopped(service: ServiceWay, directory: string): readonly string[] {
  if (service.kind === 'systemd') return [shellWords(['systemctl', 'stop', service.unit])];
  if (service.kind === 'commands') return [shellWords(service.stop)];
  return [
    shellWords(['install', '-d', '-m', '0700', `${directory}/manifests`]),
    `${shellWords(['mv', service.manifest, `${directory}/manifests/`])}   # and wait until crictl ps shows it no longer`,
  ];
}

function started(service: ServiceWay, directory: string): readonly string[] {
  if (service.kind === 'systemd') return [shellWords(['systemctl', 'start', service.unit])];
  if (service.kind === 'commands') return [shellWords(service.start)];
  const name = service.manifest.slice(service.manifest.lastIndexOf('/') + 1);
  return [shellWords(['mv', `${directory}/manifests/${name}`, service.manifest])];
}
