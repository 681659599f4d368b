import type { Fault } from '../chatops/errors.ts';
import type { ServedCertificate } from './served-certificate.ts';

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

/** What a member shows to whoever connects to its endpoint, or why nothing was seen. */
export interface MemberCertificate {
  readonly endpoint: string;
  readonly seen: ServedCertificate | Fault;
}

/** What a member tells beside gRPC, where its endpoint answers plain HTTP requests too: those with --listen-client-http-urls do not. */
export interface MemberVitals {
  readonly endpoint: string;
  /** How far its clock is ahead of ours, or behind it where less than nothing: the answer lies somewhere between the two. */
  readonly aheadMs?: { readonly atLeast: number; readonly atMost: number };
  /** How large its database may become. Infinity where it has no quota; undefined where it does not tell. */
  readonly quotaBytes?: number;
  /** Why it tells nothing, as a sentence. */
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

/** A key as it stands, without its value. */
export interface EtcdKey {
  /** Bytes that are no UTF-8 are shown as such. */
  readonly key: string;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
}

export interface EtcdValue {
  /** As in EtcdKey. */
  readonly key: string;
  readonly value: Uint8Array;
}

/** CRC32 over all keys and their history, up to one revision: the same on all members that hold the same. */
export interface EtcdHash {
  readonly hash: string;
  /** Members hash what they have not forgotten: only hashes with the same one can be compared. */
  readonly compactRevision: bigint;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
}

export interface SnapshotOptions extends AskOptions {
  /** The whole stream must have been read within this time. */
  readonly timeLimitMs?: number;
}

/** For work that a member goes on with by itself, whether or not somebody still waits for it. */
export interface WorkOptions extends AskOptions {
  /** How long to wait for the member to be done. */
  readonly timeLimitMs: number;
}

/**
 * etcd clusters, by their names in salvor.yaml. Every method throws Fault (port 'etcd') with one of the codes
 * ETCD_UNREACHABLE, ETCD_TLS, ETCD_AUTH, ETCD_PERMISSION, ETCD_TIMEOUT, ETCD_LEARNER, ETCD_UNAVAILABLE, ETCD_ANSWER,
 * ETCD_TIME_LIMIT (never retryable: what took too long may still be under way)
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
   * The certificates at these https endpoints (from a survey), or at all configured ones; none of plain http. Verified like every connection,
   * though they may have run out. Source: TLS handshakes, without a user.
   */
  certificates(
    cluster: string,
    options?: AskOptions & { readonly endpoints?: readonly string[] | undefined },
  ): Promise<readonly MemberCertificate[]>;

  /**
   * Clock and quota of the members at these endpoints (from a survey), in this order, all asked at the same moment. A member that does not answer
   * is no Fault but says why. Source: GET /metrics and its Date header, without a user.
   */
  vitals(cluster: string, endpoints: readonly string[], options?: AskOptions): Promise<readonly MemberVitals[]>;

  /**
   * Begins a snapshot of the member at `endpoint` (from a survey); resolves when its first bytes are there. Needs the root
   * user where auth is on. Also throws what SnapshotSource.read throws.
   * Source: etcd Maintenance.Snapshot.
   */
  snapshot(cluster: string, endpoint: string, options?: SnapshotOptions): Promise<SnapshotSource>;

  /** The newest revision that the member at `endpoint` has applied. Source: header of a serializable KV.Range. */
  revision(cluster: string, endpoint: string, options?: AskOptions): Promise<bigint>;

  /**
   * Resolves once the member at `endpoint` knows a leader and has applied all that the cluster had committed when it was asked; answers its
   * revision then. Asks again for as long as the member does not answer, until the time limit, then throws Fault ETCD_TIME_LIMIT with what it
   * said last. A member that is being defragmented answers only afterwards. Source: etcd KV.Range, linearizable.
   */
  catchUp(cluster: string, endpoint: string, options: WorkOptions): Promise<bigint>;

