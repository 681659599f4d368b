import { createHash } from 'node:crypto';
import { Fault } from '../../src/chatops/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ClusterSurvey, Etcd, EtcdAlarm, MemberStatus, MemberSurvey } from '../../src/ports/etcd.ts';
import { type Flaw, flaws } from './etcd/flaws.ts';
import { smallDatabase, smallSnapshot } from './etcd/small-database.ts';
import { createPause, openStream, type Pause, type PausePoint } from './etcd/stream.ts';

export interface FakeEtcd extends Etcd {
  cluster(name: string): FakeCluster;
  /** The next `times` calls of this method, once unless told, throw this fault. */
  fail(method: keyof Etcd, fault: Fault, times?: number): void;
  /** Snapshots begun and neither read to their end nor given up. */
  readonly openStreams: number;
}

/** A cluster of members, known by their names: etcd-1 and so on. The first leads until it falls silent. */
export interface FakeCluster {
  readonly endpoints: readonly string[];
  /** Writes a key, and answers the revision. Members that do not lag have applied it at once; snapshots do not hold it. */
  put(key: string): bigint;
  raise(kind: EtcdAlarm['kind'], member?: string): void;
  disarm(): void;
  silence(member: string, why?: string): void;
  revive(member: string): void;
  /** From now on a member has applied this much less than the others. */
  lag(member: string, entries: bigint): void;
  demote(member: string): void;
  /** Spoils the next `times` snapshots of a member: all of them unless told. */
  sends(member: string, flaw: Flaw, times?: number): void;
  /** Its next snapshot stops after so many bytes until told to go on, or until it is cut. */
  pause(member: string, afterBytes: number): Pause;
}

interface FakeMember {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  isLearner: boolean;
  silence: string | undefined;
  lag: bigint;
  spoiled: Flaw[];
  isAlways: Flaw | undefined;
  pause: PausePoint | undefined;
}

interface State {
  readonly clusterId: string;
  readonly members: readonly FakeMember[];
  alarms: EtcdAlarm[];
  revision: bigint;
}

/** What etcd sends at a time is 32 KiB; smaller here, so that a small database has a middle. */
const pieceBytes = 4096;
const version = '3.4.23';

/** etcd clusters in memory, by name; every member's database is the small one. */
export function createFakeEtcd(
  clusters: Readonly<Record<string, { readonly members: number }>>,
  clock: Clock = { now: () => new Date() },
): FakeEtcd {
  const states = new Map(Object.entries(clusters).map(([name, { members }]) => [name, newState(name, members)]));
  const planned: { readonly method: keyof Etcd; readonly fault: Fault }[] = [];
  let openStreams = 0;

  const stateOf = (name: string): State => {
    const state = states.get(name);
    if (state) return state;
    throw fault('connect', 'ETCD_UNKNOWN_CLUSTER', `No etcd is known for ${name}`, false);
  };

  const enter = (method: keyof Etcd, name: string, signal: AbortSignal | undefined): State => {
    const state = stateOf(name);
    signal?.throwIfAborted();
    const at = planned.findIndex((plan) => plan.method === method);
    const [due] = at < 0 ? [] : planned.splice(at, 1);
    if (due) throw due.fault;
    return state;
  };

  return {
    get openStreams() {
      return openStreams;
    },
    cluster: (name) => steering(stateOf(name)),
    fail(method, fault, times = 1) {
      for (let count = 0; count < times; count++) planned.push({ method, fault });
    },
    async survey(name, { signal } = {}) {
      return surveyOf(enter('survey', name, signal));
    },
    async revision(name, endpoint, { signal } = {}) {
      const state = enter('revision', name, signal);
      return state.revision - memberAt(state, endpoint, 'revision').lag;
    },
    async snapshot(name, endpoint, options = {}) {
      const member = memberAt(enter('snapshot', name, options.signal), endpoint, 'snapshot');
      if (member.isLearner) throw noLearner(endpoint);
      openStreams += 1;
      const { pause } = member;
      member.pause = undefined;
      return openStream({
        ...options,
        ...streamOf(member),
        ...{ clock, pause, expectedBytes: smallSnapshot.length, version: undefined },
        closed: () => {
          openStreams -= 1;
        },
      });
    },
  };
}

function newState(cluster: string, count: number): State {
  const members = Array.from({ length: count }, (_, index) => newMember(cluster, `etcd-${index + 1}`));
  return { clusterId: idOf(cluster), members, alarms: [], revision: smallDatabase.revision };
}

