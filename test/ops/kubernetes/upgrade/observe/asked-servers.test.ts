import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/chatops/errors.ts';
import { readApiServers, readCallsOfAll } from '../../../../../src/ops/kubernetes/upgrade/observe/asked-servers.ts';
import { createFakeKubernetes, lease, leasesPath } from '../../../../fakes/kubernetes.ts';
import { now } from '../observed.ts';
import { podsPath } from '../recorded-cluster.ts';

const forbidden = new Fault('The API server of prod-1 refuses.', {
  ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_FORBIDDEN', retryable: false },
});
const pod = (nodeName: string, address?: string) => ({
  metadata: {
    ...{ name: `kube-apiserver-${nodeName}`, labels: { component: 'kube-apiserver' } },
    annotations: address ? { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': address } : {},
  },
  spec: { nodeName, containers: [{ name: 'kube-apiserver' }] },
});
const identity = (host: string, address?: string, secondsAgo = 3) => ({
  ...lease(`apiserver-${host}`, 'uid', new Date(now.getTime() - secondsAgo * 1000)),
  metadata: {
    name: `apiserver-${host}`,
    labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': host },
    annotations: address ? { 'kubernetes.io/peer-advertise-address': address } : {},
  },
});

/** Which API servers are asked where ('main': where the kubeconfig leads), and which are gaps. */
async function asked(pods: readonly object[] | Fault, leases: readonly object[] | Fault) {
  const fake = createFakeKubernetes({ now: () => now });
  for (const [path, found] of [
    [podsPath, pods],
    [leasesPath, leases],
  ] as const) {
    if (found instanceof Fault) fake.fails(path, found);
    else fake.has(path, () => found);
  }
  const at: string[] = [];
  const text = async (_cluster: string, path: string, { address = 'main' }: { address?: string | undefined } = {}) => {
    at.push(`${address}${path}`);
    if (address.startsWith('away')) throw forbidden;
    return 'apiserver_request_total{code="200"} 1\n';
  };
  const looking = { kubernetes: { ...fake, text }, cluster: 'prod-1', options: {} };
  const found = await readCallsOfAll(looking, await readApiServers(looking));
  if ('gap' in found) return { at, gap: found.gap.what };
  return { at, gaps: found.known.flatMap(({ server, calls }) => ('gap' in calls ? [server] : [])) };
}

describe('the metrics of API servers are asked for', () => {
  it.each([
    [
      'at the addresses that kubeadm tells',
      [pod('a', '10.0.0.1:6443'), pod('b', '10.0.0.2:6443')],
      [],
      ['10.0.0.1:6443', '10.0.0.2:6443'],
      [],
    ],
    [
      'at those of their Leases',
      [pod('a'), pod('b')],
      [identity('a', '10.0.0.1:6443'), identity('b', '10.0.0.2:6443')],
      ['10.0.0.1:6443', '10.0.0.2:6443'],
      [],
    ],
    [
      'at those of Leases alone, where they are no pods',
      [],
      [identity('a', 'a.example:6443'), identity('b', 'b.example:6443')],
      ['a.example:6443', 'b.example:6443'],
      [],
    ],
    ['of the only one where the kubeconfig leads to', [pod('a')], [identity('a')], ['main'], []],
    ['of the only one alive too', [], [identity('a'), identity('b', undefined, 600)], ['main'], []],
    [
      'of one whose address nobody tells not at all: a gap',
      [pod('a', '10.0.0.1:6443'), pod('b')],
      [],
      ['10.0.0.1:6443'],
      ['b'],
    ],
    ['of what nobody names as a gap', [], [], ['main'], ['any other host']],
    [
      'where the kubeconfig leads to, where none answers at its own',
      [pod('a', 'away.1:6443'), pod('b', 'away.2:6443')],
      [],
      ['away.1:6443', 'away.2:6443', 'main'],
      ['a', 'b'],
    ],
    [
      'of pods alone as less than all, where more are alive',
      [pod('a', '10.0.0.1:6443')],
      [identity('a', '10.0.0.1:6443'), identity('b'), identity('gone', undefined, 600)],
      ['10.0.0.1:6443'],
      ['1 host more, where it is no pod'],
    ],
    [
      'of some not, where others answer',
      [pod('a', 'away.1:6443'), pod('b', '10.0.0.2:6443')],
      [],
      ['away.1:6443', '10.0.0.2:6443'],
      ['a'],
    ],
    [
      'by pods where Leases may not be read',
      [pod('a', '10.0.0.1:6443'), pod('b', '10.0.0.2:6443')],
      forbidden,
      ['10.0.0.1:6443', '10.0.0.2:6443'],
      [],
    ],
    [
      'never at what is no address',
      [pod('a', 'evil.example/x?:1'), pod('b', '10.0.0.2:6443')],
      [],
      ['10.0.0.2:6443'],
      ['a'],
    ],
  ])('%s', async (_, pods, leases, at, gaps) => {
    expect(await asked(pods, leases)).toEqual({ at: at.map((address) => `${address}/metrics`), gaps });
  });

  it('of none where neither may be read', async () => {
    expect(await asked(forbidden, forbidden)).toEqual({ at: [], gap: 'which API servers there are' });
  });
});
