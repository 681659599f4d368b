import { describe, expect, it } from 'vitest';
import { apiServerVersions } from '../../../../../src/ops/kubernetes/upgrade/checks/api-server-versions.ts';
import { componentVersions } from '../../../../../src/ops/kubernetes/upgrade/checks/component-versions.ts';
import { proxyBesideKubelet } from '../../../../../src/ops/kubernetes/upgrade/checks/proxy-beside-kubelet.ts';
import { tools } from '../../../../../src/ops/kubernetes/upgrade/checks/tools.ts';
import type { Observed } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { found, gap, instance, known, node, says, well } from '../observed.ts';

const apiServers = (...versions: readonly string[]) =>
  known(versions.map((version, nth) => instance(`cp-${nth + 1}`, version)));
const kubeadm = (kubernetesVersion: string) =>
  known({ apiVersion: 'kubeadm.k8s.io/v1beta4', kubernetesVersion, imageRepository: undefined });

describe('versions of API servers', () => {
  it.each<[string, Partial<Observed>, string, string, readonly string[]]>([
    ['all at the start', {}, '1.33.4', '1.34', []],
    ['one behind', { apiServers: apiServers('v1.33.4', 'v1.32.9') }, '1.32.9', '1.33', ['warning: API servers']],
    [
      'two apart',
      { apiServers: apiServers('v1.33.4', 'v1.31.9'), kubeadm: kubeadm('v1.31.9') },
      '1.31.9',
      '1.32',
      ['blocker: kube-apiserver on cp-1', 'blocker: API servers'],
    ],
    [
      'one below the start',
      { apiServers: apiServers('v1.33.4', 'v1.32.9') },
      '1.33.4',
      '1.34',
      ['blocker: kube-apiserver on cp-2', 'warning: API servers'],
    ],
    [
      'emulates an older minor',
      { apiServers: known([instance('cp-1', 'v1.33.4', '1.32')]) },
      '1.33.4',
      '1.34',
      ['blocker: kube-apiserver on cp-1'],
    ],
    ['emulates its own', { apiServers: known([instance('cp-1', 'v1.33.4', '1.33')]) }, '1.33.4', '1.34', []],
    [
      'one not seen',
      { apiServers: known([instance('cp-1', 'v1.33.4'), { name: 'cp-2', version: gap('the version of cp-2') }]) },
      '1.33.4',
      '1.34',
      ['unknown: the version of cp-2'],
    ],
    [
      'one that says nonsense',
      { apiServers: apiServers('dirty') },
      '1.33.4',
      '1.34',
      ['unknown: which version kube-apiserver on cp-1 is'],
    ],
    ['none seen', { apiServers: gap('API servers') }, '1.33.4', '1.34', ['unknown: API servers']],
    ['kubeadm elsewhere', { kubeadm: kubeadm('v1.32.0') }, '1.33.4', '1.34', ['warning: kubeadm-config']],
    ['kubeadm not seen', { kubeadm: gap('kubeadm-config') }, '1.33.4', '1.34', ['unknown: kubeadm-config']],
    ['no kubeadm', { kubeadm: known(undefined) }, '1.33.4', '1.34', []],
  ])('%s', (_, rest, from, to, expected) => {
    const itself = 'kubeadm' in rest ? {} : { kubeadm: kubeadm(`v${from}`) };
    expect(says(apiServerVersions, well({ ...rest, ...itself }), from, to)).toEqual(expected);
  });
});

const nodes = (kubelet: string, kubeProxy = kubelet) => known([node('w-1', kubelet, { kubeProxy })]);

describe('skew of kubelets', () => {
  it.each([
    // Narrowed by the API server of the newer minor while both run: 1.31 may stay with 1.34, and 1.30 may not.
    ['v1.31.0', '1.33.4', '1.34', ['note: kubelet 1.31 on w-1']],
    ['v1.30.9', '1.33.4', '1.34', ['blocker: kubelet 1.30 on w-1']],
    ['v1.33.4', '1.33.4', '1.34', []],
    // And by the older: a kubelet of the target before its API servers are.
    ['v1.34.0', '1.33.4', '1.34', ['blocker: kubelet 1.34 on w-1']],
    // Below 1.25 two minors are allowed, from it on three.
    ['v1.24.17', '1.25.3', '1.26', ['note: kubelet 1.24 on w-1']],
    ['v1.24.17', '1.26.3', '1.27', ['blocker: kubelet 1.24 on w-1']],
    ['v1.25.16', '1.27.3', '1.28', ['note: kubelet 1.25 on w-1']],
    ['v1.25.16', '1.28.3', '1.29', ['blocker: kubelet 1.25 on w-1']],
    // Over several hops the order of work raises it with each: a later one finds it where it begins.
    ['v1.30.9', '1.31.4', '1.36', []],
    ['v1.30.9', '1.32.4', '1.36', ['note: kubelet 1.30 on w-1']],
    ['built by hand', '1.33.4', '1.34', ['unknown: which version kubelet on w-1 is']],
    ['v1.30.9', '1.33.4', '1.33.9', []],
  ])('%s in an upgrade from %s to %s', (kubelet, from, to, expected) => {
    const observed = well({
      apiServers: apiServers(`v${from}`),
      nodes: known([node('w-1', kubelet, { kubeProxy: undefined })]),
    });
    const same = { controllerManagers: known([]), schedulers: known([]) };
    expect(says(componentVersions, { ...observed, ...same }, from, to)).toEqual(expected);
  });

  it('counts nodes by minor, and keeps all their names for the files', () => {
    const many = Array.from({ length: 4000 }, (_, nth) => node(`w-${nth}`, 'v1.30.1', { kubeProxy: undefined }));
    const findings = found(componentVersions, well({ nodes: known(many) }));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'blocker', subject: 'kubelet 1.30 on 4 000 nodes' });
    expect(findings[0]?.all).toHaveLength(4000);
    expect(findings[0]?.source?.length).toBeGreaterThan(0);
  });
});

