/** A leader that changed, as the one who wrote it and the one who saw it tell: cluster and `acquiredMs` say which. */
export interface Change {
  readonly cluster: string;
  readonly acquiredMs: number;
  /** By the clock of the machine. */
  readonly atMs: number;
}

/** What the process with the clusters says. */
export type ToldOfClusters =
  | { readonly kind: 'up'; readonly kubeconfigs: Readonly<Record<string, string>> }
  | ({ readonly kind: 'changed' } & Change);

export interface OursTask {
  readonly kubeconfigs: Readonly<Record<string, string>>;
  /** Of the etcd that all clusters share. */
  readonly endpoint: string;
  readonly asks: number;
}

/** What the worker's process says. */
export type ToldOfOurs =
  | { readonly kind: 'watches' }
  | ({ readonly kind: 'noted' } & Change)
  | { readonly kind: 'measured'; readonly figures: OurFigures };

export interface OurFigures {
  readonly answerMs: readonly number[];
  readonly watched: InTurn;
  readonly listed: InTurn;
  /** Of one core, while nobody asks. */
  readonly watchCpuPercent: number;
  /** Before anything was listed for comparison. */
  readonly peakRssMb: number;
}

/** One way to answer, in turns with the other. */
export interface InTurn {
  readonly answerMs: number[];
  readonly whoLeadsMs: number[];
  /** Of one answer. */
  requests: number;
}

export const nowMs = (): number => performance.timeOrigin + performance.now();
