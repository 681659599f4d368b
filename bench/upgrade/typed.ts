import { CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { peakRssMb } from '../instruments/requests.ts';
import type { UpgradeTask } from './ways.ts';

// The same objects as the Kubernetes client gives them, in a process of its own. Prints what it took as JSON.
const task: UpgradeTask = JSON.parse(process.argv[2] ?? '');
const begun = performance.now();
const config = new KubeConfig();
config.loadFromFile(task.kubeconfig);
const api = config.makeApiClient(CoreV1Api);
const nodes = await api.listNode();
const secrets = await api.listSecretForAllNamespaces();
// Whole, 150,000 pods are a gigabyte of JSON, and no string in Node may be longer than half of that: the client throws. So in the pages of kubectl.
const pods: V1Pod[] = [];
let next: string | undefined;
do {
  const page = await api.listPodForAllNamespaces({ limit: 500, ...(next ? { _continue: next } : {}) });
  pods.push(...page.items);
  next = page.metadata?._continue;
} while (next);
const seconds = (performance.now() - begun) / 1000;

console.log(
  JSON.stringify({
    ...{ seconds, peakRssMb: peakRssMb() },
    found: { nodes: nodes.items.length, secrets: secrets.items.length, pods: pods.length },
  }),
);