describe('skew of the control plane', () => {
  it.each<[string, Partial<Observed>, readonly string[]]>([
    ['kube-proxy four behind', { nodes: nodes('v1.33.4', 'v1.30.0') }, ['blocker: kube-proxy 1.30 on w-1']],
    ['no kube-proxy', { nodes: known([node('w-1', 'v1.33.4', { kubeProxy: undefined })]) }, []],
    // One behind the target, which is where it starts, is all that is allowed.
    [
      'a controller manager one behind',
      { controllerManagers: known([instance('cp-1', 'v1.32.9')]) },
      ['blocker: kube-controller-manager 1.32 on cp-1'],
    ],
    [
      'a scheduler ahead',
      { schedulers: known([instance('cp-1', 'v1.34.0')]) },
      ['blocker: kube-scheduler 1.34 on cp-1'],
    ],
    [
      'a cloud controller manager behind',
      { cloudControllerManagers: known([instance('cp-2', 'v1.31.0')]) },
      ['blocker: cloud-controller-manager 1.31 on cp-2'],
    ],
    ['a scheduler not seen', { schedulers: gap('schedulers') }, ['unknown: schedulers']],
    ['nodes not seen', { nodes: gap('nodes') }, ['unknown: nodes', 'unknown: nodes']],
    [
      'an API server left behind narrows it for all',
      { apiServers: apiServers('v1.33.4', 'v1.32.9') },
      [
        'blocker: kube-controller-manager 1.33 on cp-1, cp-2, cp-3',
        'blocker: kube-scheduler 1.33 on cp-1, cp-2, cp-3',
        'blocker: kubelet 1.33 on 5 nodes',
        'blocker: kube-proxy 1.33 on 5 nodes',
      ],
    ],
  ])('%s', (_, rest, expected) => {
    expect(says(componentVersions, well(rest))).toEqual(expected);
  });

  it('takes a later hop to begin with what the one before has raised', () => {
    expect(says(componentVersions, well(), '1.33.4', '1.37')).toEqual([]);
  });

  it.each([
    ['v1.20.2', '1.24.17', '1.25', 'Raise it to 1.23 or 1.24 before 1.24 → 1.25.'],
    ['v1.29.2', '1.33.4', '1.34', 'Raise it to 1.31 or 1.32 or 1.33 before 1.33 → 1.34.'],
  ])('says to which a kubelet %s is raised from %s to %s', (kubelet, from, to, next) => {
    const observed = well({ apiServers: apiServers(`v${from}`), nodes: nodes(kubelet) });
    expect(found(componentVersions, observed, from, to).map((one) => one.next)).toContain(next);
  });
});

describe('kube-proxy beside its kubelet', () => {
  it.each([
    ['v1.33.4', 'v1.30.0', []],
    ['v1.33.4', 'v1.29.0', ['blocker: kube-proxy on w-1']],
    ['v1.29.0', 'v1.33.4', ['blocker: kube-proxy on w-1']],
    ['v1.26.0', 'v1.24.0', []],
    ['v1.27.0', 'v1.24.0', ['blocker: kube-proxy on w-1']],
  ])('kubelet %s and kube-proxy %s', (kubelet, proxy, expected) => {
    expect(says(proxyBesideKubelet, well({ nodes: nodes(kubelet, proxy) }))).toEqual(expected);
  });

  it('is unknown where nodes are', () => {
    expect(says(proxyBesideKubelet, well({ nodes: gap('nodes') }))).toEqual(['unknown: nodes']);
  });
});

describe('tools', () => {
  it.each([
    ['1.33.4', '1.34', ['1.33 and 1.34']],
    ['1.31.4', '1.33', ['1.31 and 1.32', '1.32 and 1.33']],
    ['1.33.4', '1.33.9', []],
  ])('kubectl from %s to %s', (from, to, leaves) => {
    const said = found(tools, well({ kubeadm: known(undefined) }), from, to);
    expect(said.map(({ evidence }) => /leaves (.*)\./.exec(evidence)?.[1])).toEqual(leaves);
  });

  it('names the kubeadm of the hop where there is one', () => {
    expect(says(tools, well())).toEqual(['note: kubectl', 'note: kubeadm']);
  });
});
