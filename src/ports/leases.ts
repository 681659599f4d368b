/** Who may change a target now. */
export interface Lease {
  /** 'etcd/prod-1' */
  readonly target: string;
  /** Rises with every lease of the target, and never falls: a later holder's is higher. */
  readonly fence: number;
  readonly run: string;
  /** The approval whose plan is carried out: others of the same may take it over once its run has ended. */
  readonly approval: string;
  readonly worker: string;
  readonly takenAt: Date;
  /** When its run last said that it is alive. A lease does not end by itself: nobody knows what the run has done. */
  readonly renewedAt: Date;
}

/**
 * One dangerous run at a time per target. A lease whose run is silent is kept until a person releases it or its work is verified. Throws Fault
 * (port 'leases') when Redis cannot be asked.
 */
export interface Leases {
  /**
   * Takes the target, or answers who has it. The same approval takes over from a run of its own that has ended; the same worker may ask again for the
   * same run.
   */
  take(
    lease: Pick<Lease, 'target' | 'run' | 'approval' | 'worker'>,
  ): Promise<{ readonly kind: 'taken' | 'held'; readonly lease: Lease }>;
  /** Says that the run is alive. False when the target is another's by now, or was released: the run must stop at once. */
  renew(lease: Lease): Promise<boolean>;
  /** Gives it back: only its own. False when it is another's. */
  giveBack(lease: Lease): Promise<boolean>;
  /** A person takes it away, whoever holds it: with the fence they saw, so that nobody else's is released. */
  release(target: string, fence: number): Promise<boolean>;
  find(target: string): Promise<Lease | undefined>;
  list(): Promise<readonly Lease[]>;
}
