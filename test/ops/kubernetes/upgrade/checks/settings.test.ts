import { describe, expect, it } from 'vitest';
import { changedBehaviour } from '../../../../../src/ops/kubernetes/upgrade/checks/changed-behaviour.ts';
import { configFiles } from '../../../../../src/ops/kubernetes/upgrade/checks/config-files.ts';
import { kubeletFlags } from '../../../../../src/ops/kubernetes/upgrade/checks/kubelet-flags.ts';
import { removedSettings } from '../../../../../src/ops/kubernetes/upgrade/checks/removed-settings.ts';
import { runtimeConfig } from '../../../../../src/ops/kubernetes/upgrade/checks/runtime-config.ts';
import { settingsRemoved } from '../../../../../src/ops/kubernetes/upgrade/facts/removed-settings.ts';
import type { Observed, Settings } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { found, gap, known, member, node, says, settings, well } from '../observed.ts';

const of = (component: Settings['component'], rest: Partial<Settings>) =>
  well({ settings: known([settings(component, { where: 'it', ...rest })]) });

describe('flags and gates that the target no longer knows', () => {
  it.each<[Settings['component'], Partial<Settings>, string, string, readonly string[]]>([
    ['kube-apiserver', { flags: { 'cloud-provider': '' } }, '1.32.4', '1.33', ['blocker']],
    ['kube-apiserver', { flags: { 'cloud-provider': '' } }, '1.31.4', '1.32', []],
    // The same flag is still known by others.
    ['kubelet', { flags: { 'cloud-provider': 'external' } }, '1.32.4', '1.33', []],
    ['kube-scheduler', { flags: { 'algorithm-provider': 'x' } }, '1.21.14', '1.22', ['blocker']],
    ['kubelet', { flags: { 'network-plugin-mtu': '1400' } }, '1.23.4', '1.24', ['blocker']],
    // A gate that all share stops whoever has it, and not kubeadm or etcd.
    ['kubelet', { featureGates: { TokenRequest: true } }, '1.20.15', '1.21', ['blocker']],
    ['kube-scheduler', { featureGates: { TokenRequest: false } }, '1.20.15', '1.21', ['blocker']],
    ['kube-apiserver', { featureGates: { VolumeSnapshotDataSource: true } }, '1.20.2', '1.21', []],
    ['kube-apiserver', { featureGates: { VolumeSnapshotDataSource: true } }, '1.21.14', '1.22', ['blocker']],
    // The table of gates is whole from 1.26 on: before that nobody knows of one that it does not name.
    ['kube-apiserver', { featureGates: { NoSuchGate: true } }, '1.24.17', '1.26', ['unknown']],
    ['kube-apiserver', { featureGates: { NoSuchGate: true } }, '1.25.16', '1.26', []],
    ['kubeadm', { featureGates: { TokenRequest: true } }, '1.20.15', '1.21', []],
    ['etcd', { featureGates: { TokenRequest: true } }, '1.20.15', '1.21', []],
    ['kubeadm', { featureGates: { EtcdLearnerMode: true } }, '1.32.4', '1.33', ['blocker']],
    [
      'kube-apiserver',
      { flags: { 'enable-admission-plugins': 'NodeRestriction,PodSecurityPolicy' } },
      '1.24.17',
      '1.25',
      ['blocker'],
    ],
    ['kube-apiserver', { flags: { 'enable-admission-plugins': 'NodeRestriction' } }, '1.24.17', '1.25', []],
    // Locked: only the other value stops it.
    ['kube-apiserver', { featureGates: { DeclarativeValidationTakeover: false } }, '1.36.2', '1.37', ['warning']],
    // A kubelet that is behind still has what went before.
    ['kubelet', { flags: { 'network-plugin-mtu': '1400' } }, '1.25.4', '1.26', ['blocker']],
    ['kube-apiserver', { flags: { 'audit-log-path': '/x' }, featureGates: { NoSuchGate: true } }, '1.33.4', '1.37', []],
  ])('%s %j from %s to %s', (component, rest, from, to, expected) => {
    expect(found(removedSettings, of(component, rest), from, to).map(({ severity }) => severity)).toEqual(expected);
  });

  it('finds every row of the table that can be set, in its own hop', () => {
    const rows = settingsRemoved(20, 37).filter(({ kind }) => kind === 'flag' || kind === 'featureGate');
    expect(rows.length).toBeGreaterThan(200);
    for (const row of rows) {
      const component = row.component === 'all' ? 'kubelet' : (row.component as Settings['component']);
      const set = row.kind === 'flag' ? { flags: { [row.name.slice(2)]: '' } } : { featureGates: { [row.name]: true } };
      const hop = { from: row.removedIn - 1, to: row.removedIn, isFirst: false };
      expect(removedSettings.check(of(component, set), hop).length, row.name).toBeGreaterThan(0);
    }
  });

  it('names in the next step what goes: the order of work says that alone', () => {
    const observed = of('kube-scheduler', { flags: { port: '0' }, featureGates: { RuntimeClass: true } });
    expect(found(removedSettings, observed, '1.23.17', '1.24').map(({ next }) => next)).toEqual([
      expect.stringMatching(/^Take RuntimeClass away before the hop\./),
      expect.stringMatching(/^Take --port away before the hop\. In its place: /),
    ]);
  });

  it('is unknown for each that could not be read', () => {
    const observed = well({ settings: known([settings('kubelet'), gap('the configz of w-2')]) });
    expect(says(removedSettings, observed, '1.31.4', '1.33')).toEqual(['unknown: the configz of w-2']);
    expect(says(removedSettings, well({ settings: gap('pods of kube-system') }))).toEqual([
      'unknown: pods of kube-system',
    ]);
  });
});