  /**
   * Forgets the history up to and including `revision` in the whole cluster: of each key the newest version stays. Whoever lists or watches
   * from an older revision is told that it was compacted, and begins anew. Resolves when the member at `endpoint` has freed its own pages;
   * the others do so in their own time. Idempotent: what was compacted already is no error, and is waited for. The file stays as large as it
   * was. Throws Fault ETCD_ANSWER for a revision that is still to come. Source: etcd KV.Compact, physical.
   */
  compact(cluster: string, endpoint: string, revision: bigint, options: WorkOptions): Promise<void>;

  /**
   * Writes the database of the member at `endpoint` anew without its free pages. The member answers nothing meanwhile, needs as much disk as
   * it has in use, and cannot be stopped: an abort or the time limit ends the waiting, not the work. Idempotent. Needs the root user where
   * auth is on. Source: etcd Maintenance.Defragment.
   */
  defragment(cluster: string, endpoint: string, options: WorkOptions): Promise<void>;

  /**
   * Takes an alarm away, through the member at `endpoint`; one that is gone already is no error. etcd raises NOSPACE again at the next write
   * that finds a database over its quota. Source: etcd Maintenance.Alarm.
   */
  disarm(cluster: string, endpoint: string, alarm: EtcdAlarm, options?: AskOptions): Promise<void>;

  /**
   * All keys under a prefix (all there are: ''), in the order of their bytes and as of one revision, page by page as they are consumed. No
   * value leaves the member, and it never holds more than a page of them: a filter by revision would have it read all at once, so that is for
   * who reads. From the member's own store: works without a quorum. Throws Fault ETCD_ANSWER, retryable, when etcd compacts meanwhile.
   * Source: etcd KV.Range, serializable, keys only.
   */
  keys(
    cluster: string,
    endpoint: string,
    options?: AskOptions & { readonly prefix?: string; readonly pageKeys?: number },
  ): AsyncIterable<readonly EtcdKey[]>;

  /** As `keys`, with their values: few keys a page unless told, since a value may be as large as 1.5 MB. */
  values(
    cluster: string,
    endpoint: string,
    options: AskOptions & { readonly prefix: string; readonly pageKeys?: number },
  ): AsyncIterable<readonly EtcdValue[]>;

  /** How many keys there are under a prefix, by the member's own store. Source: etcd KV.Range, serializable, count only. */
  count(cluster: string, endpoint: string, prefix: string, options?: AskOptions): Promise<number>;

  /** Of what the member itself holds up to `revision`. Reads all of it. Source: etcd Maintenance.HashKV. */
  hash(cluster: string, endpoint: string, revision: bigint, options: WorkOptions): Promise<EtcdHash>;

  /** Deletes all keys under a prefix, which is not empty, and answers how many there were. Source: etcd KV.DeleteRange. */
  removePrefix(cluster: string, endpoint: string, prefix: string, options?: AskOptions): Promise<number>;

  /**
   * Adds a member that follows without a vote, and answers its id. One that is a member with this peer URL already, and has never started, is
   * taken for it. Like the two below it is best asked of the leader, and waits until etcd allows it: while members have not been connected for
   * some seconds it refuses; after the time limit throws Fault ETCD_TIME_LIMIT with what it said last. Throws Fault ETCD_ANSWER where etcd
   * refuses for good, such as more learners than it bears. Source: etcd Cluster.MemberAdd.
   */
  addLearner(cluster: string, endpoint: string, peerUrl: string, options: WorkOptions): Promise<string>;

  /**
   * Gives a learner its vote once it has followed the leader closely enough; one that votes already is no error. Source: etcd
   * Cluster.MemberPromote.
   */
  promote(cluster: string, endpoint: string, memberId: string, options: WorkOptions): Promise<void>;

  /** Takes a member out of the cluster; one that is not there is no error. Source: etcd Cluster.MemberRemove. */
  removeMember(cluster: string, endpoint: string, memberId: string, options: WorkOptions): Promise<void>;
}
