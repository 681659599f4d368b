import { describe, expect, it } from 'vitest';
import { calledApis } from '../../../../../src/ops/kubernetes/upgrade/checks/called-apis.ts';
import { helmReleases } from '../../../../../src/ops/kubernetes/upgrade/checks/helm-releases.ts';
import { manifests } from '../../../../../src/ops/kubernetes/upgrade/checks/manifests.ts';
import { storedApis } from '../../../../../src/ops/kubernetes/upgrade/checks/stored-apis.ts';
import { storedInEtcd } from '../../../../../src/ops/kubernetes/upgrade/checks/stored-in-etcd.ts';
import type { DeprecatedCall, StoredUse } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { found, gap, known, now, says, well } from '../observed.ts';

const call = (api: string, rest: Partial<DeprecatedCall> = {}): DeprecatedCall => {
  const [group = '', version = '', resource = '', subresource = ''] = api.split('/');
  return {
    group,
    version,
    resource,
    subresource,
    removedRelease: undefined,
    requests: undefined,
    by: undefined,
    ...rest,
  };
};
const called = (...calls: readonly DeprecatedCall[]) =>
  well({ deprecatedCalls: known([{ server: 'cp-1', calls: known(calls) }]) });

describe('APIs that are still called', () => {
  it.each([
    ['extensions/v1beta1/ingresses', '1.21.14', '1.22', ['blocker: extensions/v1beta1 ingresses']],
    ['policy/v1beta1/poddisruptionbudgets', '1.24.17', '1.25', ['blocker: policy/v1beta1 poddisruptionbudgets']],
    ['policy/v1beta1/pods/eviction', '1.24.17', '1.25', ['blocker: policy/v1beta1 pods/eviction']],
    [
      'flowcontrol.apiserver.k8s.io/v1beta3/flowschemas',
      '1.31.4',
      '1.32',
      ['blocker: flowcontrol.apiserver.k8s.io/v1beta3 flowschemas'],
    ],
    ['flowcontrol.apiserver.k8s.io/v1beta3/flowschemas', '1.30.4', '1.31', []],
    // Where the scanner pluto is three minors late.
    [
      'flowcontrol.apiserver.k8s.io/v1beta1/flowschemas',
      '1.25.4',
      '1.26',
      ['blocker: flowcontrol.apiserver.k8s.io/v1beta1 flowschemas'],
    ],
    ['flowcontrol.apiserver.k8s.io/v1beta1/flowschemas', '1.28.4', '1.29', []],
    // Where it is two minors early.
    ['resource.k8s.io/v1beta1/deviceclasses', '1.35.4', '1.36', []],
    ['rbac.authorization.k8s.io/v1alpha1/roles', '1.21.14', '1.22', []],
    [
      'rbac.authorization.k8s.io/v1alpha1/roles',
      '1.22.17',
      '1.23',
      ['blocker: rbac.authorization.k8s.io/v1alpha1 roles'],
    ],
    // In whichever hop of several.
    ['networking.k8s.io/v1beta1/servicecidrs', '1.34.1', '1.37', ['blocker: networking.k8s.io/v1beta1 servicecidrs']],
    // Deprecated, and stays.
    ['/v1/endpoints', '1.36.2', '1.37', []],
    ['/v1/componentstatuses', '1.36.2', '1.37', []],
    ['batch/v1/jobs', '1.36.2', '1.37', []],
  ])('%s from %s to %s', (api, from, to, expected) => {
    expect(says(calledApis, called(call(api)), from, to)).toEqual(expected);
  });

  it('trusts the API server for what the table does not know', () => {
    const observed = called(call('example.k8s.io/v1beta1/things', { removedRelease: '1.34' }));
    expect(says(calledApis, observed)).toEqual(['blocker: example.k8s.io/v1beta1 things']);
  });

  it('trusts the table where Kubernetes removed it earlier than it said', () => {
    const observed = called(call('certificates.k8s.io/v1alpha1/podcertificaterequests', { removedRelease: '1.40' }));
    const [finding] = found(calledApis, observed, '1.34.1', '1.35');
    expect(finding?.severity).toBe('blocker');
    expect(finding?.evidence).toContain('The API server itself still says 1.40.');
  });

  const budgets = 'policy/v1beta1/poddisruptionbudgets';
  const by = (...callers: readonly (readonly [user: string, agent: string, requests: number])[]) =>
    known(callers.map(([user, agent, requests]) => ({ user, agent, requests })));

  it('counts over API servers and says by whom', () => {
    const operator = 'system:serviceaccount:shop:operator';
    const one = call(budgets, { requests: 1200, by: by(['alice', 'kubectl', 2], [operator, 'operator', 30]) });
    const observed = well({
      deprecatedCalls: known(['cp-2', 'cp-1'].map((server) => ({ server, calls: known([one]) }))),
    });
    const [finding] = found(calledApis, observed, '1.24.17', '1.25');
    expect(finding?.evidence).toBe(
      `policy/v1beta1 PodDisruptionBudget is removed in 1.25. It was called 2 400 times on cp-1 and cp-2 since it started: by ${operator} (operator), 60 times; alice (kubectl), 4 times, says the audit log.`,
    );
    expect(finding?.next).toContain('Use policy/v1 PodDisruptionBudget, served since 1.21');
    expect(finding?.next).toContain('There may be others');
    expect(finding?.source?.length).toBeGreaterThan(0);
  });

  it.each([
    ['where to look, when nobody did', undefined, 'Who called stands in the audit log'],
    ['what would make it known', gap('the audit log'), 'the right to read the audit log'],
    ['that a log proves nothing by its silence', known([]), 'The end of the audit log names nobody: look further back'],
  ])('says %s', (_, who, says) => {
    const [finding] = found(calledApis, called(call(budgets, { by: who })), '1.24.17', '1.25');
    expect(finding?.severity).toBe('blocker');
    expect(finding?.next).toContain(says);
    expect(finding?.next).toContain('until the API server restarts');
  });

  it.each([
    ['what the API server calls itself', by(['system:apiserver', 'kube-apiserver', 12]), 'note'],
    ['of it alone what its log names', by(['system:apiserver', 'kube-apiserver', 11]), 'blocker'],
    ['never what others call too', by(['system:apiserver', 'kube-apiserver', 12], ['alice', 'kubectl', 1]), 'blocker'],
  ])('does not hold against it %s', (_, who, severity) => {
    const observed = called(call(budgets, { requests: 12, by: who }));
    expect(says(calledApis, observed, '1.24.17', '1.25')).toEqual([`${severity}: policy/v1beta1 poddisruptionbudgets`]);
  });

  it('says how young the counts are, once', () => {
    const since = (days: number) => new Date(now.getTime() - days * 86_400_000);
    const observed = well({
      deprecatedCalls: known([
        { server: 'cp-1', calls: known([]), since: since(30) },
        { server: 'cp-2', calls: known([]), since: since(1 / 24) },
        { server: 'cp-3', calls: known([]) },
      ]),
    });
    const [finding, ...others] = found(calledApis, observed, '1.33.4', '1.36');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'note', evidence: expect.stringContaining(': cp-2 for 1 h') });
  });

  it('is unknown for each API server that could not be asked', () => {
    const observed = well({
      deprecatedCalls: known([
        { server: 'cp-1', calls: known([]) },
        { server: 'cp-2', calls: gap('the metrics of cp-2') },
      ]),
    });
    expect(says(calledApis, observed)).toEqual(['unknown: the metrics of cp-2']);
    expect(says(calledApis, well({ deprecatedCalls: gap('metrics') }))).toEqual(['unknown: metrics']);
  });
});

