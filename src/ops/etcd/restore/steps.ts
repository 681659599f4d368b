import { z } from 'zod';

/**
 * What playbooks/etcd-restore can be told to do, each by its tag, on the hosts that are named. Every one may be run again after it ended, failed or
 * was cut short, and then comes to the same end. Its README says what each promises.
 */
export const restoreTags = [
  'look',
  'fetch',
  'prepare',
  'stop-apiservers',
  'stop-etcd',
  'copy-data',
  'rescue',
  'move-aside',
  'restore',
  'own',
  'start-etcd',
  'join-etcd',
  'start-apiservers',
  'restart-afterwards',
  'clear-away',
  'put-back',
] as const;
export type RestoreTag = (typeof restoreTags)[number];

export const playbook = 'etcd-restore/site.yaml';

const Service = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('systemd'), unit: z.string() }),
  z.object({ kind: z.literal('staticPod'), manifest: z.string() }),
  z.object({
    kind: z.literal('commands'),
    start: z.array(z.string()).readonly(),
    stop: z.array(z.string()).readonly(),
    isRunning: z.array(z.string()).readonly(),
  }),
]);

/** Variables of one host. Argument lists go to programs as they are, never through a shell. */
export const HostVariables = z.object({
  etcd_name: z.string(),
  etcd_peer_url: z.string(),
  etcd_client_url: z.string(),
  etcd_data_dir: z.string(),
  /** Empty where the WAL lies in the data directory. */
  etcd_wal_dir: z.string(),
  /** 'etcd:etcd' */
  etcd_owner: z.string(),
  etcd_service: Service,
  apiserver_service: Service.nullable(),
  afterwards_services: z.array(Service).readonly(),
  /** `etcdutl snapshot restore …`, into `<data dir>/restored-<mark>`, and `<WAL dir>.restored-<mark>` where there is one. */
  restore_argv: z.array(z.string()).readonly(),
  /** How many bytes the restored database has about: preflight asks for room for two of it. */
  restore_bytes: z.number(),
  /** The flags with which a member joins the cluster that is there: `--initial-cluster=…`, `--initial-cluster-state=existing`. */
  join_flags: z.array(z.string()).readonly(),
  /** etcd on a copy of this host's data, alone and on loopback, until it has applied its log. Empty unless this is where data is rescued from. */
  rescue_argv: z.array(z.string()).readonly(),
});
export type HostVariables = z.infer<typeof HostVariables>;

/** Variables of all hosts. */
export const SharedVariables = z.object({
  restore_cluster: z.string(),
  /** Names what belongs to this restore: `<data dir>/before-<mark>`, `<work dir>/<mark>/snapshot.db`. Lower-case letters and digits. */
  restore_mark: z.string(),
  /** `<work dir>/<mark>`, on every host. */
  restore_dir: z.string(),
  /** Directories in which tools are looked for before the PATH. */
  restore_programs: z.array(z.string()).readonly(),
});
export type SharedVariables = z.infer<typeof SharedVariables>;

/** Given with a run, not kept: where on the machine that runs Ansible the database lies, and the SHA-256 of that file. */
export interface RunVariables {
  readonly snapshot_file?: string;
  readonly snapshot_sha256?: string;
}
