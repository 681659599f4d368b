import { createHash } from 'node:crypto';
import type { Fault } from '../../src/chatops/errors.ts';
import type { HostFacts } from '../../src/ops/etcd/restore/host-facts.ts';
import { HostVariables, type RestoreTag, restoreTags, SharedVariables } from '../../src/ops/etcd/restore/steps.ts';
import type { Ansible, AnsibleHost, PlaybookRequest, PlaybookResult } from '../../src/ports/ansible.ts';
import type { FakeCluster } from './etcd.ts';

/** What lies in a data directory: what was there before, what a restore made, or nothing. */
type Data = string | undefined;

/** A host with a member of etcd on it. */
export interface FakeHost {
  /** `member` of the data directory: 'old' before anything is done. */
  data: Data;
  /** What is set aside in it, by name: 'before-abc'. */
  readonly aside: Map<string, string>;
  etcdRuns: boolean;
  apiServerRuns: boolean;
  /** The file with the backup is there. */
  hasSnapshot: boolean;
  /** What is restored beside the data, whole: 'restored-abc'. */
  prepared: string | undefined;
  restarts: number;
  facts: HostFacts;
  /** Why it cannot be reached. */
  unreachable: string | undefined;
}

type ReachingHost = (tag: RestoreTag, host: string, request: PlaybookRequest) => void | Promise<void>;

export interface FakeAnsible extends Ansible {
  host(name: string): FakeHost;
  /** What was done where, in order: 'stop-etcd etcd-1'. */
  readonly done: readonly string[];
  readonly requests: readonly PlaybookRequest[];
  /** The next time this tag fails on this host; nothing is done there. */
  fail(tag: RestoreTag, host: string, message: string): void;
  /** The next run of this tag throws. */
  breakAt(tag: RestoreTag, fault: Fault): void;
  /** Called before a tag is done anywhere. */
  onReaching(tag: RestoreTag, call: () => void | Promise<void>): void;
  /** Called before any tag is done on any host. What is aborted meanwhile does nothing more. */
  onReachingHost(call: ReachingHost): void;
}

export const gib = 1024 ** 3;

/** What a host tells of itself that fits. */
export function hostFacts(changes: Partial<HostFacts> = {}): HostFacts {
  const directory = { exists: true, is_mount: false, free_bytes: 20 * gib };
  return {
    data_dir: { ...directory, has_data: true, database_bytes: gib, leftovers: [] },
    wal_dir: null,
    work_dir: { ...directory, free_bytes: 30 * gib },
    ports: [
      { port: 2379, held_by: 'etcd', is_ours: true },
      { port: 2380, held_by: 'etcd', is_ours: true },
    ],
    etcd_runs: true,
    apiserver_runs: true,
    tools: [
      { name: 'etcdutl', path: '/usr/bin/etcdutl', version: '3.5.30', bumps: true },
      { name: 'etcd', path: '/usr/bin/etcd', version: '3.5.30', bumps: false },
    ],
    clock: 0,
    ...changes,
  };
}

/** Hosts in memory, on which the playbook does what it promises, and a cluster whose members fall silent and come back with it. */
export function createFakeAnsible(
  members: readonly string[],
  { cluster, facts = hostFacts() }: { readonly cluster?: FakeCluster; readonly facts?: HostFacts } = {},
): FakeAnsible {
  const hosts = new Map(members.map((name) => [name, newHost(facts)]));
  const failures = new Map<string, string>();
  const broken = new Map<string, Fault>();
  const calls = new Map<RestoreTag, () => void | Promise<void>>();
  let reachHost: ReachingHost = () => undefined;
  const done: string[] = [];
  const requests: PlaybookRequest[] = [];
  const host = (name: string): FakeHost => {
    const found = hosts.get(name);
    if (found) return found;
    throw new RangeError(`there is no host ${name}`);
  };

  const doOn = (tag: RestoreTag, each: AnsibleHost, request: PlaybookRequest) => {
    const known = host(each.name);
    if (known.unreachable !== undefined) return outcome('unreachable', tag, known.unreachable);
    const why = failures.get(`${tag} ${each.name}`);
    failures.delete(`${tag} ${each.name}`);
    if (why !== undefined) return outcome('failed', tag, why);
    const refused = act(tag, known, {
      variables: HostVariables.parse(each.variables),
      shared: SharedVariables.parse(request.inventory.variables),
      given: request.inventory.variables,
    });
    if (refused !== undefined) return outcome('failed', tag, refused);
    if (cluster && tag === 'stop-etcd') cluster.silence(each.name, 'connect ECONNREFUSED');
    if (cluster && ['start-etcd', 'join-etcd'].includes(tag)) startIn(cluster, known, each);
    done.push(`${tag} ${each.name}`);
    request.onEvent?.({ at: new Date(0), kind: 'changed', task: tag, host: each.name });
    return { state: 'ok' as const, changed: 1, facts: tag === 'look' ? { ...factsNow(known) } : {} };
  };

  return {
    host,
    done,
    requests,
    fail: (tag, name, message) => void failures.set(`${tag} ${name}`, message),
    breakAt: (tag, fault) => void broken.set(tag, fault),
    onReaching: (tag, call) => void calls.set(tag, call),
    onReachingHost(call) {
      reachHost = call;
    },
    async run(request) {
      request.signal?.throwIfAborted();
      requests.push(request);
      const tags = restoreTags.filter((one) => request.tags?.includes(one));
      if (tags.length === 0) throw new Error('the fake knows only the tags of etcd-restore');
      let rest = (request.inventory.groups.etcd ?? []).filter(({ name }) => request.hosts?.includes(name) ?? true);
      const results: Record<string, HostResult> = {};
      for (const tag of tags) {
        await calls.get(tag)?.();
        const due = broken.get(tag);
        broken.delete(tag);
        if (due) throw due;
        for (const each of rest) {
          await reachHost(tag, each.name, request);
          request.signal?.throwIfAborted();
          results[each.name] = added(results[each.name], doOn(tag, each, request));
        }
        // A host that fails ends it for all.
        if (rest.some(({ name }) => results[name]?.state !== 'ok')) rest = [];
      }
      const isGood = Object.values(results).every(({ state }) => state === 'ok');
      const outputSha256 = createHash('sha256').update(JSON.stringify(results)).digest('hex');
      return { isGood, hosts: results, outputSha256 };
    },
  };
}

