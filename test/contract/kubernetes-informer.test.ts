import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinationV1Api, KubeConfig, makeInformer, type V1Lease } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cast, startCast } from '../../sandbox/kubernetes/cast.ts';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';

// The client that others use takes the sandbox for an API server.

let directory: string;
let kubernetes: SandboxKubernetes;
let cast: Cast;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-informer-'));
  kubernetes = await startKubernetes({ directory });
  cast = startCast(kubernetes, { election: { leaseDurationMs: 150, renewDeadlineMs: 100, retryPeriodMs: 20 } });
});
afterAll(async () => {
  cast.stop();
  await kubernetes.stop();
  await rm(directory, { recursive: true, force: true });
});

it('an informer lists, hears of a takeover, and opens its watch again when it was ended', async () => {
  const config = new KubeConfig();
  config.loadFromFile(await kubernetes.kubeconfig('admin'));
  const leases = config.makeApiClient(CoordinationV1Api);
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
  const informer = makeInformer<V1Lease>(config, path, () => leases.listNamespacedLease({ namespace: 'kube-system' }));
  const holders = new Set<string>();
  const errors: unknown[] = [];
  const see = ({ metadata, spec }: V1Lease) => {
    if (metadata?.name === 'kube-scheduler' && spec?.holderIdentity)
      holders.add(spec.holderIdentity.replace(/_.*/, ''));
  };
  informer.on('add', see);
  informer.on('update', see);
  informer.on('error', (error: unknown) => void errors.push(error));
  await informer.start();
  expect(informer.list().map(({ metadata }) => metadata?.name)).toContain('kube-scheduler');

  cast.leader('kube-scheduler')?.terminate();
  await expect.poll(() => holders.size, { interval: 10 }).toBe(2);

  // A watch that an API server ends is opened again without a word.
  await expect.poll(() => kubernetes.knobs.cutWatches('end'), { interval: 10 }).toBe(1);
  await expect.poll(() => kubernetes.knobs.seen({ verb: 'watch' }), { interval: 10 }).toBe(2);
  expect(errors).toEqual([]);
  await informer.stop();
});
