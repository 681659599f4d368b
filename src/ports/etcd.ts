/** An alarm that a member raised and that stays until somebody disarms it. */
export interface EtcdAlarm {
  /** As in MemberSurvey; undefined where the alarm is for the whole cluster. */
  readonly memberId: string | undefined;
  readonly kind: 'NOSPACE' | 'CORRUPT' | (string & {});
}

/** What a member says of itself. Sizes in bytes. Source: etcd Maintenance.Status. */
export interface MemberStatus {
  /** The URL that was asked. */
  readonly endpoint: string;
  /** Such as '3.5.21'. */
  readonly version: string;
  /** Undefined while the member knows no leader. */
  readonly leaderId: string | undefined;
  readonly isLearner: boolean;
  readonly raftTerm: bigint;
  readonly raftIndex: bigint;
  readonly appliedIndex: bigint;
  /** The member's own newest revision, which may lag behind the cluster's. */
  readonly revision: bigint;
  /** The file: what a snapshot streams. */
  readonly databaseBytes: number;
  /** What of it is not free pages. */
  readonly inUseBytes: number;
  /** Such as 'etcdserver: no leader'. */
  readonly errors: readonly string[];
}

/** A member as the cluster lists it, and either what it says of itself or why it could not be asked. */
export interface MemberSurvey {
  /** In hexadecimal, as etcdctl shows it. */
  readonly id: string;
  /** Empty while the member has never started. */
  readonly name: string;
  readonly isLearner: boolean;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly status?: MemberStatus;
  /** Why there is no status, as a sentence. */
  readonly silence?: string;
}

/** What a cluster says of itself. Members in order of name. */
export interface ClusterSurvey {
  readonly clusterId: string;
  readonly members: readonly MemberSurvey[];
  readonly alarms: readonly EtcdAlarm[];
  /** Set when nobody answered the question for alarms: then `alarms` is empty and means nothing. */
  readonly alarmsUnknown?: string;
}

/** The bytes of a database on their way, to be read as fast as one can: etcd cannot free pages until the end. */
export interface SnapshotSource {
  /** What the member said it will send, the 32 bytes of digest included. */
  readonly expectedBytes: number;
  /** Told by the stream itself from etcd 3.6 on. */
  readonly version: string | undefined;
  /**
   * Fills `into` with the bytes that come next and answers how many there were: all of `into`, less at the end only,
   * and 0 once the member has ended the stream well. One read at a time.
   * Throws Fault: ETCD_STREAM_ENDED, ETCD_NO_PROGRESS, ETCD_TIME_LIMIT, or what the member answered.
   * The bytes are as sent; whether they are a whole database is for the reader to check.
   */
  read(into: Uint8Array): Promise<number>;
  /** Ends the stream early, or does nothing after its end. */
  close(): void;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
}

export interface SnapshotOptions extends AskOptions {
  /** The whole stream must have been read within this time. */
  readonly timeLimitMs?: number;
}

/**
 * etcd clusters, by their names in salvor.yaml. Every method throws Fault (port 'etcd') with one of the codes
 * ETCD_UNREACHABLE, ETCD_TLS, ETCD_AUTH, ETCD_PERMISSION, ETCD_TIMEOUT, ETCD_LEARNER, ETCD_UNAVAILABLE, ETCD_ANSWER
 * and a `next` that says what to do, and the signal's reason when aborted.
 */
export interface Etcd {
  /**
   * Members, each with its own status or silence, and alarms. Members are taken from whichever configured endpoint answers;
   * throws only when none does. Members without a configured endpoint are asked at the client URLs they advertise.
   * Source: etcd Cluster.MemberList, Maintenance.Status, Maintenance.Alarm.
   */
  survey(cluster: string, options?: AskOptions): Promise<ClusterSurvey>;

  /**
   * Begins a snapshot of the member at `endpoint` (from a survey); resolves when its first bytes are there. Needs the root
   * user where auth is on. Also throws what SnapshotSource.read throws.
   * Source: etcd Maintenance.Snapshot.
   */
  snapshot(cluster: string, endpoint: string, options?: SnapshotOptions): Promise<SnapshotSource>;

  /** The newest revision that the member at `endpoint` has applied. Source: header of a serializable KV.Range. */
  revision(cluster: string, endpoint: string, options?: AskOptions): Promise<bigint>;
}
