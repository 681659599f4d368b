import type { WorkOptions } from '../../../src/ports/etcd.ts';
import { type ClusterState, fault, memberAt, memberOf } from './cluster-state.ts';
import { mustHaveLeader } from './keys.ts';

// Who belongs to a cluster in memory.

export function addLearner(state: ClusterState, endpoint: string, peerUrl: string): string {
  memberAt(state, endpoint, 'add member');
  mustHaveLeader(state, endpoint, 'add member');
  const known = state.members.find((member) => member.peerUrl === peerUrl);
  if (known?.name === '') return known.id;
  if (known) throw refused('add member', endpoint, 'Peer URLs already exists');
  const member = { ...memberOf(`${peerUrl} ${state.members.length}`, peerUrl), isLearner: true };
  member.silence = 'It has not started yet: it advertises no client URL';
  state.members = [...state.members, member];
  return member.id;
}

export function removeMember(state: ClusterState, endpoint: string, memberId: string): void {
  memberAt(state, endpoint, 'remove member');
  mustHaveLeader(state, endpoint, 'remove member');
  state.members = state.members.filter((member) => member.id !== memberId);
}

export function promote(state: ClusterState, endpoint: string, memberId: string, { timeLimitMs }: WorkOptions): void {
  memberAt(state, endpoint, 'promote');
  mustHaveLeader(state, endpoint, 'promote');
  const member = state.members.find(({ id }) => id === memberId);
  if (!member) throw refused('promote', endpoint, 'member not found');
  if (member.silence !== undefined) {
    const said = `The learner ${memberId} could not be given its vote within ${timeLimitMs / 1000} s: not in sync`;
    throw fault('promote', 'ETCD_TIME_LIMIT', said, false);
  }
  member.isLearner = false;
}

const refused = (operation: string, endpoint: string, why: string) =>
  fault(operation, 'ETCD_ANSWER', `etcd refused; ${endpoint} said: etcdserver: ${why}`, true);
