/** How to reach a cluster's members. PEM contents, not files. */
export interface EtcdConnection {
  /** Client URLs, all https or all http. */
  readonly endpoints: readonly string[];
  readonly tls?: EtcdTls;
  /** For clusters with auth on. Snapshots need root. */
  readonly auth?: { readonly username: string; readonly password: string };
  /**
   * How much a member may send before we have read it. The product of bandwidth and round trip is enough; more costs memory.
   * 8 MiB unless given, which measured best up to 5 ms of round trip.
   */
  readonly windowBytes?: number;
  readonly timings?: Partial<EtcdTimings>;
}

export interface EtcdTls {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** The name that the member's certificate must have, where it is not the one in the URL. Also sent as SNI. */
  readonly serverName?: string;
}

export interface EtcdTimings {
  /** For every call that is answered at once, connecting included. */
  readonly askMs: number;
  readonly connectMs: number;
  /** The connection of a snapshot or another long call is pinged after so long without a byte … */
  readonly keepaliveMs: number;
  /** … and given up when nothing comes back within this time. */
  readonly keepaliveTimeoutMs: number;
  /** How long a living member may send nothing of the database. */
  readonly progressMs: number;
}

export const defaultWindowBytes = 8 * 1024 * 1024;

export const defaultTimings: EtcdTimings = {
  askMs: 5_000,
  connectMs: 10_000,
  keepaliveMs: 10_000,
  keepaliveTimeoutMs: 5_000,
  progressMs: 30_000,
};