type HostResult = PlaybookResult['hosts'][string];

/** What became of a host in one run, tag by tag. */
const added = (before: HostResult | undefined, next: HostResult): HostResult => ({
  ...next,
  changed: (before?.changed ?? 0) + next.changed,
  facts: { ...before?.facts, ...next.facts },
});

function startIn(cluster: FakeCluster, { data }: FakeHost, { name, variables }: AnsibleHost): void {
  const { restore_argv: argv } = HostVariables.parse(variables);
  const bump = argv.find((word) => word.startsWith('--bump-revision='))?.split('=')[1] ?? '0';
  if (data?.startsWith('restored-')) cluster.restored(BigInt(bump));
  else if (data === 'old') cluster.putBack();
  if (data === 'joined') cluster.joins(name);
  else cluster.revive(name);
}

function newHost(facts: HostFacts): FakeHost {
  return {
    ...{ data: facts.data_dir.has_data ? 'old' : undefined, aside: new Map(), etcdRuns: facts.etcd_runs },
    ...{
      apiServerRuns: facts.apiserver_runs ?? false,
      hasSnapshot: false,
      prepared: undefined,
      restarts: 0,
      facts,
      unreachable: undefined,
    },
  };
}

function factsNow({ facts, etcdRuns, aside, data, prepared }: FakeHost): HostFacts {
  const leftovers = [...aside.keys(), ...(prepared === undefined ? [] : [prepared])];
  const data_dir = { ...facts.data_dir, has_data: data !== undefined, leftovers };
  const ports = facts.ports.map((one) => (one.is_ours && !etcdRuns ? { ...one, held_by: null, is_ours: false } : one));
  return { ...facts, ports, etcd_runs: etcdRuns, data_dir };
}

const outcome = (state: 'failed' | 'unreachable', task: string, message: string): HostResult => ({
  ...{ state, changed: 0, facts: {} },
  failure: { task, message },
});

interface Told {
  readonly variables: HostVariables;
  readonly shared: SharedVariables;
  readonly given: Readonly<Record<string, unknown>>;
}

/** What a tag promises. Answers why it cannot be done. */
function act(tag: RestoreTag, host: FakeHost, { variables, shared, given }: Told): string | undefined {
  const before = `before-${shared.restore_mark}`;
  const restored = `restored-${shared.restore_mark}`;
  switch (tag) {
    case 'look':
      return undefined;
    case 'fetch':
      if (given.snapshot_file === undefined) return 'no snapshot_file was given';
      host.hasSnapshot = true;
      return undefined;
    case 'prepare':
      if (!host.hasSnapshot) return 'there is no snapshot.db';
      host.prepared = restored;
      return undefined;
    case 'stop-apiservers':
      host.apiServerRuns = false;
      return undefined;
    case 'stop-etcd':
      host.etcdRuns = false;
      return undefined;
    case 'copy-data':
    case 'rescue':
      if (host.etcdRuns) return 'etcd runs';
      return tag === 'rescue' && variables.rescue_argv.length === 0 ? 'nothing to rescue with' : undefined;
    case 'move-aside':
      if (host.etcdRuns) return 'etcd runs';
      if (host.data !== undefined && host.data !== restored) host.aside.set(before, host.data);
      host.data = undefined;
      return undefined;
    case 'restore':
      if (host.etcdRuns) return 'etcd runs';
      if (!host.hasSnapshot && host.prepared !== restored) return 'there is no snapshot.db';
      if (host.data !== undefined && host.data !== restored) return 'the data directory is not empty';
      host.data = restored;
      host.prepared = undefined;
      return undefined;
    case 'own':
      return undefined;
    case 'start-etcd':
    case 'join-etcd':
      if (tag === 'join-etcd') host.data ??= 'joined';
      if (host.data === undefined) return 'there is no data to start on';
      host.etcdRuns = true;
      return undefined;
    case 'start-apiservers':
      host.apiServerRuns = true;
      return undefined;
    case 'restart-afterwards':
      host.restarts += 1;
      return undefined;
    case 'clear-away':
      host.hasSnapshot = false;
      host.prepared = undefined;
      return undefined;
    case 'put-back': {
      if (host.etcdRuns) return 'etcd runs';
      const old = host.aside.get(before);
      if (old === undefined && host.data !== restored) return undefined;
      if (host.data !== undefined) host.aside.set(`failed-${shared.restore_mark}`, host.data);
      host.aside.delete(before);
      host.data = old;
      return undefined;
    }
  }
}
