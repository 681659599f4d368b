import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { KubernetesObject } from './json.ts';
import type { Store } from './store.ts';
import { toSecond } from './writing.ts';

/** Where candidates keep who leads, as --leader-elect-resource-lock names it: leases only since 1.24, the rest before. */
export type LockKind = 'leases' | 'endpoints' | 'configmaps' | 'endpointsleases' | 'configmapsleases';

export interface LeaderRecord {
  /** Empty when it was released. */
  readonly holder: string;
  readonly seconds: number;
  readonly acquired: Date;
  readonly renewed: Date;
  readonly transitions: number;
}

export interface LeaderLock {
  read(): LeaderRecord | undefined;
  /** Answers the revision at which it was written. */
  write(record: LeaderRecord): number;
}

const namespace = 'kube-system';
const annotation = 'control-plane.alpha.kubernetes.io/leader';
const leases = 'coordination.k8s.io/leases';

const Annotated = z.object({
  holderIdentity: z.string(),
  leaseDurationSeconds: z.number(),
  acquireTime: z.coerce.date(),
  renewTime: z.coerce.date(),
  leaderTransitions: z.number(),
});
const LeaseSpec = z.object({
  holderIdentity: z.string(),
  leaseDurationSeconds: z.number(),
  acquireTime: z.coerce.date(),
  renewTime: z.coerce.date(),
  leaseTransitions: z.number(),
});

export function leaderLock(store: Store, name: string, kind: LockKind): LeaderLock {
  const lease = leaseLock(store, name);
  if (kind === 'leases') return lease;
  const object = annotationLock(store, name, kind.startsWith('endpoints') ? '/endpoints' : '/configmaps');
  if (!kind.endsWith('leases')) return object;
  // Who migrates reads the old place and writes both.
  return {
    read: object.read,
    write(record) {
      object.write(record);
      return lease.write(record);
    },
  };
}

function leaseLock(store: Store, name: string): LeaderLock {
  return {
    read() {
      const spec = LeaseSpec.safeParse(current(store, leases, name)?.spec).data;
      if (!spec) return undefined;
      const { holderIdentity: holder, leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec;
      return { holder, seconds, acquired: spec.acquireTime, renewed: spec.renewTime, transitions };
    },
    write({ holder, seconds, acquired, renewed, transitions }) {
      const times = { acquireTime: toMicrosecond(acquired), renewTime: toMicrosecond(renewed) };
      const spec = { holderIdentity: holder, leaseDurationSeconds: seconds, ...times, leaseTransitions: transitions };
      return put(store, leases, name, { ...(current(store, leases, name) ?? fresh(name, renewed)), spec });
    },
  };
}

function annotationLock(store: Store, name: string, collection: string): LeaderLock {
  return {
    read() {
      const text = current(store, collection, name)?.metadata.annotations?.[annotation];
      const record = text === undefined ? undefined : Annotated.parse(JSON.parse(text));
      if (!record) return undefined;
      const { holderIdentity: holder, leaseDurationSeconds: seconds, leaderTransitions: transitions } = record;
      return { holder, seconds, acquired: record.acquireTime, renewed: record.renewTime, transitions };
    },
    write({ holder, seconds, acquired, renewed, transitions }) {
      const times = { acquireTime: toSecond(acquired), renewTime: toSecond(renewed) };
      const text = { holderIdentity: holder, leaseDurationSeconds: seconds, ...times, leaderTransitions: transitions };
      const object = current(store, collection, name) ?? fresh(name, renewed);
      const annotations = { ...object.metadata.annotations, [annotation]: JSON.stringify(text) };
      return put(store, collection, name, { ...object, metadata: { ...object.metadata, annotations } });
    },
  };
}

function current(store: Store, collection: string, name: string): KubernetesObject | undefined {
  const stored = store.get(collection, `${namespace}/${name}`);
  return stored && KubernetesObject.parse(JSON.parse(stored.text()));
}

const put = (store: Store, collection: string, name: string, object: KubernetesObject): number =>
  store.put(collection, `${namespace}/${name}`, object).revision;

const fresh = (name: string, now: Date): KubernetesObject => ({
  metadata: { name, namespace, uid: randomUUID(), creationTimestamp: toSecond(now) },
});

/** As Leases write times; our clocks know no microseconds. */
export const toMicrosecond = (date: Date): string => date.toISOString().replace('Z', '000Z');