function newMember(cluster: string, name: string): FakeMember {
  return {
    ...{ id: idOf(`${cluster}/${name}`), name, endpoint: `http://${name}.${cluster}.example:2379` },
    ...{ isLearner: false, silence: undefined, lag: 0n, spoiled: [], isAlways: undefined, pause: undefined },
  };
}

function steering(state: State): FakeCluster {
  const named = (name: string): FakeMember => {
    const member = state.members.find((each) => each.name === name);
    if (member) return member;
    throw new RangeError(`there is no member ${name}`);
  };
  return {
    endpoints: state.members.map((member) => member.endpoint),
    put(key) {
      if (key === '') throw new Error('etcdserver: key is not provided');
      if (!leaderOf(state)) throw new Error('etcdserver: no leader');
      state.revision += 1n;
      return state.revision;
    },
    raise: (kind, member) => void state.alarms.push({ memberId: member && named(member).id, kind }),
    disarm() {
      state.alarms = [];
    },
    silence(name, why = `${named(name).endpoint} cannot be reached: connect ECONNREFUSED`) {
      named(name).silence = why;
    },
    revive(name) {
      named(name).silence = undefined;
    },
    lag(name, entries) {
      named(name).lag = entries;
    },
    demote(name) {
      named(name).isLearner = true;
    },
    sends(name, flaw, times) {
      if (times === undefined) named(name).isAlways = flaw;
      else named(name).spoiled = Array.from({ length: times }, () => flaw);
    },
    pause(name, afterBytes) {
      const pause = createPause(afterBytes);
      named(name).pause = pause;
      return pause;
    },
  };
}

function surveyOf(state: State): ClusterSurvey {
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

function memberSurvey(state: State, member: FakeMember): MemberSurvey {
  const { id, name, isLearner, endpoint, silence } = member;
  const listed = { id, name, isLearner, peerUrls: [endpoint.replace('2379', '2380')], clientUrls: [endpoint] };
  return silence === undefined ? { ...listed, status: statusOf(state, member) } : { ...listed, silence };
}

function statusOf(state: State, { endpoint, isLearner, lag }: FakeMember): MemberStatus {
  const leaderId = leaderOf(state)?.id;
  const raftIndex = state.revision + 1_000n;
  return {
    ...{ endpoint, version, leaderId, isLearner, raftTerm: 3n, raftIndex },
    ...{ appliedIndex: raftIndex - lag, revision: state.revision - lag },
    ...{ databaseBytes: smallDatabase.sizeBytes, inUseBytes: smallDatabase.sizeBytes - 16_384 },
    errors: leaderId === undefined ? ['etcdserver: no leader'] : [],
  };
}

/** The first voter that answers, as long as more than half of them do. */
function leaderOf({ members }: State): FakeMember | undefined {
  const voters = members.filter((member) => !member.isLearner);
  const present = voters.filter((member) => member.silence === undefined);
  return present.length * 2 > voters.length ? present[0] : undefined;
}

function memberAt({ members }: State, endpoint: string, operation: string): FakeMember {
  const member = members.find((each) => each.endpoint === endpoint);
  if (member?.silence === undefined && member) return member;
  throw fault(operation, 'ETCD_UNREACHABLE', member?.silence ?? `${endpoint} cannot be reached: getaddrinfo`, true);
}

function streamOf(member: FakeMember) {
  const pieces = [];
  for (let at = 0; at < smallDatabase.sizeBytes; at += pieceBytes)
    pieces.push(smallSnapshot.subarray(at, at + pieceBytes));
  const last = pieces.pop() ?? Buffer.alloc(0);
  const whole = [
    ...pieces,
    last.subarray(0, smallDatabase.sizeBytes % pieceBytes || pieceBytes),
    smallSnapshot.subarray(-32),
  ];
  const flaw = member.spoiled.pop() ?? member.isAlways;
  return flaw === undefined ? { pieces: whole } : flaws[flaw](whole, member.endpoint);
}

const idOf = (text: string): string =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`).toString(16);

const noLearner = (endpoint: string) =>
  fault('snapshot', 'ETCD_LEARNER', `${endpoint} is a learner and gives no snapshots`, false);

function fault(operation: string, code: string, message: string, retryable: boolean): Fault {
  const next = 'Check that the member runs and that this worker may connect to it.';
  return new Fault(message, { port: 'etcd', operation, code, retryable, next });
}
