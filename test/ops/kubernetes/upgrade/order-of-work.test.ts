import { describe, expect, it } from 'vitest';
import { answerUpgrade } from '../../../../src/ops/kubernetes/upgrade/answer-upgrade.ts';
import { etcdVersions } from '../../../../src/ops/kubernetes/upgrade/checks/etcd-versions.ts';
import type { Hop } from '../../../../src/ops/kubernetes/upgrade/hops.ts';
import { nodeBatches } from '../../../../src/ops/kubernetes/upgrade/node-batches.ts';
import { orderOfWork } from '../../../../src/ops/kubernetes/upgrade/order-of-work.ts';
import { gap, known, member, node, well } from './observed.ts';

const usual = { canary: 1, percent: 20 };
const hop: Hop = { from: 33, to: 34, isFirst: true };
const workers = (amount: number) =>
  Array.from({ length: amount }, (_, nth) => ({ name: `w-${nth + 1}`, isControlPlane: false }));

describe('batches of nodes', () => {
  it.each([
    [11, usual, [1, 2, 2, 2, 2, 2]],
    [5000, usual, [1, 1000, 1000, 1000, 1000, 999]],
    [1, usual, [1]],
    [3, usual, [1, 1, 1]],
    [0, usual, []],
    [10, { canary: 2, percent: 50 }, [2, 5, 3]],
    [4, { canary: 0, percent: 100 }, [4]],
    [2, { canary: 5, percent: 20 }, [2]],
  ])('of %i workers with %j are %j', (amount, batches, sizes) => {
    expect(nodeBatches(workers(amount), batches).map(({ nodes }) => nodes.length)).toEqual(sizes);
  });

  it('leave nobody out, take nobody twice, and count names as people do', () => {
    const nodes = [...workers(12), { name: 'cp-2', isControlPlane: true }, { name: 'cp-1', isControlPlane: true }];
    const order = nodeBatches(nodes, usual).flatMap((batch) => batch.nodes);
    expect(order).toEqual(['cp-1', 'cp-2', ...workers(12).map(({ name }) => name)]);
  });
});

