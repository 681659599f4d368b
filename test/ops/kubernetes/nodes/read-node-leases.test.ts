import { expect, it } from 'vitest';
import { readNodeBytes, readNodeLeases } from '../../../../src/ops/kubernetes/nodes/read-node-leases.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { createFakeKubernetes, lease, nodeLeasesPath, nodesPath } from '../../../fakes/kubernetes.ts';
import { listsIn } from '../../../recordings/recordings.ts';

const clock = createFakeClock();
const ago = (now: Date, seconds: number) => new Date(now.getTime() - seconds * 1000);

it('counts kubelets, and names those that fell silent', async () => {
  const kubernetes = createFakeKubernetes(clock);
  kubernetes.has(nodeLeasesPath, (now) => [lease('a', 'a', ago(now, 5)), lease('b', 'b', ago(now, 41))]);
  expect(await readNodeLeases(kubernetes, 'prod-1')).toMatchObject({ count: 2, silent: ['b'] });
});

it('finds a heartbeat a fraction of a node, as a real API server has them', async () => {
  const kubernetes = createFakeKubernetes(clock);
  const real = (path: string) => () => listsIn('nodes', path)[0]?.items.map((item) => item as object) ?? [];
  kubernetes.has(nodeLeasesPath, real(nodeLeasesPath));
  kubernetes.has(nodesPath, real(nodesPath));
  const { leaseBytes = 0 } = await readNodeLeases(kubernetes, 'prod-1');
  expect(leaseBytes).toBeGreaterThan(100);
  expect(await readNodeBytes(kubernetes, 'prod-1')).toBeGreaterThan(4 * leaseBytes);
});

it('finds no heartbeats where kubelets write none', async () => {
  const kubernetes = createFakeKubernetes(clock);
  kubernetes.has(nodeLeasesPath, () => []);
  expect(await readNodeLeases(kubernetes, 'prod-1')).toEqual({ count: 0, silent: [], leaseBytes: undefined });
});
