import type { RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Etcd } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import type { Objects } from '../../../ports/objects.ts';
import type { Opener } from '../../../ports/opener.ts';
import type { Scratch } from '../../../ports/scratch.ts';
import type { KubernetesState } from './check-kubernetes.ts';
import type { NodesBefore } from './check-nodes.ts';
import type { Decided } from './decided.ts';
import type { SnapshotFile } from './snapshot-file.ts';

export interface RestorePorts {
  readonly ansible: Ansible;
  readonly etcd: Etcd;
  readonly objects: Objects;
  readonly kubernetes: Kubernetes;
  readonly opener: Opener;
  readonly scratch: Scratch;
  readonly clock: Clock;
}

/** One run of a restore: what its steps work with. */
export interface RestoreSite {
  readonly ports: RestorePorts;
  readonly cluster: Cluster;
  readonly decided: Decided;
  readonly context: RunContext;
  /** The database on this worker's disk, fetched when it is first asked for. */
  readonly file: SnapshotFile;
  /** Nodes before anything was changed: read meanwhile, and absent where this run goes on with another's work. */
  readonly nodesBefore: Promise<NodesBefore | undefined> | undefined;
  /** The backup of what was there, taken in this run. */
  savedAs?: string;
  /** What Kubernetes was found to be like afterwards. */
  kubernetes?: KubernetesState;
}
