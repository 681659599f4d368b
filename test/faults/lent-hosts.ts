import type { ChildProcess } from 'node:child_process';
import type { Ansible, PlaybookRequest } from '../../src/ports/ansible.ts';
import { createFakeAnsible, type FakeAnsible, hostFacts } from '../fakes/ansible.ts';
import { createFakeEtcd, type FakeCluster } from '../fakes/etcd.ts';
import { restoreCatalogue, restoredHosts } from './fixtures/restore-catalogue.ts';
import { type Asked, type Lending, lendPorts } from './lend-ports.ts';

/** Hosts, an etcd and a Kubernetes that workers in other processes restore, and what each of them did there. */
export interface LentHosts {
  readonly ansible: FakeAnsible;
  readonly prod: FakeCluster;
  /** In order: a tag that was done on a host ('stop-etcd etcd-1'), a call that was answered ('removePrefix'), a step that was done ('done: Stop etcd'). */
  readonly acts: readonly Act[];
  /** From now on whoever carries something out waits right before this act. */
  hold(act: string): void;
  letGo(act: string): void;
  /** Runs that came to this act, whether or not they were let do it. */
  cameTo(act: string): readonly string[];
  lendTo(worker: ChildProcess): Lending;
}

export interface Act {
  readonly run: string;
  readonly act: string;
}

export const planning = 'plan';

export function openHosts(): LentHosts {
  const etcd = createFakeEtcd({ 'prod-1': { members: restoredHosts.length } });
  const prod = etcd.cluster('prod-1');
  prod.runs('3.5.30');
  prod.put('/registry/pods/default/later');
  const ansible = createFakeAnsible(restoredHosts, { cluster: prod, facts: hostFacts() });
  const acts: Act[] = [];
  const came: Act[] = [];
  const held = new Map<string, PromiseWithResolvers<void>>();
  const askedBy = new WeakMap<PlaybookRequest, string>();
  for (const { name, peerUrl } of restoreCatalogue().cluster('prod-1').restore?.members ?? [])
    prod.rename(name, name, peerUrl);

  async function comeTo(run: string, act: string): Promise<void> {
    if (run === planning) return;
    came.push({ run, act });
    await held.get(act)?.promise;
  }
  const did = (run: string, act: string) => void (run !== planning && acts.push({ run, act }));

  ansible.onReaching('look', () => {
    for (const name of restoredHosts) ansible.host(name).facts = hostFacts({ clock: Date.now() / 1000 });
  });
  ansible.onReachingHost((tag, host, request) => comeTo(askedBy.get(request) ?? planning, `${tag} ${host}`));

  function plays({ run, args, signal, tell }: Asked): ReturnType<Ansible['run']> {
    const request: PlaybookRequest = {
      ...(args[0] as PlaybookRequest),
      signal,
      onEvent(event) {
        did(run, `${event.task} ${event.host}`);
        tell(event);
      },
    };
    askedBy.set(request, run);
    return ansible.run(request);
  }

  async function answer(asked: Asked): Promise<unknown> {
    const { run, port, method, args, signal } = asked;
    if (port === 'ansible') return plays(asked);
    const act = port === 'step' ? `${method}: ${args[0]}` : method;
    await comeTo(run, act);
    signal.throwIfAborted();
    const value = port === 'etcd' ? await answerOfEtcd(asked) : undefined;
    did(run, act);
    return value;
  }

  async function answerOfEtcd({ method, args, signal }: Asked): Promise<unknown> {
    const [cluster, endpoint, ...rest] = args as [string, string, ...unknown[]];
    if (method === 'keys') return Array.fromAsync(etcd.keys(cluster, endpoint, { ...(rest[0] as object), signal }));
    if (method === 'snapshot') return bytesOf(await etcd.snapshot(cluster, endpoint, { signal }));
    return Reflect.get(etcd, method)(...args);
  }

  return {
    ...{ ansible, prod, acts },
    hold: (act) => void held.set(act, Promise.withResolvers()),
    letGo(act) {
      held.get(act)?.resolve();
      held.delete(act);
    },
    cameTo: (act) => came.filter((one) => one.act === act).map(({ run }) => run),
    lendTo: (worker) => lendPorts(worker, answer),
  };
}

async function bytesOf(source: Awaited<ReturnType<ReturnType<typeof createFakeEtcd>['snapshot']>>) {
  const { expectedBytes, version } = source;
  const bytes = new Uint8Array(expectedBytes);
  for (let at = 0; ; ) {
    const count = await source.read(bytes.subarray(at));
    at += count;
    if (count === 0 || at === expectedBytes) break;
  }
  source.close();
  return { expectedBytes, version, bytes };
}