describe('the order of work', () => {
  it('goes from etcd to kubelets, API servers one by one', () => {
    expect(orderOfWork(well(), hop, usual).map(({ name }) => name)).toEqual([
      'etcd to 3.6.5, one member at a time',
      'API server on cp-1 to 1.34',
      'API server on cp-2 to 1.34',
      'API server on cp-3 to 1.34',
      'Controllers and scheduler to 1.34',
      'Add-ons: CoreDNS 1.12.1 and kube-proxy',
      'Kubelet and kube-proxy to 1.34: control plane cp-1, 1 node',
      'Kubelet and kube-proxy to 1.34: control plane cp-2, 1 node',
      'Kubelet and kube-proxy to 1.34: control plane cp-3, 1 node',
      'Kubelet and kube-proxy to 1.34: canary, 1 node',
      'Kubelet and kube-proxy to 1.34: batch 1 of 1, 1 node',
    ]);
  });

  it.each([
    ['3.5.24', ['etcd to 3.5.32 or a later patch of 3.5, one member at a time', 'etcd to 3.6.5, one member at a time']],
    // A minor behind: through 3.5, never past it.
    ['3.4.23', ['etcd to 3.5.32 or a later patch of 3.5, one member at a time', 'etcd to 3.6.5, one member at a time']],
    ['3.5.32', ['etcd to 3.6.5, one member at a time']],
    ['3.6.5', []],
    ['3.6.9', []],
  ])('with etcd %s begins with %j', (version, steps) => {
    const work = orderOfWork(well({ etcd: known([member('cp-1', version)]) }), hop, usual);
    expect(work.map(({ name }) => name).filter((name) => name.startsWith('etcd'))).toEqual(steps);
  });

  it('takes etcd through every minor that the hop would skip, as the blocker says', () => {
    const observed = well({ etcd: known([member('cp-1', '3.4.23')]) });
    const way = { from: 36, to: 37, isFirst: true };
    const work = orderOfWork(observed, way, usual).map(({ name }) => name);
    expect(work.filter((name) => name.startsWith('etcd'))).toEqual([
      'etcd to 3.5.32 or a later patch of 3.5, one member at a time',
      'etcd to 3.6.11 or a later patch of 3.6, one member at a time',
      'etcd to 3.7.0, one member at a time',
    ]);
    expect(etcdVersions.check(observed, way)).toContainEqual(
      expect.objectContaining({
        severity: 'blocker',
        subject: 'etcd 3.4.23 (needs 3.6.11)',
        next: 'Raise etcd before the hop, every member healthy: to 3.5.32 or a later patch of 3.5; then to 3.6.11 or a later patch of 3.6.',
      }),
    );
  });

  it('begins with what blocks the hop, what asks for the same once', () => {
    const observed = well({
      nodes: known([node('w-1', 'v1.29.2', { kubeProxy: undefined })]),
      disruptionBudgets: known(
        ['shop/web', 'shop/db'].map((name) => ({
          ...{ name, isCounted: true, disruptionsAllowed: 0, expectedPods: 3, currentHealthy: 3, desiredHealthy: 3 },
        })),
      ),
      etcd: known([member('cp-1', '3.5.24')]),
    });
    const work = answerUpgrade(observed, { said: '1.33.4', target: '1.34', batches: usual }).work[0] ?? [];
    expect(work.slice(0, 4).map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      'Before anything goes up: kubelet 1.29 on w-1: Raise it to 1.31 or 1.32 or 1.33 before 1.33 → 1.34',
      'Before anything goes up: shop/web; shop/db: Add a replica, or let the budget allow one, before nodes are drained',
      expect.stringContaining('etcd to 3.5.32 or a later patch of 3.5'),
      expect.stringContaining('etcd to 3.6.5'),
    ]);
  });

  it.each([
    ['v1.24.17', { from: 25, to: 26, isFirst: true }, 'a kubelet of 1.24 may stay with API servers up to 1.26'],
    ['v1.25.16', { from: 25, to: 26, isFirst: true }, 'a kubelet of 1.25 may stay with API servers up to 1.28'],
    // Once the order of work was kept.
    ['v1.24.17', { from: 27, to: 28, isFirst: false }, 'a kubelet of 1.27 may stay with API servers up to 1.30'],
  ])('says how long a kubelet of %s may wait in %j', (kubelet, its, room) => {
    const work = orderOfWork(well({ nodes: known([node('w-1', kubelet)]) }), its, usual);
    expect(work.at(-1)?.detail).toContain(room);
    expect(JSON.stringify(work)).not.toContain('n-3');
  });

  it('names the command where kubeadm made the cluster, and the release', () => {
    const commands = (rest: object) => {
      const [work = []] = answerUpgrade(well(rest), { said: '1.33.4', target: '1.34.2', batches: usual }).work;
      return work.map(({ detail }) => /with kubeadm.*?(?=;|$)/.exec(detail)?.[0]);
    };
    const node = 'with kubeadm 1.34.2: kubeadm upgrade node';
    expect(commands({})).toEqual([
      // etcd goes up with the API servers.
      ...[undefined, 'with kubeadm 1.34.2: kubeadm upgrade apply v1.34.2', node, node],
      // Controllers and scheduler, add-ons, kubelets of the control plane; then workers.
      ...[undefined, undefined, undefined, undefined, undefined, node, node],
    ]);
    expect(commands({ kubeadm: known(undefined) }).filter((one) => one !== undefined)).toEqual([]);
  });

  it('says of each batch what its drains meet', () => {
    const observed = well({
      nodes: known(['cp-1', 'w-1', 'w-2'].map((name) => node(name, 'v1.33.4'))),
      barePods: known([{ name: 'shop/debug', node: 'w-2' }]),
      disruptionBudgets: known([
        {
          name: 'shop/web',
          isCounted: true,
          disruptionsAllowed: 0,
          expectedPods: 3,
          currentHealthy: 3,
          desiredHealthy: 3,
        },
      ]),
      singleReplicas: gap('workloads'),
    });
    const drains = orderOfWork(observed, hop, usual).flatMap((step) => (step.drains ? [step.drains] : []));
    const everywhere = ['1 budget in the cluster that allows no pod to go: shop/web.', 'workloads: not seen.'];
    // What may be anywhere stands once, with the first workers.
    expect(drains).toEqual([[], everywhere, ['1 pod that nothing makes anew: shop/debug.']]);
  });

  it('keeps its shape where nobody could see who is there', () => {
    const blind = well({ etcd: gap('etcd'), apiServers: gap('API servers'), nodes: gap('nodes') });
    expect(orderOfWork(blind, hop, usual).map(({ name }) => name)).toEqual([
      'etcd, where its version is below what the target brings',
      'API servers to 1.34',
      'Controllers and scheduler to 1.34',
      'Add-ons: CoreDNS 1.12.1 and kube-proxy',
      'Kubelets, in batches',
    ]);
  });
});