const use = (apiVersion: string, kind: string, via: StoredUse['via'], count = 1) =>
  well({ stored: known([{ apiVersion, kind, via, count, manager: 'kubectl', example: 'shop/web', newestAt: now }]) });

describe('objects that bear a removed version', () => {
  it.each<[string, string, StoredUse['via'], string, string, readonly string[]]>([
    ['policy/v1beta1', 'PodDisruptionBudget', 'managedFields', '1.24.17', '1.25', ['warning']],
    ['policy/v1beta1', 'PodDisruptionBudget', 'last-applied', '1.24.17', '1.25', ['warning']],
    ['policy/v1beta1', 'PodDisruptionBudget', 'managedFields', '1.33.4', '1.34', ['note']],
    ['policy/v1beta1', 'PodDisruptionBudget', 'last-applied', '1.33.4', '1.36', ['note']],
    // What nothing converts must be deleted first, whoever names it.
    ['resource.k8s.io/v1alpha3', 'ResourceClaim', 'managedFields', '1.33.4', '1.34', ['blocker']],
    ['resource.k8s.io/v1alpha2', 'ResourceClass', 'last-applied', '1.30.4', '1.31', ['blocker']],
    ['networking.k8s.io/v1alpha1', 'ClusterCIDR', 'managedFields', '1.28.4', '1.29', ['blocker']],
    ['networking.k8s.io/v1alpha1', 'ServiceCIDR', 'managedFields', '1.32.4', '1.33', ['warning']],
    // Nothing does its work afterwards.
    ['policy/v1beta1', 'PodSecurityPolicy', 'last-applied', '1.24.17', '1.25', ['blocker']],
    ['policy/v1beta1', 'PodSecurityPolicy', 'last-applied', '1.25.16', '1.26', ['note']],
  ])('%s %s in %s from %s to %s', (apiVersion, kind, via, from, to, expected) => {
    expect(found(storedApis, use(apiVersion, kind, via), from, to).map(({ severity }) => severity)).toEqual(expected);
  });

  it('says how many, who wrote it and when', () => {
    const [finding] = found(
      storedApis,
      use('policy/v1beta1', 'PodDisruptionBudget', 'managedFields', 12),
      '1.24.17',
      '1.25',
    );
    expect(finding).toMatchObject({
      subject: 'policy/v1beta1 PodDisruptionBudget shop/web and 11 others',
      evidence:
        'policy/v1beta1 PodDisruptionBudget is removed in 1.25; kubectl wrote it through that version, last 2026-11-27 09:00 UTC.',
    });
  });

  const byAll = (apiVersion: string, kind: string, ...managers: readonly (string | undefined)[]) =>
    well({
      stored: known(
        managers.map((manager, nth) => ({
          ...{ apiVersion, kind, manager, via: manager ? 'managedFields' : 'last-applied' },
          ...{ count: nth + 1, example: 'shop/web', newestAt: manager ? now : undefined },
        })),
      ),
    });

  it('passes over what the control plane writes itself: the upgrade mends it', () => {
    const own = byAll('discovery.k8s.io/v1beta1', 'EndpointSlice', 'kube-apiserver', 'kube-controller-manager');
    expect(says(storedApis, own, '1.24.17', '1.25')).toEqual([]);
    const first = byAll('resource.k8s.io/v1alpha3', 'ResourceClaim', 'kube-controller-manager');
    expect(says(storedApis, first)).toEqual(['blocker: resource.k8s.io/v1alpha3 ResourceClaim shop/web']);
  });

  it('says of one kind once who writes it, and what each has to do', () => {
    const [finding, ...others] = found(
      storedApis,
      byAll('policy/v1beta1', 'PodDisruptionBudget', undefined, 'kube-controller-manager', 'operator'),
      '1.24.17',
      '1.25',
    );
    expect(others).toEqual([]);
    expect(finding?.subject).toBe('policy/v1beta1 PodDisruptionBudget shop/web and 2 others');
    expect(finding?.evidence).toContain(
      'kubectl apply wrote it from a manifest of that version; operator wrote it through that version',
    );
    expect(finding?.next).toContain('Change the manifest that is applied');
    expect(finding?.next).toContain('Move the one who writes to the new version');
  });

  it('names no new version where there is none', () => {
    const [finding] = found(
      storedApis,
      byAll('policy/v1beta1', 'PodSecurityPolicy', undefined, 'operator'),
      '1.24.17',
      '1.25',
    );
    expect(finding?.next).toMatch(/^Nothing takes its place; .*Pod Security Admission/);
    expect(finding?.next).not.toContain('new version');
  });

  it('is unknown where they could not be read', () => {
    expect(says(storedApis, well({ stored: gap('ingresses') }))).toEqual(['unknown: ingresses']);
  });
});

