import { createHash } from 'node:crypto';
import type { EtcdHash, EtcdKey } from '../../../src/ports/etcd.ts';
import { type ClusterState, fault, leaderOf, memberAt } from './cluster-state.ts';

// What a cluster in memory says of its keys.

export function keysUnder(state: ClusterState, endpoint: string, prefix: string): readonly EtcdKey[] {
  memberAt(state, endpoint, 'keys');
  return [...state.keys]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, facts]) => ({ key, ...facts }))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

export function hashOf(state: ClusterState, endpoint: string, revision: bigint): EtcdHash {
  memberAt(state, endpoint, 'hash');
  if (revision > state.revision) {
    const said = `etcd refused; ${endpoint} said: etcdserver: mvcc: required revision is a future revision`;
    throw fault('hash', 'ETCD_ANSWER', said, true);
  }
  const text = [...state.keys].map(([key, { modRevision }]) => `${key} ${modRevision}`).join();
  return { hash: createHash('sha256').update(text).digest('hex').slice(0, 8), compactRevision: -1n };
}

export function removePrefix(state: ClusterState, endpoint: string, prefix: string): number {
  const gone = keysUnder(state, endpoint, prefix);
  mustHaveLeader(state, endpoint, 'remove keys');
  for (const { key } of gone) state.keys.delete(key);
  if (gone.length > 0) state.revision += 1n;
  return gone.length;
}

export function mustHaveLeader(state: ClusterState, endpoint: string, operation: string): void {
  if (leaderOf(state)) return;
  throw fault(operation, 'ETCD_UNAVAILABLE', `${endpoint} said: etcdserver: no leader`, true);
}
