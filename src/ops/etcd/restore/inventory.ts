import type { Inventory } from '../../../ports/ansible.ts';
import type { RestoreMember, RestoreTarget } from '../../../ports/catalogue.ts';
import type { Decided, DecidedHost } from './decided.ts';
import type { HostTool } from './host-facts.ts';
import type { HostVariables, SharedVariables } from './steps.ts';

/** What each host is told; all else about it is salvor.yaml's. */
export interface HostChoice {
  readonly tool?: HostTool | undefined;
  readonly restoreBytes: number;
  readonly bump?: number | undefined;
  readonly skipsHashCheck: boolean;
  /** The program that starts on a copy of this host's data. */
  readonly rescueWith?: string | undefined;
}

export interface RestoreNames {
  readonly cluster: string;
  readonly mark: string;
}

export function sharedVariables(target: RestoreTarget, { cluster, mark }: RestoreNames): SharedVariables {
  return {
    restore_cluster: cluster,
    restore_mark: mark,
    restore_dir: `${target.workDir}/${mark}`,
    restore_programs: [`${target.workDir}/bin`],
  };
}

export function decidedHost(
  target: RestoreTarget,
  member: RestoreMember,
  names: RestoreNames,
  choice: HostChoice,
): DecidedHost {
  const { user, port } = target.ssh;
  return {
    name: member.name,
    address: member.host,
    connection: target.connection,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    variables: hostVariables(target, member, names, choice),
  };
}

function hostVariables(
  target: RestoreTarget,
  member: RestoreMember,
  names: RestoreNames,
  choice: HostChoice,
): HostVariables {
  return {
    etcd_name: member.name,
    etcd_peer_url: plain(member.peerUrl),
    etcd_client_url: plain(member.clientUrl),
    etcd_data_dir: member.dataDir,
    etcd_wal_dir: member.walDir ?? '',
    etcd_owner: member.owner,
    etcd_service: member.etcd,
    apiserver_service: member.apiServer ?? null,
    afterwards_services: member.afterwards,
    restore_argv: choice.tool ? restoreArgv(target, member, names, choice.tool.path, choice) : [],
    restore_bytes: choice.restoreBytes,
    join_flags: [`--initial-cluster=${initialCluster(target)}`, '--initial-cluster-state=existing'],
    rescue_argv: choice.rescueWith === undefined ? [] : rescueArgv(target, member, names, choice.rescueWith),
  };
}

/** etcd compares peer URLs as text with those it was started with: no slash at the end. */
export const plain = (url: string): string => url.replace(/\/+$/, '');

/** 'cp-1=https://10.0.0.11:2380,cp-2=…', of all members. */
export const initialCluster = ({ members }: RestoreTarget): string =>
  members.map(({ name, peerUrl }) => `${name}=${plain(peerUrl)}`).join(',');

/** A new token makes a new cluster: members of the old one that come back are strangers to it. */
export const tokenOf = ({ clusterToken }: RestoreTarget, { cluster, mark }: RestoreNames): string =>
  clusterToken ?? `${cluster}-${mark}`;

/** Into a directory beside: neither tool writes into one that is there, and what is cut short is never taken for data. */
function restoreArgv(
  target: RestoreTarget,
  member: RestoreMember,
  names: RestoreNames,
  program: string,
  { bump, skipsHashCheck }: HostChoice,
): readonly string[] {
  const { mark } = names;
  return [
    program,
    ...['snapshot', 'restore', `${target.workDir}/${mark}/snapshot.db`],
    `--name=${member.name}`,
    `--initial-cluster=${initialCluster(target)}`,
    `--initial-cluster-token=${tokenOf(target, names)}`,
    `--initial-advertise-peer-urls=${plain(member.peerUrl)}`,
    `--data-dir=${member.dataDir}/restored-${mark}`,
    ...(member.walDir === undefined ? [] : [`--wal-dir=${member.walDir}.restored-${mark}`]),
    ...(bump === undefined ? [] : [`--bump-revision=${bump}`, '--mark-compacted']),
    ...(skipsHashCheck ? ['--skip-hash-check'] : []),
  ];
}

/** Alone, on loopback, and forgetting the other members. Its health is asked without TLS or password. */
function rescueArgv(
  target: RestoreTarget,
  member: RestoreMember,
  { mark }: RestoreNames,
  program: string,
): readonly string[] {
  const directory = `${target.workDir}/${mark}`;
  return [
    program,
    `--name=${member.name}`,
    `--data-dir=${directory}/data`,
    ...(member.walDir === undefined ? [] : [`--wal-dir=${directory}/wal`]),
    '--force-new-cluster',
    '--listen-client-urls=http://127.0.0.1:23790',
    '--advertise-client-urls=http://127.0.0.1:23790',
    '--listen-peer-urls=http://127.0.0.1:23800',
  ];
}

/** What Ansible is given: exactly what was decided. */
export function inventoryOf({ hosts, shared, become }: Decided): Inventory {
  return {
    groups: { etcd: hosts },
    variables: { ...shared, ansible_become: become },
  };
}
