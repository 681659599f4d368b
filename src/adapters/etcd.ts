import { Fault } from '../chatops/errors.ts';
import type { Etcd } from '../ports/etcd.ts';
import { certificatesAt } from './etcd/certificates.ts';
import { defaultTimings, defaultWindowBytes, type EtcdConnection } from './etcd/connection.ts';
import { count, hash, keys, removePrefix, values } from './etcd/keys.ts';
import { createMembers, isStaleToken, type Members } from './etcd/members.ts';
import { addLearner, promote, removeMember } from './etcd/membership.ts';
import { SnapshotStream } from './etcd/snapshot-stream.ts';
import { surveyCluster } from './etcd/survey.ts';
import { catchUp, compact, defragment, disarm } from './etcd/upkeep.ts';
import { vitalsAt } from './etcd/vitals.ts';

export type { EtcdConnection, EtcdTimings, EtcdTls } from './etcd/connection.ts';

/** etcd clusters by name, over the network. Connects when first asked. */
export function createEtcd(clusters: Readonly<Record<string, EtcdConnection>>): Etcd & { close(): void } {
  const opened = new Map<string, Members>();

  const connectionOf = (cluster: string): EtcdConnection => {
    const connection = Object.hasOwn(clusters, cluster) ? clusters[cluster] : undefined;
    if (connection) return connection;
    throw new Fault(`No etcd is known for ${cluster}`, {
      port: 'etcd',
      operation: 'connect',
      code: 'ETCD_UNKNOWN_CLUSTER',
      retryable: false,
      next: 'This worker may serve another site: check salvor.yaml.',
    });
  };

  const membersOf = (cluster: string): Members => {
    const connection = connectionOf(cluster);
    const members = opened.get(cluster) ?? createMembers(connection, { ...defaultTimings, ...connection.timings });
    opened.set(cluster, members);
    return members;
  };

  return {
    async survey(cluster, { signal } = {}) {
      return surveyCluster(membersOf(cluster), connectionOf(cluster).endpoints, signal);
    },

    async certificates(cluster, { endpoints, signal } = {}) {
      const { tls, timings, endpoints: configured } = connectionOf(cluster);
      const timeLimitMs = timings?.askMs ?? defaultTimings.askMs;
      return certificatesAt(endpoints ?? configured, tls, { timeLimitMs, signal });
    },

    async vitals(cluster, endpoints, { signal } = {}) {
      signal?.throwIfAborted();
      const { tls, timings } = connectionOf(cluster);
      return vitalsAt(endpoints, tls, { timeLimitMs: timings?.askMs ?? defaultTimings.askMs, signal });
    },

    async snapshot(cluster, endpoint, { signal, timeLimitMs } = {}) {
      const connection = connectionOf(cluster);
      const members = membersOf(cluster);
      const open = async () =>
        SnapshotStream.open({
          endpoint,
          tls: connection.tls,
          token: await members.token(endpoint, signal),
          windowBytes: connection.windowBytes ?? defaultWindowBytes,
          timings: { ...defaultTimings, ...connection.timings },
          timeLimitMs,
          signal,
        });
      try {
        return await open();
      } catch (error) {
        if (!isStaleToken(error)) throw error;
        members.forgetToken(endpoint);
        return open();
      }
    },

    async revision(cluster, endpoint, { signal } = {}) {
      const answer = await membersOf(cluster).ask(
        endpoint,
        { operation: 'revision', call: (client, options) => client.kv.range(nothing, options) },
        signal,
      );
      return BigInt(answer.header.revision);
    },

    catchUp: async (cluster, endpoint, options) => catchUp(membersOf(cluster), endpoint, options),

    compact: async (cluster, endpoint, revision, options) => compact(membersOf(cluster), endpoint, revision, options),

    defragment: async (cluster, endpoint, options) => defragment(membersOf(cluster), endpoint, options),

    disarm: async (cluster, endpoint, alarm, options = {}) => disarm(membersOf(cluster), endpoint, alarm, options),

    keys: (cluster, endpoint, options = {}) => keys(membersOf(cluster), endpoint, options),
    values: (cluster, endpoint, options) => values(membersOf(cluster), endpoint, options),
    count: async (cluster, endpoint, prefix, options = {}) => count(membersOf(cluster), endpoint, prefix, options),
    hash: async (cluster, endpoint, revision, options) => hash(membersOf(cluster), endpoint, revision, options),
    removePrefix: async (cluster, endpoint, prefix, options = {}) =>
      removePrefix(membersOf(cluster), endpoint, prefix, options),

    addLearner: async (cluster, endpoint, peerUrl, options) =>
      addLearner(membersOf(cluster), endpoint, peerUrl, options),
    promote: async (cluster, endpoint, memberId, options) => promote(membersOf(cluster), endpoint, memberId, options),
    removeMember: async (cluster, endpoint, memberId, options) =>
      removeMember(membersOf(cluster), endpoint, memberId, options),

    close() {
      for (const members of opened.values()) members.close();
      opened.clear();
    },
  };
}

/** A read of a key that nobody has, from the member's own store: only its header is wanted. */
const nothing = { key: Buffer.from([0]), limit: 1, serializable: true };