describe('objects that etcd holds in a removed version', () => {
  const held = (apiVersion: string, kind: string, count = 1) =>
    well({ storedInEtcd: known([known({ apiVersion, kind, count, example: 'shop/web' })]) });

  it.each([
    // Served no more, and read all the same: kubernetes/kubernetes#96104.
    ['policy/v1beta1', 'PodDisruptionBudget', '1.24.17', '1.37', []],
    ['networking.k8s.io/v1beta1', 'ServiceCIDR', '1.36.2', '1.37', []],
    ['networking.k8s.io/v1alpha1', 'ServiceCIDR', '1.32.4', '1.33', []],
    ['networking.k8s.io/v1alpha1', 'ServiceCIDR', '1.33.4', '1.34', ['blocker']],
    ['networking.k8s.io/v1alpha1', 'ServiceCIDR', '1.32.4', '1.36', ['blocker']],
    ['flowcontrol.apiserver.k8s.io/v1alpha1', 'FlowSchema', '1.28.4', '1.29', ['blocker']],
    ['resource.k8s.io/v1alpha3', 'ResourceClaim', '1.33.4', '1.34', ['blocker']],
    ['scheduling.k8s.io/v1alpha2', 'Workload', '1.36.2', '1.37', ['blocker']],
    // Not readable already, which is found where another version of it goes.
    ['resource.k8s.io/v1alpha1', 'ResourceClaim', '1.32.4', '1.35', ['blocker']],
    ['networking.k8s.io/v1', 'ServiceCIDR', '1.33.4', '1.34', []],
  ])('%s %s from %s to %s', (apiVersion, kind, from, to, expected) => {
    expect(found(storedInEtcd, held(apiVersion, kind), from, to).map(({ severity }) => severity)).toEqual(expected);
  });

  it.each([
    ['networking.k8s.io/v1alpha1', 'ServiceCIDR', '1.33.4', '1.34', 'Migrate the storage before the hop'],
    ['resource.k8s.io/v1alpha3', 'ResourceClaim', '1.33.4', '1.34', 'Delete the objects before the upgrade'],
    // What takes its place comes with the hop.
    [
      'scheduling.k8s.io/v1alpha2',
      'Workload',
      '1.36.2',
      '1.37',
      'Delete the objects before the hop, and make them anew',
    ],
  ])('%s %s from %s: what to do', (apiVersion, kind, from, to, next) => {
    const [finding] = found(storedInEtcd, held(apiVersion, kind, 3), from, to);
    expect(finding?.subject).toBe(`${apiVersion} ${kind} shop/web and 2 others`);
    expect(finding?.next).toContain(next);
  });

  it('is unknown in those hops alone that make a version unreadable', () => {
    const unread = well({ storedInEtcd: gap('etcd') });
    expect(says(storedInEtcd, unread, '1.32.4', '1.33')).toEqual([]);
    expect(says(storedInEtcd, unread, '1.32.4', '1.35')).toEqual(['unknown: etcd', 'unknown: etcd']);
    const encrypted = well({ storedInEtcd: known([gap('servicecidrs in etcd')]) });
    expect(says(storedInEtcd, encrypted)).toEqual(['unknown: servicecidrs in etcd']);
  });
});

