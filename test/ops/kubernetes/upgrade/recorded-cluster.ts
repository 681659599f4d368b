import { expect } from 'vitest';
import type { Clock } from '../../../../src/ports/clock.ts';
import { createFakeKubernetes, type FakeKubernetes, nodesPath } from '../../../fakes/kubernetes.ts';
import { listsIn, recorded } from '../../../recordings/recordings.ts';

export const podsPath = '/api/v1/namespaces/kube-system/pods';

/** The cluster of the recordings: kube-apiserver v1.36.2, with obstacles put in its way. */
export function recordedCluster(clock: Clock): FakeKubernetes {
  const kubernetes = createFakeKubernetes(clock);
  const obstacles = [
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    '/apis/apiregistration.k8s.io/v1/apiservices',
    '/api/v1/secrets',
  ];
  for (const path of obstacles) serves(kubernetes, path, listsIn('upgrade-obstacles', path)[0]?.items);
  const budgets = listsIn('upgrade-obstacles', '/apis/policy/v1/namespaces/shop/poddisruptionbudgets')[0]?.items;
  serves(kubernetes, '/apis/policy/v1/poddisruptionbudgets', budgets);
  const [controlPlane, addOns] = listsIn('pods', podsPath);
  serves(kubernetes, podsPath, [...(controlPlane?.items ?? []), ...(addOns?.items ?? [])]);
  const configz = recorded('nodes').find(({ request }) => request.path.endsWith('/proxy/configz'))?.response.body;
  for (const name of ['cp-1', 'cp-2', 'cp-3', 'worker-1', 'worker-2']) {
    kubernetes.holds(`/api/v1/nodes/${name}/proxy/configz`, configz ?? { kubeletconfig: { failCgroupV1: true } });
    kubernetes.holds(`/api/v1/nodes/${name}/proxy/metrics`, 'kubelet_cgroup_version 2\n');
  }
  serves(kubernetes, nodesPath, listsIn('nodes', nodesPath)[0]?.items);
  return kubernetes;
}
const serves = (kubernetes: FakeKubernetes, path: string, items: readonly unknown[] | undefined) => {
  expect(items, path).toBeDefined();
  kubernetes.has(path, () => items as readonly object[]);
};
