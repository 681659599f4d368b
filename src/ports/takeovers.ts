/** A component that somebody else leads from now on. */
export interface Takeover {
  readonly cluster: string;
  /** 'kube-scheduler': the name of its Lease. */
  readonly component: string;
  /** How often it changed hands since the last look; seen one by one it is 1. */
  readonly times: number;
  /** When the last of them was: with cluster and component it tells one takeover from another, whoever saw it. */
  readonly at: Date;
}

/** What was seen of one cluster during the last hour. */
export interface Lately {
  /** How often each component changed hands; none that did not. */
  readonly byComponent: ReadonlyMap<string, number>;
  /** The beginning of the hour, or of the watch where that is younger. */
  readonly since: Date;
}

/** How often leaders changed hands within the last hour, shared by all workers. Throws Fault when it cannot be asked. */
export interface Takeovers {
  /** Somebody watches the cluster now. To be said again every minute: what nobody watches is not known. */
  watched(cluster: string): Promise<void>;
  /** Idempotent: several workers may see the same. */
  note(takeover: Takeover): Promise<void>;
  /** Undefined of a cluster that nobody watches. */
  lately(cluster: string): Promise<Lately | undefined>;
}
