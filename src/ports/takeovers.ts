/** A component that somebody else leads from now on. */
export interface Takeover {
  readonly cluster: string;
  /** 'kube-scheduler': the name of its Lease. */
  readonly component: string;
  /** How often it changed hands since the last look; seen one by one it is 1. */
  readonly times: number;
  readonly at: Date;
}

/** What was seen of one cluster during the last hour. */
export interface Lately {
  /** How often each component changed hands; none that did not. */
  readonly byComponent: ReadonlyMap<string, number>;
  /** The beginning of the hour, or of the watch where that is younger. */
  readonly since: Date;
}

/** How often leaders changed hands, as this process has seen it; nothing of it outlives the process. */
export interface Takeovers {
  /** From now on the cluster is watched. Idempotent. */
  begins(cluster: string): void;
  note(takeover: Takeover): void;
  /** Undefined of a cluster that nobody watches here. */
  lately(cluster: string): Lately | undefined;
}
