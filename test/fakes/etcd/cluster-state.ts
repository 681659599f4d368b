import { createHash } from 'node:crypto';
import { Fault } from '../../../src/chatops/errors.ts';
import type { ClusterSurvey, EtcdAlarm, MemberStatus, MemberSurvey, MemberVitals } from '../../../src/ports/etcd.ts';
import type { Flaw } from './flaws.ts';
import { smallDatabase } from './small-database.ts';
import type { PausePoint } from './stream.ts';

export interface FakeMember {
  readonly id: string;
  /** Empty while it has never started. */
  readonly name: string;
  readonly endpoint: string;
  readonly peerUrl: string;
  isLearner: boolean;
  silence: string | undefined;
  /** Days left of its certificate; undefined of plain http. */
  readonly certificate: number | Fault | undefined;
  clockAheadMs: number | 'not told';
  lag: bigint;
  spoiled: Flaw[];
  isAlways: Flaw | undefined;
  pause: PausePoint | undefined;
  databaseBytes: number;
  inUseBytes: number;
  /** Freed by a compaction, and counted as free from the next write on: so does bbolt. */
  pendingBytes: number;
  /** What happens in the middle of its next defragmentation. */
  meanwhile: (() => void | Promise<void>) | undefined;
}

export interface FakeKey {
  readonly createRevision: bigint;
  readonly modRevision: bigint;
}

/** What a cluster in memory is. */
export interface ClusterState {
  readonly clusterId: string;
  members: readonly FakeMember[];
  /** Whom the others follow as long as it answers. */
  leader: string | undefined;
  alarms: EtcdAlarm[];
  revision: bigint;
  quotaBytes: number;
  /** Of keys written here: how large their values are, and those they had before. */
  readonly values: Map<string, number>;
  /** Those of which more than the size is known. */
  readonly stored: Map<string, Uint8Array>;
  keys: Map<string, FakeKey>;
  /** Of every member. */
  version: string;
  lostPrefix: string | undefined;
  alsoRestored: string | undefined;
  /** What it held before a backup took its place. */
  before: { readonly keys: ReadonlyMap<string, FakeKey>; readonly revision: bigint } | undefined;
  past: { readonly until: bigint; readonly bytes: number }[];
}

const oldest = '3.4.23';

export function newClusterState(cluster: string, count: number): ClusterState {
  const members = Array.from({ length: count }, (_, index) => newMember(cluster, `etcd-${index + 1}`));
  const written = { createRevision: 2n, modRevision: smallDatabase.revision };
  const keys = new Map(smallDatabase.keys.map((key) => [key, written]));
  return {
    ...{ clusterId: idOf(cluster), members, leader: undefined, alarms: [], revision: smallDatabase.revision, keys },
    ...{
      quotaBytes: 2 * 1024 ** 3,
      values: new Map(),
      stored: new Map(),
      past: [],
      version: oldest,
      before: undefined,
      lostPrefix: undefined,
      alsoRestored: undefined,
    },
  };
}

function newMember(cluster: string, name: string): FakeMember {
  const host = `http://${name}.${cluster}.example`;
  return { ...memberOf(`${cluster}/${name}`, `${host}:2380`), name, endpoint: `${host}:2379` };
}

/** One that has never started. */
export function memberOf(seed: string, peerUrl: string): FakeMember {
  return {
    ...{ id: idOf(seed), name: '', endpoint: '', peerUrl },
    ...{
      isLearner: false,
      silence: undefined,
      certificate: undefined,
      clockAheadMs: 0,
      lag: 0n,
      spoiled: [],
      isAlways: undefined,
      pause: undefined,
    },
    ...{ databaseBytes: smallDatabase.sizeBytes, inUseBytes: smallDatabase.sizeBytes - 16_384, pendingBytes: 0 },
    meanwhile: undefined,
  };
}

export function surveyOf(state: ClusterState): ClusterSurvey {
  const [first] = state.members;
  if (first?.silence !== undefined && state.members.every((member) => member.silence !== undefined)) {
    throw fault('survey', 'ETCD_UNREACHABLE', first.silence, true);
  }
  const members = state.members
    .map((member) => memberSurvey(state, member))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  if (leaderOf(state)) return { clusterId: state.clusterId, members, alarms: [...state.alarms] };
  const alarmsUnknown = 'No member knows a leader, without whom alarms cannot be read';
  return { clusterId: state.clusterId, members, alarms: [], alarmsUnknown };
}

function memberSurvey(state: ClusterState, member: FakeMember): MemberSurvey {
  const { id, name, isLearner, endpoint, peerUrl, silence } = member;
  const listed = { id, name, isLearner, peerUrls: [peerUrl], clientUrls: endpoint === '' ? [] : [endpoint] };
  return silence === undefined ? { ...listed, status: statusOf(state, member) } : { ...listed, silence };
}

function statusOf(state: ClusterState, member: FakeMember): MemberStatus {
  const { endpoint, isLearner, lag, databaseBytes, inUseBytes } = member;
  const leaderId = leaderOf(state)?.id;
  const raftIndex = state.revision + 1_000n;
  return {
    ...{ endpoint, version: state.version, leaderId, isLearner, raftTerm: 3n, raftIndex },
    ...{ appliedIndex: raftIndex - lag, revision: state.revision - lag, databaseBytes, inUseBytes },
    errors: leaderId === undefined ? ['etcdserver: no leader'] : [],
  };
}

/** A clock is told to the second: no better than half of one to either side. */
export function vitalsOf({ members, quotaBytes }: ClusterState, endpoint: string): MemberVitals {
  const member = members.find((each) => each.endpoint === endpoint);
  if (!member || member.silence !== undefined || member.clockAheadMs === 'not told') {
    return { endpoint, silence: member?.silence ?? `${endpoint} cannot be reached: socket hang up` };
  }
  const { clockAheadMs } = member;
  return { endpoint, aheadMs: { atLeast: clockAheadMs - 500, atMost: clockAheadMs + 500 }, quotaBytes };
}

/** Whoever was told to lead, or the first voter that answers; nobody unless more than half of them do. */
export function leaderOf({ members, leader }: ClusterState): FakeMember | undefined {
  const voters = members.filter((member) => !member.isLearner);
  const present = voters.filter((member) => member.silence === undefined);
  if (present.length * 2 <= voters.length) return undefined;
  return present.find((member) => member.name === leader) ?? present[0];
}

/** The member at an endpoint, as long as it answers. */
export function memberAt({ members }: ClusterState, endpoint: string, operation: string): FakeMember {
  const member = members.find((each) => each.endpoint === endpoint);
  if (member?.silence === undefined && member) return member;
  throw fault(operation, 'ETCD_UNREACHABLE', member?.silence ?? `${endpoint} cannot be reached: getaddrinfo`, true);
}

export function fault(operation: string, code: string, message: string, retryable: boolean): Fault {
  const next = 'Check that the member runs and that this worker may connect to it.';
  return new Fault(message, { port: 'etcd', operation, code, retryable, next });
}

export const idOf = (text: string): string =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`).toString(16);