describe('--runtime-config', () => {
  it.each([
    ['batch/v2alpha1=true', '1.20.2', '1.21', ['blocker']],
    ['batch/v2alpha1=true', '1.20.2', '1.23', ['blocker']],
    // Off or on: it must be known.
    ['api/all=true,batch/v2alpha1=false', '1.20.2', '1.21', ['blocker']],
    ['resource.k8s.io/v1alpha2/resourceclaims=true', '1.30.4', '1.31', ['blocker']],
    // Only served no more: its types stay.
    ['policy/v1beta1=true', '1.24.17', '1.25', []],
    ['flowcontrol.apiserver.k8s.io/v1alpha1=true', '1.20.2', '1.21', []],
    ['flowcontrol.apiserver.k8s.io/v1alpha1=true', '1.28.4', '1.29', ['blocker']],
    // One of its kinds is still there.
    ['resource.k8s.io/v1alpha3=true', '1.33.4', '1.34', []],
    ['api/alpha=true', '1.33.4', '1.37', []],
  ])('%s from %s to %s', (value, from, to, expected) => {
    const observed = of('kube-apiserver', { flags: { 'runtime-config': value } });
    expect(found(runtimeConfig, observed, from, to).map(({ severity }) => severity)).toEqual(expected);
  });

  it('says which pair, and where', () => {
    const observed = of('kube-apiserver', { flags: { 'runtime-config': 'batch/v2alpha1=true' } });
    expect(found(runtimeConfig, observed, '1.20.2', '1.21')[0]).toMatchObject({
      subject: 'it',
      evidence:
        '--runtime-config has batch/v2alpha1=true, and API servers of 1.21 know no batch/v2alpha1: they exit at start.',
    });
  });
});

const policy = (apiVersion: string) =>
  known([{ name: 'policy.yaml', kinds: known([{ apiVersion, kind: 'Policy', name: '' }]) }]);

describe('files that components read at start', () => {
  it.each<[Settings['component'], Record<string, string>, Partial<Observed>, string, string, readonly string[]]>([
    [
      'kube-scheduler',
      { config: '/s.yaml' },
      {},
      '1.27.4',
      '1.28',
      ['unknown: /s.yaml, the KubeSchedulerConfiguration of it'],
    ],
    ['kube-scheduler', { config: '/s.yaml' }, {}, '1.29.4', '1.30', []],
    ['kube-scheduler', {}, {}, '1.27.4', '1.28', []],
    // kube-proxy's is another one.
    ['kube-proxy', { config: '/s.yaml' }, {}, '1.27.4', '1.28', []],
    [
      'kube-apiserver',
      { 'audit-policy-file': '/a.yaml' },
      {},
      '1.23.4',
      '1.24',
      ['unknown: /a.yaml, the Policy of it'],
    ],
    [
      'kube-apiserver',
      { 'audit-policy-file': '/a.yaml' },
      { manifests: policy('audit.k8s.io/v1') },
      '1.23.4',
      '1.24',
      [],
    ],
    [
      'kube-apiserver',
      { 'audit-policy-file': '/a.yaml' },
      { manifests: policy('other.example/v1') },
      '1.23.4',
      '1.24',
      ['unknown: /a.yaml, the Policy of it'],
    ],
  ])('%s %j %j from %s to %s', (component, flags, rest, from, to, expected) => {
    expect(says(configFiles, { ...of(component, { flags }), ...rest }, from, to)).toEqual(expected);
  });
});

