import type { Fault } from '../../src/chatops/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Etcd, EtcdAlarm } from '../../src/ports/etcd.ts';
import {
  type ClusterState,
  type FakeMember,
  fault,
  memberAt,
  newClusterState,
  surveyOf,
  vitalsOf,
} from './etcd/cluster-state.ts';
import { type Flaw, flaws } from './etcd/flaws.ts';
import { hashOf, keysUnder, removePrefix } from './etcd/keys.ts';
import { addLearner, promote, removeMember } from './etcd/membership.ts';
import { smallDatabase, smallSnapshot } from './etcd/small-database.ts';
import { createPause, openStream, type Pause } from './etcd/stream.ts';
import { catchUp, compact, defragment, disarm, putKey, raise } from './etcd/upkeep.ts';
import { daysFrom } from './kubernetes.ts';

export interface FakeEtcd extends Etcd {
  cluster(name: string): FakeCluster;
  /** The next `times` calls of this method, once unless told, throw this fault. */
  fail(method: keyof Etcd, fault: Fault, times?: number): void;
  /** Snapshots begun and neither read to their end nor given up. */
  readonly openStreams: number;
}

/** A cluster of members, known by their names: etcd-1 and so on. The first leads until it falls silent or another one is told to. */
export interface FakeCluster {
  readonly endpoints: readonly string[];
  /**
   * Writes a key, and answers the revision. Members that do not lag have applied it at once; snapshots do not hold it. Databases grow by so
   * many bytes, past the quota (2 GiB unless told) never: then NOSPACE stands and every write is refused until it is disarmed.
   */
  put(key: string, bytes?: number): bigint;
  /** Writes a key with this value. */
  stores(key: string, value: Uint8Array): void;
  quota(bytes: number): void;
  /** A member's file is this large, and so much of it in use. */
  holds(member: string, bytes: { readonly databaseBytes: number; readonly inUseBytes: number }): void;
  /** In the middle of its next defragmentation this happens. */
  meanwhile(member: string, happens: () => void | Promise<void>): void;
  /** From now on this member leads, as long as it answers. */
  lead(member: string): void;
  raise(kind: EtcdAlarm['kind'], member?: string): void;
  disarm(): void;
  silence(member: string, why?: string): void;
  /** From now on a member has TLS, and a certificate that is good for so many days; or nobody sees it, and why. */
  shows(member: string, days: number | Fault): void;
  /** From now on its clock is so far ahead of ours; or it answers no HTTP, and nobody knows clock nor quota. */
  clockIs(member: string, aheadMs: number | 'not told'): void;
  revive(member: string): void;
  /** From now on a member has applied this much less than the others. */
  lag(member: string, entries: bigint): void;
  demote(member: string): void;
  /** All members run this version from now on. */
  runs(version: string): void;
  /** The small database takes the place of what it holds, its revision raised by so much; `putBack` is the way back. */
  restored(bump: bigint): void;
  putBack(): void;
  readonly revision: bigint;
  readonly keys: readonly string[];
  /** A key is deleted. */
  loses(key: string): void;
  /** The next restore loses a key that begins so, as no right one would. */
  losesInRestore(prefix: string): void;
  /** The next restore finds this key too, which the backup had. */
  findsInRestore(key: string): void;
  /** The member that never started does: it has this name and the endpoint that one of this name had. */
  joins(name: string): void;
  rename(member: string, to: string, peerUrl: string): void;
  /** The cluster has a member more, which never started; or one less. */
  adds(peerUrl: string): void;
  forgets(member: string): void;
  /** Spoils the next `times` snapshots of a member: all of them unless told. */
  sends(member: string, flaw: Flaw, times?: number): void;
  /** Its next snapshot stops after so many bytes until told to go on, or until it is cut. */
  pause(member: string, afterBytes: number): Pause;
}

/** What etcd sends at a time is 32 KiB; smaller here, so that a small database has a middle. */
const pieceBytes = 4096;

