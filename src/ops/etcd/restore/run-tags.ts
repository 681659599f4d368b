import type { PlaybookResult } from '../../../ports/ansible.ts';
import { runPlaybook } from '../../playbook/run-playbook.ts';
import { inventoryOf } from './inventory.ts';
import type { RestoreSite } from './restore-site.ts';
import { playbook, type RestoreTag, type RunVariables } from './steps.ts';

const minuteMs = 60_000;

/** So long, and for what reads or writes the database so much longer for each GiB. */
const limits: Readonly<Record<RestoreTag, { readonly ms: number; readonly msForGib?: number }>> = {
  look: { ms: 2 * minuteMs },
  fetch: { ms: 5 * minuteMs, msForGib: 15 * minuteMs },
  prepare: { ms: 5 * minuteMs, msForGib: 10 * minuteMs },
  'stop-apiservers': { ms: 5 * minuteMs },
  'stop-etcd': { ms: 5 * minuteMs },
  'copy-data': { ms: 5 * minuteMs, msForGib: 10 * minuteMs },
  rescue: { ms: 10 * minuteMs, msForGib: 15 * minuteMs },
  'move-aside': { ms: 2 * minuteMs },
  restore: { ms: 5 * minuteMs, msForGib: 10 * minuteMs },
  own: { ms: 2 * minuteMs },
  'start-etcd': { ms: 5 * minuteMs },
  'join-etcd': { ms: 5 * minuteMs },
  'start-apiservers': { ms: 5 * minuteMs },
  'restart-afterwards': { ms: 10 * minuteMs },
  'clear-away': { ms: 2 * minuteMs },
  'put-back': { ms: 5 * minuteMs },
};

/** Does tags of the playbook on hosts, in one run of it. Throws as `runPlaybook`. */
export function runTags(
  {
    ports,
    decided,
    context,
  }: Pick<RestoreSite, 'decided' | 'context'> & { readonly ports: Pick<RestoreSite['ports'], 'ansible'> },
  tags: readonly RestoreTag[],
  hosts: readonly string[],
  more: RunVariables = {},
): Promise<PlaybookResult> {
  const inventory = inventoryOf(decided);
  const step = {
    target: decided.shared.restore_cluster,
    playbook,
    inventory: { ...inventory, variables: { ...inventory.variables, ...more } },
    ...{ tags, hosts, timeLimitMs: limitOf(tags, decided.hosts[0]?.variables.restore_bytes ?? 0) },
  };
  return runPlaybook(ports.ansible, step, context);
}

function limitOf(tags: readonly RestoreTag[], bytes: number): number {
  const each = tags.map((tag) => limits[tag]);
  return each.reduce((sum, { ms, msForGib = 0 }) => sum + ms + Math.ceil(msForGib * (bytes / 1024 ** 3)), 0);
}
