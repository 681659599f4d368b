import { randomBytes } from 'node:crypto';
import { Etcd3 } from 'etcd3';

export interface Filling {
  /** How many keys to write. */
  readonly keys: number;
  /** About how many bytes their values have altogether. */
  readonly bytes: number;
}

const putsPerTransaction = 2_000;
const transactionBytes = 1024 * 1024;
const transactionsInFlight = 8;

/**
 * Writes keys and values like those of a Kubernetes API server under /registry/: the same names, sizes from a few hundred bytes to
 * some kilobytes, and about as compressible (zstd level 1 makes a fifth of them). The cluster must allow big transactions, as the
 * sandbox's does.
 */
export async function fillEtcd(endpoint: string, filling: Filling): Promise<void> {
  const client = new Etcd3({ hosts: endpoint });
  try {
    const batches = batchesOf(filling);
    const write = async () => {
      for (const batch of batches) await client.kv.txn({ success: batch.map((put) => ({ request_put: put })) });
    };
    await Promise.all(Array.from({ length: transactionsInFlight }, write));
  } finally {
    client.close();
  }
}

interface Put {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** One generator shared by all writers: each takes the batch that comes next. */
function* batchesOf({ keys, bytes }: Filling): Generator<readonly Put[]> {
  const valueBytes = Math.max(64, Math.round(bytes / keys));
  let batch: Put[] = [];
  let size = 0;
  for (let index = 0; index < keys; index++) {
    const put = kubernetesObject(index, valueBytes);
    batch.push(put);
    size += put.value.length + put.key.length;
    if (batch.length < putsPerTransaction && size < transactionBytes) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

const resources = ['pods', 'events', 'secrets', 'configmaps', 'leases', 'replicasets', 'cert-manager.io/certificates'];
const namespaces = [
  'default',
  'kube-system',
  'payments',
  'checkout',
  'search',
  'monitoring',
  'ingress',
  'data-platform',
];

function kubernetesObject(index: number, valueBytes: number): Put {
  const resource = resources[index % resources.length] ?? 'pods';
  const namespace = namespaces[(index * 7) % namespaces.length] ?? 'default';
  const suffix = randomBytes(5).toString('hex');
  const name = `${namespace}-worker-${index}-${suffix}`;
  // From a third to five thirds of the wanted size.
  const wanted = Math.round(valueBytes * (1 / 3 + ((index * 37) % 100) / 75));
  return {
    key: Buffer.from(`/registry/${resource}/${namespace}/${name}`),
    value: Buffer.concat([Buffer.from('k8s\0'), Buffer.from(objectText(resource, namespace, name, wanted))]),
  };
}

function objectText(resource: string, namespace: string, name: string, wantedBytes: number): string {
  const random = randomBytes(64).toString('hex');
  const head = `{"apiVersion":"v1","kind":"${resource}","metadata":{"name":"${name}","namespace":"${namespace}","uid":"${random.slice(0, 32)}","creationTimestamp":"2026-0${1 + (random.charCodeAt(0) % 9)}-1${random.charCodeAt(1) % 9}T0${random.charCodeAt(2) % 9}:11:5${random.charCodeAt(3) % 9}Z","labels":{"app.kubernetes.io/name":"${namespace}","pod-template-hash":"${random.slice(32, 42)}"}},`;
  let text = head;
  for (let field = 0; text.length < wantedBytes; field++) text += managedField(field, random);
  return `${text.slice(0, Math.max(head.length, wantedBytes))}}`;
}

function managedField(field: number, random: string): string {
  const at = (field * 11) % 100;
  return `"f:spec${field}":{"f:containers":{"k:{\\"name\\":\\"c-${random.slice(at, at + 6)}\\"}":{".":{},"f:image":"registry.example/${random.slice(at + 3, at + 12)}:v1.${field}.${at}","f:imagePullPolicy":"IfNotPresent","f:resources":{"f:limits":{"f:cpu":"${at}m","f:memory":"${at}Mi"}},"f:terminationMessagePath":"/dev/termination-log"}},"hash${field}":"${randomBytes(78).toString('base64')}"},`;
}
