import { createHash, randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { toMicrosecond } from './leader-lock.ts';
import { toSecond } from './writing.ts';

/** The Lease by which an API server says that it is alive: renewed every 10 s, good for an hour. */
export interface Identity {
  readonly node: string;
  readonly lease: string;
  start(): void;
  kill(): void;
}

const collection = 'coordination.k8s.io/leases';

export function createIdentity(
  { store, etcd, now }: Cluster,
  node: string,
  address: string,
  everyMs = 10_000,
): Identity {
  const lease = `apiserver-${base32(createHash('sha256').update(node).digest())}`;
  const uid = randomUUID();
  const made = toSecond(new Date(now()));
  let timer: NodeJS.Timeout | undefined;
  let holder = '';
  const renew = () => {
    if (etcd.isFrozen) return;
    store.put(collection, `kube-system/${lease}`, {
      metadata: {
        ...{ name: lease, namespace: 'kube-system', uid, creationTimestamp: made },
        labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': node },
        annotations: { 'kubernetes.io/peer-advertise-address': address },
      },
      spec: { holderIdentity: holder, leaseDurationSeconds: 3600, renewTime: toMicrosecond(new Date(now())) },
    });
  };
  return {
    ...{ node, lease },
    start() {
      clearInterval(timer);
      holder = `${lease}_${randomUUID()}`;
      timer = setInterval(renew, everyMs).unref();
      renew();
    },
    kill: () => clearInterval(timer),
  };
}

/** 26 letters and digits, as an API server calls itself. */
const base32 = (bytes: Buffer): string =>
  [...bytes.subarray(0, 26)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