/** etcd clusters in memory, by name; every member's database is the small one. */
export function createFakeEtcd(
  clusters: Readonly<Record<string, { readonly members: number }>>,
  clock: Clock = { now: () => new Date() },
): FakeEtcd {
  const states = new Map(Object.entries(clusters).map(([name, { members }]) => [name, newClusterState(name, members)]));
  const planned: { readonly method: keyof Etcd; readonly fault: Fault }[] = [];
  let openStreams = 0;

  const stateOf = (name: string): ClusterState => {
    const state = states.get(name);
    if (state) return state;
    throw fault('connect', 'ETCD_UNKNOWN_CLUSTER', `No etcd is known for ${name}`, false);
  };

  const enter = (method: keyof Etcd, name: string, signal: AbortSignal | undefined): ClusterState => {
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
    cluster: (name) => steering(name, stateOf(name)),
    fail(method, fault, times = 1) {
      for (let count = 0; count < times; count++) planned.push({ method, fault });
    },
    async survey(name, { signal } = {}) {
      return surveyOf(enter('survey', name, signal));
    },
    async certificates(name, { endpoints, signal } = {}) {
      const members = enter('certificates', name, signal).members.filter(
        ({ certificate }) => certificate !== undefined,
      );
      return members
        .filter(({ endpoint }) => endpoints?.includes(endpoint) ?? true)
        .map(({ endpoint, certificate }) => ({
          endpoint,
          seen: typeof certificate === 'object' ? certificate : daysFrom(clock.now(), certificate ?? 0),
        }));
    },
    async vitals(name, endpoints, { signal } = {}) {
      const state = enter('vitals', name, signal);
      return endpoints.map((endpoint) => vitalsOf(state, endpoint));
    },
    async revision(name, endpoint, { signal } = {}) {
      const state = enter('revision', name, signal);
      return state.revision - memberAt(state, endpoint, 'revision').lag;
    },
    catchUp: async (name, endpoint, options) => catchUp(enter('catchUp', name, options.signal), endpoint, options),
    compact: async (name, endpoint, revision, { signal }) =>
      compact(enter('compact', name, signal), endpoint, revision),
    defragment: async (name, endpoint, options) =>
      defragment(enter('defragment', name, options.signal), endpoint, options),
    disarm: async (name, endpoint, alarm, { signal } = {}) => disarm(enter('disarm', name, signal), endpoint, alarm),
    async *keys(name, endpoint, { prefix = '', pageKeys = 1_000, signal } = {}) {
      const all = keysUnder(enter('keys', name, signal), endpoint, prefix);
      for (let at = 0; at < all.length; at += pageKeys) yield all.slice(at, at + pageKeys);
    },
    async *values(name, endpoint, { prefix, pageKeys = 32, signal }) {
      const state = enter('values', name, signal);
      const all = keysUnder(state, endpoint, prefix);
      const stored = (key: string) => state.stored.get(key) ?? Buffer.alloc(state.values.get(key) ?? 0);
      for (let at = 0; at < all.length; at += pageKeys)
        yield all.slice(at, at + pageKeys).map(({ key }) => ({ key, value: stored(key) }));
    },
    count: async (name, endpoint, prefix, { signal } = {}) =>
      keysUnder(enter('count', name, signal), endpoint, prefix).length,
    hash: async (name, endpoint, revision, { signal }) => hashOf(enter('hash', name, signal), endpoint, revision),
    removePrefix: async (name, endpoint, prefix, { signal } = {}) =>
      removePrefix(enter('removePrefix', name, signal), endpoint, prefix),
    addLearner: async (name, endpoint, peerUrl, { signal }) =>
      addLearner(enter('addLearner', name, signal), endpoint, peerUrl),
    promote: async (name, endpoint, memberId, options) =>
      promote(enter('promote', name, options.signal), endpoint, memberId, options),
    removeMember: async (name, endpoint, memberId, { signal }) =>
      removeMember(enter('removeMember', name, signal), endpoint, memberId),
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

function steering(cluster: string, state: ClusterState): FakeCluster {
  const named = (name: string): FakeMember => {
    const member = state.members.find((each) => each.name === name);
    if (member) return member;
    throw new RangeError(`there is no member ${name}`);
  };
  return {
    endpoints: state.members.map((member) => member.endpoint),
    put: (key, bytes = 0) => putKey(state, key, bytes),
    stores(key, value) {
      putKey(state, key, value.length);
      state.stored.set(key, value);
    },
    quota(bytes) {
      state.quotaBytes = bytes;
    },
    holds: (name, bytes) => void Object.assign(named(name), bytes),
    meanwhile(name, happens) {
      named(name).meanwhile = happens;
    },
    lead(name) {
      state.leader = named(name).name;
    },
    raise: (kind, member) => raise(state, { memberId: member && named(member).id, kind }),
    disarm() {
      state.alarms = [];
    },
    silence(name, why = `${named(name).endpoint} cannot be reached: connect ECONNREFUSED`) {
      named(name).silence = why;
    },
    shows: (name, days) => {
      const member = named(name);
      const endpoint = member.endpoint.replace('http:', 'https:');
      state.members = state.members.map((each) => (each === member ? { ...each, endpoint, certificate: days } : each));
    },
    clockIs(name, aheadMs) {
      named(name).clockAheadMs = aheadMs;
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
    runs(version) {
      state.version = version;
    },
    restored(bump) {
      if (state.before) return;
      state.before = { keys: state.keys, revision: state.revision };
      const written = { createRevision: 2n, modRevision: smallDatabase.revision };
      state.keys = new Map(smallDatabase.keys.map((key) => [key, written]));
      state.revision = smallDatabase.revision + bump;
      const lost = smallDatabase.keys.find((key) => state.lostPrefix !== undefined && key.startsWith(state.lostPrefix));
      if (lost !== undefined) state.keys.delete(lost);
      if (state.alsoRestored !== undefined) state.keys.set(state.alsoRestored, written);
    },
    findsInRestore(key) {
      state.alsoRestored = key;
    },
    losesInRestore(prefix) {
      state.lostPrefix = prefix;
    },
    joins(name) {
      const endpoint = `http://${name}.${cluster}.example:2379`;
      state.members = state.members.map((each) =>
        each.name === '' ? { ...each, name, endpoint, silence: undefined } : each,
      );
    },
    rename(name, to, peerUrl) {
      const member = named(name);
      state.members = state.members.map((each) => (each === member ? { ...each, name: to, peerUrl } : each));
    },
    putBack() {
      if (!state.before) return;
      state.keys = new Map(state.before.keys);
      state.revision = state.before.revision;
      state.before = undefined;
    },
    get revision() {
      return state.revision;
    },
    get keys() {
      return [...state.keys.keys()];
    },
    loses: (key) => void state.keys.delete(key),
    adds: (peerUrl) => void addLearner(state, state.members[0]?.endpoint ?? '', peerUrl),
    forgets(name) {
      state.members = state.members.filter((member) => member !== named(name));
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

const noLearner = (endpoint: string) =>
  fault('snapshot', 'ETCD_LEARNER', `${endpoint} is a learner and gives no snapshots`, false);
