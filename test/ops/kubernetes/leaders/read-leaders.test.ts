import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { apiServerOf } from '../../../../src/ops/kubernetes/leaders/identities.ts';
import { readLeaders } from '../../../../src/ops/kubernetes/leaders/read-leaders.ts';
import { leadersPath } from '../../../../src/ops/kubernetes/paths.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { createFakeKubernetes, type FakeKubernetes, lease } from '../../../fakes/kubernetes.ts';
import { listsIn } from '../../../recordings/recordings.ts';

const configMaps = '/api/v1/namespaces/kube-system/configmaps';
const candidatesOf = (version: string) => `/apis/coordination.k8s.io/${version}/namespaces/kube-system/leasecandidates`;
const fault = (code: string) => new Fault('no', { port: 'kubernetes', operation: 'read', code, retryable: false });

let kubernetes: FakeKubernetes;
beforeEach(() => {
  kubernetes = createFakeKubernetes(createFakeClock());
});

const read = (minor = 36) => readLeaders(kubernetes, 'prod-1', minor);
const states = async () => (await read()).leaderships?.map(({ component, state }) => `${component} ${state}`);

describe('who leads', () => {
  it('is told of every component there must be, and of others where they are', async () => {
    expect(await states()).toEqual(['kube-scheduler leading', 'kube-controller-manager leading']);
    kubernetes.has(leadersPath, (now) => [lease('cloud-controller-manager', 'cp-1_a', now)]);
    expect(await states()).toEqual([
      'kube-scheduler absent',
      'kube-controller-manager absent',
      'cloud-controller-manager leading',
    ]);
  });

  it('is told as far as rights go, and what is missing is named', async () => {
    kubernetes.fails(configMaps, fault('KUBERNETES_FORBIDDEN'));
    const { leaderships, gaps } = await read();
    expect(leaderships).toHaveLength(2);
    expect(gaps.map(({ what }) => what)).toEqual(['who leads by the annotation on a ConfigMap']);
  });

  it('is not known where Leases cannot be read: that nothing was found says nothing', async () => {
    kubernetes.fails(leadersPath, fault('KUBERNETES_FORBIDDEN'));
    expect(await read()).not.toHaveProperty('leaderships');
  });

  it('is not hidden by an annotation that somebody broke', async () => {
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': '{' };
    kubernetes.has(configMaps, () => [{ metadata: { name: 'kube-scheduler', annotations } }]);
    expect(await states()).toEqual(['kube-scheduler leading', 'kube-controller-manager leading']);
  });
});

describe('API servers', () => {
  it('are counted by the Leases that a real one keeps', async () => {
    const [list] = listsIn('leaders-lease', leadersPath);
    const clock = createFakeClock(list?.at);
    kubernetes = createFakeKubernetes(clock);
    kubernetes.has(leadersPath, () => list?.items.map((item) => item as object) ?? []);
    expect((await read()).apiServers).toMatchObject([
      { host: 'cp-1', address: '10.0.0.11:6443', isAlive: true },
      { host: 'cp-2', address: '10.0.0.12:6443', isAlive: true },
    ]);
    clock.advance(60_000);
    expect((await read()).apiServers?.map(({ isAlive }) => isAlive)).toEqual([false, false]);
  });
});

it.each([
  ['10.0.0.11:6443', true],
  ['[fd00::11]:6443', true],
  ['cp-1.example:6443', true],
  ['user@10.0.0.99:6443', false],
  ['10.0.0.99/x:6443', false],
  ['10.0.0.99', false],
])('an API server that tells its address as %s is believed: %j', (address, isBelieved) => {
  const metadata = { name: 'apiserver-x', annotations: { 'kubernetes.io/peer-advertise-address': address } };
  expect(apiServerOf({ metadata }, new Date()).address).toBe(isBelieved ? address : undefined);
});

describe('where the API server elects', () => {
  it('candidates are read from the API that has them', async () => {
    kubernetes.has(leadersPath, (now) => {
      const own = lease('kube-scheduler', 'cp-1_a', now);
      return [{ ...own, spec: { ...own.spec, strategy: 'OldestEmulationVersion' } }];
    });
    kubernetes.fails(candidatesOf('v1beta1'), fault('KUBERNETES_ABSENT'));
    kubernetes.has(candidatesOf('v1alpha2'), () => [
      { metadata: { name: 'cp-1_a' }, spec: { leaseName: 'kube-scheduler', emulationVersion: '1.31' } },
    ]);
    const { candidates, gaps } = await read(32);
    expect(candidates).toEqual([
      { name: 'cp-1_a', lease: 'kube-scheduler', emulationVersion: '1.31', binaryVersion: undefined },
    ]);
    expect(gaps).toEqual([]);
  });

  it('a right to read candidates that is missing is a gap', async () => {
    kubernetes.has(leadersPath, (now) => {
      const own = lease('kube-scheduler', 'cp-1_a', now);
      return [{ ...own, spec: { ...own.spec, strategy: 'OldestEmulationVersion' } }];
    });
    kubernetes.fails(candidatesOf('v1beta1'), fault('KUBERNETES_FORBIDDEN'));
    expect((await read(33)).gaps.map(({ what }) => what)).toEqual(['who may lead next']);
  });
});
