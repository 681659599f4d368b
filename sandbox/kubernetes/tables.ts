import { at, type KubernetesObject, listAt, textAt } from './json.ts';
import type { Kind } from './kinds.ts';

interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer';
  readonly format: '' | 'name';
  readonly description: string;
  /** Above 0 only `kubectl get -o wide` shows it. */
  readonly priority: number;
}

type Cell = string | number;
interface Table {
  readonly columns: readonly Column[];
  row(object: KubernetesObject, nowMs: number): readonly Cell[];
}

const column = (name: string, priority = 0, type: Column['type'] = 'string'): Column => ({
  ...{ name, type, format: name === 'Name' ? 'name' : '', description: name, priority },
});
const name = (object: KubernetesObject): string => object.metadata.name ?? '';
const age = (object: KubernetesObject, nowMs: number): string => {
  const made = Date.parse(object.metadata.creationTimestamp ?? '');
  return Number.isNaN(made) ? '<unknown>' : inWords(nowMs - made);
};

const nodes: Table = {
  columns: [
    ...[column('Name'), column('Status'), column('Roles'), column('Age'), column('Version'), column('Internal-IP', 1)],
    ...[column('External-IP', 1), column('OS-Image', 1), column('Kernel-Version', 1), column('Container-Runtime', 1)],
  ],
  row: (node, nowMs) => [
    ...[name(node), nodeStatus(node), rolesOf(node), age(node, nowMs), textAt(node, 'status.nodeInfo.kubeletVersion')],
    ...[addressOf(node, 'InternalIP'), addressOf(node, 'ExternalIP')],
    textAt(node, 'status.nodeInfo.osImage') || '<unknown>',
    kernelOf(node),
    textAt(node, 'status.nodeInfo.containerRuntimeVersion') || '<unknown>',
  ],
};

function nodeStatus(node: KubernetesObject): string {
  const ready = listAt(node, 'status.conditions').find((condition) => textAt(condition, 'type') === 'Ready');
  const words = [ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'];
  return [...words, ...(at(node, 'spec.unschedulable') === true ? ['SchedulingDisabled'] : [])].join(',');
}

function rolesOf(node: KubernetesObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(',') || '<none>'
  );
}

const addressOf = (node: KubernetesObject, type: string): string =>
  textAt(
    listAt(node, 'status.addresses').find((address) => textAt(address, 'type') === type),
    'address',
  ) || '<none>';

function kernelOf(node: KubernetesObject): string {
  const [kernel, architecture] = ['kernelVersion', 'architecture'].map((of) => textAt(node, `status.nodeInfo.${of}`));
  return kernel ? `${kernel} (${architecture})` : '<unknown>';
}

const pods: Table = {
  columns: [
    ...[column('Name'), column('Ready'), column('Status'), column('Restarts'), column('Age'), column('IP', 1)],
    ...[column('Node', 1), column('Nominated Node', 1), column('Readiness Gates', 1)],
  ],
  row(pod, nowMs) {
    const containers = listAt(pod, 'status.containerStatuses');
    const ready = containers.filter((container) => at(container, 'ready') === true).length;
    const restarts = containers.reduce<number>((sum, container) => sum + Number(at(container, 'restartCount') ?? 0), 0);
    return [
      ...[name(pod), `${ready}/${listAt(pod, 'spec.containers').length}`, textAt(pod, 'status.phase')],
      ...[String(restarts), age(pod, nowMs), textAt(pod, 'status.podIP') || '<none>'],
      ...[textAt(pod, 'spec.nodeName') || '<none>', textAt(pod, 'status.nominatedNodeName') || '<none>', '<none>'],
    ];
  },
};

const configMaps: Table = {
  columns: [column('Name'), column('Data'), column('Age')],
  row: (map, nowMs) => [name(map), sizeOf(at(map, 'data')) + sizeOf(at(map, 'binaryData')), age(map, nowMs)],
};
const sizeOf = (value: unknown): number => (typeof value === 'object' && value ? Object.keys(value).length : 0);

const leases: Table = {
  columns: [column('Name'), column('Holder'), column('Age')],
  row: (lease, nowMs) => [name(lease), textAt(lease, 'spec.holderIdentity'), age(lease, nowMs)],
};

const secrets: Table = {
  columns: [column('Name'), column('Type'), column('Data', 0, 'integer'), column('Age')],
  row: (secret, nowMs) => [name(secret), textAt(secret, 'type'), sizeOf(at(secret, 'data')), age(secret, nowMs)],
};

/** Kinds that have columns of their own here; an API server has many more. */
const tables: Readonly<Record<string, Table>> = {
  '/nodes': nodes,
  '/pods': pods,
  '/configmaps': configMaps,
  '/secrets': secrets,
  'coordination.k8s.io/leases': leases,
};
const plain: Table = {
  columns: [column('Name'), column('Age')],
  row: (object, nowMs) => [name(object), age(object, nowMs)],
};
const tableOf = ({ group, resource }: Kind): Table => tables[`${group}/${resource}`] ?? plain;

export const columnsOf = (kind: Kind): readonly Column[] => tableOf(kind).columns;
export const rowOf = (kind: Kind, object: KubernetesObject, nowMs: number): readonly Cell[] =>
  tableOf(kind).row(object, nowMs);

/** Durations as kubectl says them: the closer, the more exactly. */
export function inWords(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 0) return seconds < -1 ? '<invalid>' : '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return with2(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return with2(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return with2(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? with2(years, 'y', days % 365, 'd') : `${years}y`;
}

const with2 = (most: number, unit: string, rest: number, of: string): string =>
  rest === 0 ? `${most}${unit}` : `${most}${unit}${rest}${of}`;
