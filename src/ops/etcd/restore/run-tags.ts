import { Fault } from '../../../chatops/errors.ts';
import { firstFew } from '../../../chatops/format.ts';
import type { AnsibleEvent, PlaybookResult } from '../../../ports/ansible.ts';
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

/**
 * Does tags of the playbook on hosts, in one run of it, telling on the card what happens. Throws Fault ANSIBLE_STEP, never retryable, when it failed anywhere: which
 * hosts are done and which are not, and why.
 */
export async function runTags(
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
  const result = await ports.ansible.run({
    cluster: decided.shared.restore_cluster,
    playbook,
    inventory: { ...inventory, variables: { ...inventory.variables, ...more } },
    tags,
    hosts,
    timeLimitMs: limitOf(tags, decided.hosts[0]?.variables.restore_bytes ?? 0),
    signal: context.signal,
    onEvent: (event) => tell(event, context),
  });
  const failed = hosts.filter((host) => result.hosts[host]?.state !== 'ok');
  if (result.isGood && failed.length === 0) return result;
  throw failure(hosts, failed, result);
}

function limitOf(tags: readonly RestoreTag[], bytes: number): number {
  const each = tags.map((tag) => limits[tag]);
  return each.reduce((sum, { ms, msForGib = 0 }) => sum + ms + Math.ceil(msForGib * (bytes / 1024 ** 3)), 0);
}

function tell({ kind, task, host, message }: AnsibleEvent, { detail, log }: RestoreSite['context']): void {
  if (host === undefined) detail(task);
  if (host === undefined || kind === 'ok' || kind === 'skipped' || kind === 'started') return;
  const said = message === undefined ? '' : `: ${message}`;
  log(`${host}: ${task}: ${kind}${said}`);
  detail(`${host}: ${task}${kind === 'changed' ? '' : `: ${kind}`}`);
}

function failure(hosts: readonly string[], failed: readonly string[], { hosts: results }: PlaybookResult): Fault {
  const reasons = failed.map((host) => {
    const { state = 'unreachable', failure: why } = results[host] ?? {};
    return `${host}: ${why ? `${why.task}: ${why.message.replace(/\.$/, '')}` : state}`;
  });
  // A step may have several tasks: when one fails somewhere, all hosts end it, and none begins the next.
  const others = hosts.filter((host) => !failed.includes(host));
  const rest = `${others.join(', ') || 'No host'} ended that task; none began the next.`;
  return new Fault(`It failed on ${failed.join(', ') || 'no host'}. ${firstFew(reasons)}. ${rest}`, {
    ...{ port: 'ansible', operation: 'run', code: 'ANSIBLE_STEP', retryable: false },
    next: 'Look at that host, then resume or roll back.',
  });
}
