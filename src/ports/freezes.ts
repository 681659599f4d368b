/** Writes and dangerous work are held back. */
export interface Freeze {
  /** A cluster, or 'all'. */
  readonly target: string;
  readonly by: string;
  readonly at: Date;
  readonly reason?: string | undefined;
}

/** Throws Fault (port 'freezes') when Redis cannot be asked: then nothing is begun. */
export interface Freezes {
  set(freeze: Freeze): Promise<void>;
  /** False when there was none. */
  lift(target: string): Promise<boolean>;
  list(): Promise<readonly Freeze[]>;
  /** The freeze that holds back work on a cluster: of it, or of all. */
  holding(cluster: string): Promise<Freeze | undefined>;
}
