import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { type LeaderRecord, type LockKind, leaderLock } from './leader-lock.ts';
import { toSecond } from './writing.ts';

/** How long a leader leads without a sign of life, tries to renew, and waits between tries: 15 s, 10 s and 2 s unless told. */
export interface Election {
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

export const usualElection: Election = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 };

/** A kube-scheduler or kube-controller-manager on a node, as far as leading goes. */
export interface Candidate {
  readonly component: string;
  readonly node: string;
  /** 'cp-1_<uuid>', new with each start; undefined while it does not run. */
  identity(): string | undefined;
  isLeading(): boolean;
  start(): void;
  /** SIGKILL: nothing is released. */
  kill(): void;
  /** SIGTERM: kube-scheduler releases its Lease, kube-controller-manager does not. */
  terminate(): void;
}

export interface CandidateFacts {
  readonly component: string;
  readonly node: string;
  readonly lock: LockKind;
  readonly election: Election;
}

/** Runs once it is started. Leads and loses as client-go's leader election does: judged by when a record was seen to change, not by what it says. */
export function createCandidate(
  cluster: Cluster,
  { component, node, lock: kind, election }: CandidateFacts,
): Candidate {
  const { store, etcd, now } = cluster;
  const lock = leaderLock(store, component, kind);
  const seconds = Math.max(1, Math.round(election.leaseDurationMs / 1000));
  let identity: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let seen: { readonly text: string; readonly atMs: number } | undefined;
  let renewedMs: number | undefined;

  const again = (ms: number) => {
    timer = setTimeout(turn, ms).unref();
  };
  const end = () => {
    clearTimeout(timer);
    identity = undefined;
    renewedMs = undefined;
  };
  /** Others wait a little longer each time, so that they do not all try at once. */
  const later = () => again(election.retryPeriodMs * (1 + 1.2 * Math.random()));

  function turn(): void {
    if (identity === undefined) return;
    if (etcd.isFrozen) {
      const isLost = renewedMs !== undefined && now() - renewedMs > election.renewDeadlineMs;
      if (isLost) end();
      else again(election.retryPeriodMs);
      return;
    }
    const record = lock.read();
    const text = JSON.stringify(record ?? null);
    if (seen?.text !== text) seen = { text, atMs: now() };
    const isOthers = record !== undefined && record.holder !== '' && record.holder !== identity;
    if (isOthers && seen.atMs + election.leaseDurationMs > now()) {
      renewedMs = undefined;
      later();
      return;
    }
    const isNew = record?.holder !== identity;
    hold(identity, isNew, record);
    // A new leader renews at once, then in its rhythm.
    again(isNew ? Math.min(14, election.retryPeriodMs) : election.retryPeriodMs);
  }

  function hold(holder: string, isNew: boolean, record: LeaderRecord | undefined): void {
    const at = new Date(now());
    const transitions = (record?.transitions ?? 0) + (isNew && record ? 1 : 0);
    const acquired = isNew ? at : (record?.acquired ?? at);
    const revision = lock.write({ holder, seconds, acquired, renewed: at, transitions });
    renewedMs = at.getTime();
    if (isNew) tellEvent(cluster, { component, holder, revision });
  }

  return {
    ...{ component, node, identity: () => identity, isLeading: () => renewedMs !== undefined },
    start() {
      if (identity !== undefined) return;
      identity = `${node}_${randomUUID()}`;
      seen = undefined;
      turn();
    },
    kill: end,
    terminate() {
      const record = lock.read();
      const isReleased = component === 'kube-scheduler' && !etcd.isFrozen && record?.holder === identity;
      if (record && isReleased) {
        const at = new Date(now());
        lock.write({ holder: '', seconds: 1, acquired: at, renewed: at, transitions: record.transitions });
      }
      end();
    },
  };
}

interface Told {
  readonly component: string;
  readonly holder: string;
  readonly revision: number;
}

function tellEvent({ store, now }: Cluster, { component, holder, revision }: Told): void {
  const name = `${component}.${revision.toString(16).padStart(16, '0')}`;
  const at = toSecond(new Date(now()));
  const reporter = component === 'kube-scheduler' ? 'default-scheduler' : component;
  store.put('/events', `kube-system/${name}`, {
    metadata: { name, namespace: 'kube-system', uid: randomUUID(), creationTimestamp: at },
    involvedObject: {
      ...{ kind: 'Lease', namespace: 'kube-system', name: component, apiVersion: 'coordination.k8s.io/v1' },
      resourceVersion: String(revision),
    },
    ...{ reason: 'LeaderElection', message: `${holder} became leader`, source: { component: reporter } },
    ...{ firstTimestamp: at, lastTimestamp: at, count: 1, type: 'Normal', eventTime: null },
    ...{ reportingComponent: reporter, reportingInstance: '' },
  });
}
