import { expect, it } from 'vitest';
import { readHeartbeats, readNodes } from '../../../../src/ops/kubernetes/nodes/read-nodes.ts';
import type { Kubernetes } from '../../../../src/ports/kubernetes.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { createFakeKubernetes, nodesPath } from '../../../fakes/kubernetes.ts';
import { listsIn, recorded } from '../../../recordings/recordings.ts';

/** Lists are as a real API server told them, one object a page. */
const real: Kubernetes = {
  ...createFakeKubernetes(createFakeClock()),
  async *list(_cluster, { path }) {
    for (const { items, at } of listsIn('nodes', path)) for (const item of items) yield { items: [item], at };
  },
};
const names = ['cp-1', 'cp-2', 'cp-3', 'worker-1', 'worker-2'];

it('nodes of a real API server are read from all pages, with when their kubelets wrote that they are ready', async () => {
  const nodes = await readNodes(real, 'prod-1');
  expect(nodes.map(({ name, isReady }) => [name, isReady])).toEqual(names.map((name) => [name, true]));
  for (const { heartbeatAt } of nodes) expect(heartbeatAt?.getUTCFullYear()).toBe(2026);
});

it('kubelets renew their Leases every ten seconds, by the API server’s clock', async () => {
  const { byNode, at } = await readHeartbeats(real, 'prod-1');
  expect([...byNode.keys()]).toEqual(names);
  for (const time of byNode.values()) expect(at.getTime() - time.getTime()).toBeLessThan(15_000);
});

it('a node is not ready once its kubelet has fallen silent, and ready again when it is back', async () => {
  const told = recorded('node-failure').filter(({ request }) => request.path === '/api/v1/nodes/worker-2');
  const kubernetes = createFakeKubernetes(createFakeClock());
  const isReady = async (node: unknown) => {
    kubernetes.has(nodesPath, () => [Object(node)]);
    return (await readNodes(kubernetes, 'prod-1')).map((one) => one.isReady);
  };
  expect(told.map(({ note }) => note)).toEqual(['Ready=Unknown', 'recovered']);
  expect(await isReady(told[0]?.response.body)).toEqual([false]);
  expect(await isReady(told[1]?.response.body)).toEqual([true]);
});

it('a node that has just registered has no conditions, and is not ready', async () => {
  const kubernetes = createFakeKubernetes(createFakeClock());
  kubernetes.has(nodesPath, () => [{ metadata: { name: 'worker-9' } }]);
  expect(await readNodes(kubernetes, 'prod-1')).toEqual([{ name: 'worker-9', isReady: false, heartbeatAt: undefined }]);
});