const pdb = { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'web' };
const release = (status = 'deployed') =>
  well({
    helmReleases: known([{ name: 'shop/web', revision: 7, status, kinds: known([pdb, { ...pdb, name: 'db' }]) }]),
  });

describe('Helm releases', () => {
  it.each([
    ['deployed', '1.24.17', '1.25', ['blocker: release shop/web, revision 7']],
    ['superseded', '1.24.17', '1.25', ['note: release shop/web, revision 7 (superseded)']],
    ['deployed', '1.23.17', '1.24', []],
    ['deployed', '1.33.4', '1.34', ['warning: release shop/web, revision 7']],
    ['deployed', '1.23.17', '1.26', ['blocker: release shop/web, revision 7']],
  ])('%s, from %s to %s', (status, from, to, expected) => {
    expect(says(helmReleases, release(status), from, to)).toEqual(expected);
  });

  it('is unknown once where one could not be decoded', () => {
    const observed = well({
      helmReleases: known([{ name: 'shop/web', revision: 1, status: 'deployed', kinds: gap('release shop/web') }]),
    });
    expect(says(helmReleases, observed, '1.31.4', '1.34')).toEqual(['unknown: release shop/web']);
    expect(says(helmReleases, well({ helmReleases: gap('secrets') }))).toEqual(['unknown: secrets']);
  });
});

