import type { EtcdAlarm, WorkOptions } from '../../../src/ports/etcd.ts';
import { type ClusterState, type FakeMember, fault, leaderOf, memberAt } from './cluster-state.ts';

// What writes and upkeep do to the databases of a cluster in memory.

/** A write through raft, with the quota's last word. Answers the revision; throws what etcd says. */
export function putKey(state: ClusterState, key: string, bytes: number): bigint {
  if (key === '') throw new Error('etcdserver: key is not provided');
  if (!leaderOf(state)) throw new Error('etcdserver: no leader');
  const full = state.members.filter((member) => member.databaseBytes + bytes > state.quotaBytes);
  for (const member of full) raise(state, { memberId: member.id, kind: 'NOSPACE' });
  if (state.alarms.some((alarm) => alarm.kind === 'NOSPACE')) {
    throw new Error('etcdserver: mvcc: database space exceeded');
  }
  state.revision += 1n;
  const before = state.values.get(key);
  if (before !== undefined) state.past.push({ until: state.revision, bytes: before });
  state.values.set(key, bytes);
  state.keys.set(key, {
    createRevision: state.keys.get(key)?.createRevision ?? state.revision,
    modRevision: state.revision,
  });
  for (const member of state.members) grow(member, bytes);
  return state.revision;
}

export function raise(state: ClusterState, alarm: EtcdAlarm): void {
  if (!state.alarms.some((one) => isSame(one, alarm))) state.alarms.push(alarm);
}

function grow(member: FakeMember, bytes: number): void {
  settle(member);
  member.inUseBytes += bytes;
  member.databaseBytes = Math.max(member.databaseBytes, member.inUseBytes);
}

function settle(member: FakeMember): void {
  member.inUseBytes -= member.pendingBytes;
  member.pendingBytes = 0;
}

export function catchUp(state: ClusterState, endpoint: string, { timeLimitMs }: WorkOptions): bigint {
  const { silence, lag } = state.members.find((member) => member.endpoint === endpoint) ?? {
    silence: 'getaddrinfo',
    lag: 0n,
  };
  const leaderless = leaderOf(state) ? undefined : `${endpoint} said: etcdserver: no leader`;
  const why = silence ?? leaderless ?? (lag > 0n ? `${endpoint} did not answer in time: Deadline exceeded` : undefined);
  if (why === undefined) return state.revision;
  throw fault('catch up', 'ETCD_TIME_LIMIT', `${endpoint} was not well within ${timeLimitMs / 1000} s: ${why}`, false);
}

export function compact(state: ClusterState, endpoint: string, revision: bigint): void {
  const { endpoint: asked } = memberAt(state, endpoint, 'compact');
  if (revision > state.revision) {
    const said = `etcd refused; ${asked} said: etcdserver: mvcc: required revision is a future revision`;
    throw fault('compact', 'ETCD_ANSWER', said, true);
  }
  const gone = state.past.filter((version) => version.until <= revision);
  const bytes = gone.reduce((sum, version) => sum + version.bytes, 0);
  state.past = state.past.filter((version) => version.until > revision);
  for (const member of state.members) member.pendingBytes += bytes;
}

export async function defragment(state: ClusterState, endpoint: string, { signal }: WorkOptions): Promise<void> {
  const member = memberAt(state, endpoint, 'defragment');
  const { meanwhile } = member;
  member.meanwhile = undefined;
  await untilAborted(
    Promise.resolve(meanwhile?.()).then(() => rewrite(state, member)),
    signal,
  );
}

function rewrite(state: ClusterState, member: FakeMember): void {
  memberAt(state, member.endpoint, 'defragment');
  settle(member);
  member.databaseBytes = member.inUseBytes;
}

export function disarm(state: ClusterState, endpoint: string, alarm: EtcdAlarm): void {
  memberAt(state, endpoint, 'disarm');
  if (!leaderOf(state)) throw fault('disarm', 'ETCD_UNAVAILABLE', `${endpoint} said: etcdserver: no leader`, true);
  state.alarms = state.alarms.filter((one) => !isSame(one, alarm));
}

const isSame = (one: EtcdAlarm, other: EtcdAlarm): boolean =>
  one.memberId === other.memberId && one.kind === other.kind;

/** What a member has begun goes on when nobody waits for it any more. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