describe('flags of kubelets', () => {
  it.each([
    ['v1.26.4', '1.26.4', '1.27', '--container-runtime; --master-service-namespace'],
    ['v1.36.2', '1.36.2', '1.37', '--application-metrics-count-limit'],
    // One that is behind may have what went before.
    ['v1.25.4', '1.27.4', '1.28', '--container-runtime'],
  ])('of %s are not seen from %s to %s, and it says which to look for', (kubelet, from, to, flags) => {
    const [finding] = found(kubeletFlags, well({ nodes: known([node('w-1', kubelet)]) }), from, to);
    expect(finding).toMatchObject({ severity: 'note', evidence: expect.stringContaining(flags) });
  });

  it('are not told of where none goes, or there is no node', () => {
    expect(says(kubeletFlags, well({ nodes: known([node('w-1', 'v1.27.4')]) }), '1.27.4', '1.28')).toEqual([]);
    expect(says(kubeletFlags, well({ nodes: known([]) }), '1.26.4', '1.27')).toEqual([]);
  });
});

const kubeadm = (apiVersion: string, imageRepository?: string) =>
  known({ apiVersion, kubernetesVersion: 'v1.33.4', imageRepository });

describe('behaviour that changes', () => {
  it.each<[string, Partial<Observed>, string, string, readonly string[]]>([
    [
      'docker',
      { nodes: known([node('w-1', 'v1.23.4', { runtime: 'docker://20.10' })]) },
      '1.23.4',
      '1.24',
      ['blocker: kubelet: w-1'],
    ],
    [
      'cgroup v1',
      { settings: known([settings('kubelet', { cgroup: 'v1' })]) },
      '1.34.4',
      '1.35',
      ['blocker: kubelet: kubelet on cp-1'],
    ],
    [
      'cgroup v1, allowed',
      { settings: known([settings('kubelet', { cgroup: 'v1', failCgroupV1: false })]) },
      '1.34.4',
      '1.35',
      [],
    ],
    [
      'cgroup not told',
      { settings: known([settings('kubelet')]) },
      '1.34.4',
      '1.35',
      ['unknown: the cgroup version of 1 node'],
    ],
    ['settings not seen', { settings: gap('settings') }, '1.34.4', '1.35', ['unknown: settings']],
    [
      'an old cloud provider',
      { settings: known([settings('kube-controller-manager', { flags: { 'cloud-provider': 'aws' } })]) },
      '1.31.4',
      '1.32',
      ['blocker: kube-controller-manager: kube-controller-manager on cp-1'],
    ],
    [
      'an external one',
      { settings: known([settings('kube-controller-manager', { flags: { 'cloud-provider': 'external' } })]) },
      '1.31.4',
      '1.32',
      [],
    ],
    [
      'a static pod with a secret',
      { settings: known([settings('kube-apiserver', { references: ['secret x'] })]) },
      '1.33.4',
      '1.34',
      ['blocker: kubelet: kube-apiserver on cp-1'],
    ],
    [
      'etcd 3.5 with kubeadm',
      { etcd: known([member('cp-1', '3.5.33')]) },
      '1.35.4',
      '1.36',
      ['blocker: kubeadm: cp-1'],
    ],
    [
      'etcd 3.5 without kubeadm',
      { etcd: known([member('cp-1', '3.5.33')]), kubeadm: known(undefined) },
      '1.35.4',
      '1.36',
      [],
    ],
    [
      'old kubeadm configuration',
      { kubeadm: kubeadm('kubeadm.k8s.io/v1beta3'), etcd: known([member('cp-1', '3.6.11')]) },
      '1.36.2',
      '1.37',
      ['blocker: kubeadm: kubeadm-config'],
    ],
    [
      'the old registry',
      { kubeadm: kubeadm('kubeadm.k8s.io/v1beta4', 'k8s.gcr.io') },
      '1.33.4',
      '1.34',
      ['blocker: registry: imageRepository of kubeadm-config'],
    ],
  ])('%s', (_, rest, from, to, expected) => {
    const said = says(changedBehaviour, well(rest), from, to).filter((one) => !one.startsWith('note'));
    expect(said).toEqual(expected);
  });

  it('tells as a note what nobody can look at, in its hop alone', () => {
    expect(says(changedBehaviour, well(), '1.23.4', '1.24')).toEqual(['note: kubeadm']);
    expect(says(changedBehaviour, well(), '1.24.4', '1.25')).toEqual([]);
  });
});
