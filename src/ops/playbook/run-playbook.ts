import { Fault } from '../../chatops/errors.ts';
import { firstFew } from '../../chatops/format.ts';
import type { RunContext } from '../../chatops/job.ts';
import type { Ansible, AnsibleEvent, PlaybookRequest, PlaybookResult } from '../../ports/ansible.ts';

type Telling = Pick<RunContext, 'detail' | 'log'>;

/** Which part of a playbook, where, and how long it may take. */
export interface PlaybookStep extends Omit<PlaybookRequest, 'signal' | 'onEvent' | 'hosts'> {
  readonly hosts: readonly string[];
  /** What to do where it fails; without it what those do whose approved work stopped. */
  readonly next?: string;
}

/**
 * Does tags of a playbook on hosts, in one run of it, telling on the card what happens. Throws Fault ANSIBLE_STEP, never retryable, when it failed anywhere: which
 * hosts are done and which are not, and why.
 */
export async function runPlaybook(
  ansible: Ansible,
  { next, ...request }: PlaybookStep,
  context: Telling & Pick<RunContext, 'signal'>,
): Promise<PlaybookResult> {
  const { hosts } = request;
  const result = await ansible.run({
    ...request,
    signal: context.signal,
    onEvent: (event) => tell(event, context),
  });
  const failed = hosts.filter((host) => result.hosts[host]?.state !== 'ok');
  if (result.isGood && failed.length === 0) return result;
  throw failure(hosts, failed, result, next);
}

function tell({ kind, task, host, message }: AnsibleEvent, { detail, log }: Telling): void {
  if (host === undefined) detail(task);
  if (host === undefined || kind === 'ok' || kind === 'skipped' || kind === 'started') return;
  const said = message === undefined ? '' : `: ${message}`;
  log(`${host}: ${task}: ${kind}${said}`);
  detail(`${host}: ${task}${kind === 'changed' ? '' : `: ${kind}`}`);
}

function failure(
  hosts: readonly string[],
  failed: readonly string[],
  { hosts: results }: PlaybookResult,
  next = 'Look at that host, then resume or roll back.',
): Fault {
  const reasons = failed.map((host) => {
    const { state = 'unreachable', failure: why } = results[host] ?? {};
    return `${host}: ${why ? `${why.task}: ${why.message.replace(/\.$/, '')}` : state}`;
  });
  // Of one host alone there are no others to tell of.
  const said = hosts.length === 1 ? `It failed on ${reasons[0] ?? 'no host'}.` : undefined;
  // A step may have several tasks: when one fails somewhere, all hosts end it, and none begins the next.
  const others = hosts.filter((host) => !failed.includes(host));
  const rest = `${others.join(', ') || 'No host'} ended that task; none began the next.`;
  return new Fault(said ?? `It failed on ${failed.join(', ') || 'no host'}. ${firstFew(reasons)}. ${rest}`, {
    ...{ port: 'ansible', operation: 'run', code: 'ANSIBLE_STEP', retryable: false },
    next,
  });
}
