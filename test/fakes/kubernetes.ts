import { EventEmitter, on } from 'node:events';
import { z } from 'zod';
import { Fault } from '../../src/chatops/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Kubernetes, Listing, Readiness, ServerLoad, WatchNews } from '../../src/ports/kubernetes.ts';
import type { ServedCertificate } from '../../src/ports/served-certificate.ts';

export interface FakeKubernetes extends Kubernetes {
  /** What lies under a path, as of the moment it is asked for. */
  has(path: string, items: (now: Date) => readonly object[]): void;
  /** One object under a path, or the text that is said there; by the API server at an address alone where one is told. */
  holds(path: string, said: object | string, address?: string): void;
  /** What the API server that the kubeconfig leads to, or the one at an address, says of itself from now on. */
  saysReady(readiness: Readiness | Fault, address?: string): void;
  /** The same for its certificate: how many days are left of it, 300 unless told, or why it cannot be seen. */
  shows(days: number | Fault, address?: string): void;
  /** And for what it carries: 12.4 requests a second and 3 in flight unless told. */
  carries(load: ServerLoad | Fault, address?: string): void;
  /** Whoever watches the path hears this next. */
  tells(path: string, news: WatchNews): void;
  /** Asking for a path fails from now on; undefined ends it. '/version' too. */
  fails(path: string, fault: Fault | undefined): void;
}

export const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
export const nodeLeasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
export const nodesPath = '/api/v1/nodes';

/** A Lease as an API server tells it. */
export const lease = (name: string, holder: string, renewedAt: Date) => ({
  metadata: { name },
  spec: {
    ...{ holderIdentity: holder, leaseDurationSeconds: 15, leaseTransitions: 0 },
    ...{ acquireTime: renewedAt.toISOString(), renewTime: renewedAt.toISOString() },
  },
});
/** An Endpoints or a ConfigMap with the annotation that older components keep. */
export const annotated = (name: string, holder: string, renewedAt: Date, leaderTransitions = 0) => {
  const at = renewedAt.toISOString();
  const record = {
    ...{ holderIdentity: holder, leaseDurationSeconds: 15, leaderTransitions },
    ...{ acquireTime: at, renewTime: at },
  };
  return {
    metadata: { name, annotations: { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(record) } },
  };
};
/** `heartbeatAt`: when its kubelet wrote that last, which counts where it has no Lease. */
export const node = (name: string, status: 'True' | 'False' | 'Unknown' = 'True', heartbeatAt?: Date) => ({
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime: heartbeatAt?.toISOString() ?? null }] },
});

export const daysFrom = (at: Date, days: number): ServedCertificate => ({
  at,
  until: new Date(at.getTime() + days * 24 * 3_600_000),
});

const Named = z.object({ metadata: z.object({ name: z.string() }) });

/** An API server in memory, whose clock shows whole seconds as a Date header does; one that is well unless told otherwise. */
export function createFakeKubernetes(clock: Clock): FakeKubernetes {
  const lists = new Map<string, (now: Date) => readonly object[]>();
  const faults = new Map<string, Fault>();
  const readiness = new Map<string | undefined, Readiness | Fault>();
  const certificates = new Map<string | undefined, number | Fault>();
  const loads = new Map<string | undefined, ServerLoad | Fault>();
  const heard = new EventEmitter<Record<string, [WatchNews]>>();
  const single = new Map<string, object | string>([['/metrics', 'apiserver_request_total{code="200"} 1\n']]);
  const saidAt = (path: string) => {
    const fault = faults.get(path);
    if (fault) throw fault;
    return single.get(path);
  };
  /** Of selectors it knows that of one name. */
  const itemsOf = ({ path, fieldSelector = '' }: Listing, now: Date) => {
    const name = /^metadata\.name=(.+)$/.exec(fieldSelector)?.[1];
    const items = lists.get(path)?.(now) ?? [];
    return name === undefined ? items : items.filter((one) => Named.parse(one).metadata.name === name);
  };
  const names = ['cp-1', 'cp-2', 'cp-3'];
  lists.set(leasesPath, (now) =>
    ['kube-controller-manager', 'kube-scheduler'].map((name) => lease(name, 'cp-1_uid', new Date(now.getTime() + 1))),
  );
  lists.set(nodeLeasesPath, (now) => names.map((name) => lease(name, name, new Date(now.getTime() + 1))));
  lists.set(nodesPath, () => names.map((name) => node(name)));
  return {
    async version() {
      const fault = faults.get('/version');
      if (fault) throw fault;
      return 'v1.36.2';
    },
    async readiness(_cluster, { address } = {}) {
      const said = readiness.get(address) ?? { isReady: true, failing: [] };
      if ('port' in said) throw said;
      return said;
    },
    async certificate(_cluster, { address } = {}): Promise<ServedCertificate> {
      const days = certificates.get(address) ?? 300;
      if (typeof days !== 'number') throw days;
      return daysFrom(clock.now(), days);
    },
    async load(_cluster, { address } = {}) {
      const load = loads.get(address) ?? { requestsPerSecond: 12.4, requestsCounted: 3_720, inFlight: 3 };
      if ('port' in load) throw load;
      return load;
    },
    carries: (load, address) => void loads.set(address, load),
    shows: (days, address) => void certificates.set(address, days),
    saysReady: (said, address) => void readiness.set(address, said),
    ready: async () => undefined,
    has: (path, items) => void lists.set(path, items),
    fails(path, fault) {
      if (fault) faults.set(path, fault);
      else faults.delete(path);
    },
    tells: (path, news) => void heard.emit(path, news),
    async *watch(_cluster, listing, { signal }) {
      if (signal.aborted) return;
      const news = on(heard, listing.path, { signal });
      const now = clock.now();
      yield { kind: 'listed', items: itemsOf(listing, now), at: now };
      try {
        for await (const [one] of news) yield one;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    holds: (path, said, address = '') => void single.set(`${address}${path}`, said),
    object: async (_cluster, path) => saidAt(path),
    text: async (_cluster, path, { address = '' } = {}) => String(saidAt(`${address}${path}`) ?? saidAt(path) ?? ''),
    async *lines(_cluster, path) {
      const text = saidAt(path);
      if (text === undefined) throw absent(path);
      yield* String(text).split('\n');
    },
    async *list(_cluster, listing) {
      const fault = faults.get(listing.path);
      if (fault) throw fault;
      const now = clock.now();
      yield { items: itemsOf(listing, now), at: new Date(Math.floor(now.getTime() / 1000) * 1000) };
    },
  };
}

const absent = (path: string): Fault =>
  new Fault(`The API server of prod-1 has no ${path}: 404 page not found`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_ABSENT', retryable: false },
  });
