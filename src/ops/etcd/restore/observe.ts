import { Fault, Refusal } from '../../../chatops/errors.ts';
import type { Ansible, PlaybookResult } from '../../../ports/ansible.ts';
import type { Cluster, RestoreTarget } from '../../../ports/catalogue.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { AskOptions, ClusterSurvey, Etcd } from '../../../ports/etcd.ts';
import { HostFacts } from './host-facts.ts';
import { decidedHost, type RestoreNames, sharedVariables } from './inventory.ts';
import type { HostLook, Observation } from './observation.ts';
import { playbook } from './steps.ts';

export interface ObservePorts {
  readonly etcd: Etcd;
  readonly ansible: Ansible;
  readonly clock: Clock;
}

/** Connections that hang end by themselves long before. */
const lookLimitMs = 120_000;

/** Throws Refusal where salvor.yaml does not say how a cluster's hosts are reached. */
export function restoreTargetOf({ name, restore }: Cluster): RestoreTarget {
  if (restore) return restore;
  throw new Refusal(
    `salvor.yaml does not say where the members of ${name} run, so ${name} cannot be restored. Nothing was changed.`,
    `Describe them under clusters.${name}.restore; salvor.example.yaml shows how.`,
  );
}

/** Asks the cluster and all of its hosts what there is. Changes nothing. What does not answer is part of the answer. Throws Fault where this worker cannot ask at all. */
export async function observe(
  { etcd, ansible, clock }: ObservePorts,
  cluster: Cluster,
  names: RestoreNames,
  { signal }: AskOptions,
): Promise<Observation> {
  const target = restoreTargetOf(cluster);
  const [surveyed, hosts] = await Promise.all([
    survey(etcd, cluster.name, signal),
    lookAtHosts(ansible, target, names, signal),
  ]);
  return { cluster, target, hosts, now: clock.now(), ...surveyed };
}

async function survey(
  etcd: Etcd,
  cluster: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly survey: ClusterSurvey } | { readonly silence: string }> {
  try {
    return { survey: await etcd.survey(cluster, signal ? { signal } : {}) };
  } catch (error) {
    signal?.throwIfAborted();
    // Whether the worker's own certificate or password is wrong, or etcd is gone, makes all the difference.
    if (error instanceof Fault && error.retryable) return { silence: error.message };
    throw error;
  }
}

async function lookAtHosts(
  ansible: Ansible,
  target: RestoreTarget,
  names: RestoreNames,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, HostLook>>> {
  const hosts = target.members.map((member) =>
    decidedHost(target, member, names, { restoreBytes: 0, skipsHashCheck: false }),
  );
  const variables = { ...sharedVariables(target, names), ansible_become: target.become };
  const result = await ansible.run({
    target: names.cluster,
    playbook,
    inventory: { groups: { etcd: hosts }, variables },
    tags: ['look'],
    timeLimitMs: lookLimitMs,
    ...(signal ? { signal } : {}),
  });
  return Object.fromEntries(hosts.map(({ name }) => [name, lookOf(name, result)]));
}

function lookOf(name: string, { hosts }: PlaybookResult): HostLook {
  const host = hosts[name];
  if (!host) return { silence: 'Ansible told nothing of it' };
  if (host.state !== 'ok') {
    const said = host.failure ? `${host.failure.task}: ${host.failure.message}` : host.state;
    return { silence: said.replace(/\.$/, '') };
  }
  const facts = HostFacts.safeParse(host.facts);
  if (facts.success) return { facts: facts.data };
  const [issue] = facts.error.issues;
  return { silence: `what it told of itself cannot be read (${issue?.path.join('.')}: ${issue?.message})` };
}