const file = (apiVersion: string, kind: string) =>
  well({ manifests: known([{ name: 'site.yaml', kinds: known([{ apiVersion, kind, name: 'one' }]) }]) });

describe('manifests given as files', () => {
  it.each([
    ['networking.k8s.io/v1beta1', 'Ingress', '1.21.14', '1.22', ['blocker']],
    ['networking.k8s.io/v1beta1', 'IngressList', '1.21.14', '1.22', ['blocker']],
    ['networking.k8s.io/v1beta1', 'Ingress', '1.33.4', '1.34', ['warning']],
    ['networking.k8s.io/v1', 'Ingress', '1.33.4', '1.34', []],
    // Configuration files of components, which no API server serves.
    ['kubescheduler.config.k8s.io/v1beta3', 'KubeSchedulerConfiguration', '1.28.4', '1.29', ['blocker']],
    ['audit.k8s.io/v1beta1', 'Policy', '1.23.4', '1.24', ['blocker']],
    ['apiserver.config.k8s.io/v1alpha1', 'WebhookAdmissionConfiguration', '1.35.4', '1.36', ['blocker']],
    // Deprecated and not removed yet is told once.
    ['resource.k8s.io/v1beta1', 'DeviceClass', '1.34.1', '1.36', ['note']],
    ['v1', 'Endpoints', '1.32.4', '1.35', ['note']],
    ['v1', 'Endpoints', '1.33.4', '1.35', ['note']],
  ])('%s %s from %s to %s', (apiVersion, kind, from, to, expected) => {
    expect(found(manifests, file(apiVersion, kind), from, to).map(({ severity }) => severity)).toEqual(expected);
  });

  it.each([
    ['1.33.4', '1.34', 'This cluster refuses it already.'],
    ['1.21.14', '1.22', 'The target refuses it.'],
  ])('says who refuses it from %s to %s', (from, to, evidence) => {
    const [finding] = found(manifests, file('extensions/v1beta1', 'Ingress'), from, to);
    expect(finding?.evidence).toContain(evidence);
  });

  it('says that a component does not start with its old configuration', () => {
    const [finding] = found(
      manifests,
      file('kubescheduler.config.k8s.io/v1beta3', 'KubeSchedulerConfiguration'),
      '1.28.4',
      '1.29',
    );
    expect(finding?.evidence).toContain('does not start with it');
  });

  it('is unknown where a file could not be read', () => {
    const observed = well({ manifests: known([{ name: 'a.yaml', kinds: gap('a.yaml') }]) });
    expect(says(manifests, observed)).toEqual(['unknown: a.yaml']);
  });
});
