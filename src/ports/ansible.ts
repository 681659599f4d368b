/** A machine as Ansible reaches it. */
export interface AnsibleHost {
  /** In inventory and in everything that is said: the member's name. */
  readonly name: string;
  readonly address: string;
  readonly connection: 'ssh' | 'local';
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Variables of this host alone. JSON; no secrets. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Inventory {
  /** Hosts in their order, by group: `{ etcd: […], apiservers: […] }`. A host may be in several. */
  readonly groups: Readonly<Record<string, readonly AnsibleHost[]>>;
  /** Variables of all hosts. JSON; no secrets. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface PlaybookRequest {
  /** The cluster or registry for whose hosts the worker holds an SSH key. */
  readonly target: string;
  /** Below playbooks/: 'etcd-restore/site.yaml'. */
  readonly playbook: string;
  readonly inventory: Inventory;
  /** Given by a file of mode 0600 that is removed afterwards; never in what is told or logged. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Only tasks with one of these tags: a step of the plan. */
  readonly tags?: readonly string[];
  /** Only these hosts. */
  readonly hosts?: readonly string[];
  /** Looks only, where tasks can: --check. */
  readonly isDryRun?: boolean;
  readonly timeLimitMs: number;
  /** Aborting ends ansible-playbook and what it started here; what a host is doing at that moment it may end. */
  readonly signal?: AbortSignal;
  /** Told as things happen, in order. */
  readonly onEvent?: (event: AnsibleEvent) => void;
}

export interface AnsibleEvent {
  readonly at: Date;
  readonly kind: 'started' | 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable';
  /** The task's name, as in the playbook. */
  readonly task: string;
  /** Absent of a task that starts on all. */
  readonly host?: string;
  /** What it says of itself: what a debug task shows, why it failed. Without secrets. */
  readonly message?: string;
}

/** What became of each host. Facts are what tasks published for Salvor: `salvor_facts` by set_fact, cacheable or not. */
export interface PlaybookResult {
  /** All hosts ended well. */
  readonly isGood: boolean;
  readonly hosts: Readonly<
    Record<
      string,
      {
        readonly state: 'ok' | 'failed' | 'unreachable';
        readonly changed: number;
        /** The task that failed and what it said. */
        readonly failure?: { readonly task: string; readonly message: string };
        readonly facts: Readonly<Record<string, unknown>>;
      }
    >
  >;
  /** SHA-256, in hexadecimal, of all that was told. */
  readonly outputSha256: string;
}

/**
 * Runs playbooks on the hosts of clusters and registries, without a shell. A playbook lives no longer than its worker: when that is killed, or frozen for longer than
 * some seconds, it is ended too. Throws Fault (port 'ansible'): ANSIBLE_MISSING (no ansible-playbook, or too old: says what
 * to install), ANSIBLE_TIME_LIMIT, ANSIBLE_BROKEN (it ended without a result: its last words), and the signal's reason when aborted. Hosts that fail are no error
 * but a result.
 */
export interface Ansible {
  run(request: PlaybookRequest): Promise<PlaybookResult>;
}
