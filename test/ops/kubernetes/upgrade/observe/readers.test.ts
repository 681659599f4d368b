import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/chatops/errors.ts';
import { requiredInstances, settingsOfPods } from '../../../../../src/ops/kubernetes/upgrade/observe/components.ts';
import { cgroupIn, sampled } from '../../../../../src/ops/kubernetes/upgrade/observe/configz.ts';
import { deprecatedCalls, readCalls } from '../../../../../src/ops/kubernetes/upgrade/observe/deprecated-calls.ts';
import { readHelmReleases } from '../../../../../src/ops/kubernetes/upgrade/observe/helm-releases.ts';
import { kindsInYaml } from '../../../../../src/ops/kubernetes/upgrade/observe/kinds-in-yaml.ts';
import { readKubeadm } from '../../../../../src/ops/kubernetes/upgrade/observe/kubeadm.ts';
import { manifestFile } from '../../../../../src/ops/kubernetes/upgrade/observe/manifest-file.ts';
import { pathsOf, readStoredUses } from '../../../../../src/ops/kubernetes/upgrade/observe/stored-uses.ts';
import { flagsOf, gatesOf, tagOf } from '../../../../../src/ops/kubernetes/upgrade/observe/system-pods.ts';
import { matchesKubeSystem } from '../../../../../src/ops/kubernetes/upgrade/observe/webhooks.ts';
import { readBarePods, readSingleReplicas } from '../../../../../src/ops/kubernetes/upgrade/observe/workloads.ts';
import { createFakeKubernetes } from '../../../../fakes/kubernetes.ts';
import { known, node, now } from '../observed.ts';

const kubernetes = () => createFakeKubernetes({ now: () => now });
const looking = (fake: ReturnType<typeof kubernetes>) => ({ kubernetes: fake, cluster: 'prod-1', options: {} });

describe('command lines', () => {
  it.each([
    [['kube-apiserver', '--a=b', '--c'], { a: 'b', c: 'true' }],
    [['--a', 'b', '--c', '-v=2', '-v', '4'], { a: 'b', c: 'true', v: '4' }],
    [['--feature-gates=A=true,B=false'], { 'feature-gates': 'A=true,B=false' }],
    [['sh', '-c', 'x'], { c: 'x' }],
  ])('%j', (words, flags) => {
    expect(flagsOf(words)).toEqual(flags);
  });

  it.each([
    [undefined, {}],
    ['A=true,B=false', { A: true, B: false }],
    ['kube:A=True, B=FALSE', { A: true, B: false }],
  ])('gates of %s', (text, gates) => {
    expect(gatesOf(text)).toEqual(gates);
  });

  it.each([
    ['registry.k8s.io/kube-proxy:v1.33.4', 'v1.33.4'],
    ['registry.example:5000/kube-proxy:v1.33.4@sha256:0123', 'v1.33.4'],
    ['registry.example:5000/kube-proxy', undefined],
    ['registry.example/kube-proxy@sha256:0123', undefined],
  ])('tag of %s', (image, tag) => {
    expect(tagOf(image)).toBe(tag);
  });
});

describe('kinds in YAML', () => {
  it('are those of every document and every list', () => {
    const text = `
apiVersion: v1
kind: List
items:
  - {apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a, namespace: shop}}
---
# nothing
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: b}
---
values: {x: 1}
`;
    expect(kindsInYaml(text)).toEqual([
      { apiVersion: 'batch/v1beta1', kind: 'CronJob', name: 'shop/a' },
      { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'b' },
    ]);
    expect(kindsInYaml('')).toEqual([]);
  });

  it('are refused where it is none, or grows without bounds', () => {
    expect(() => kindsInYaml('a: [')).toThrow(SyntaxError);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((at, nth) => `${at}: &${at} [${Array(9).fill(`*${'abcdefg'[nth]}`).join(',')}]`),
    ].join('\n');
    expect(() => kindsInYaml(bomb)).toThrow('alias');
  });
});

describe('a file that somebody gave', () => {
  it.each([
    [
      'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n',
      { known: [{ apiVersion: 'batch/v1beta1', kind: 'CronJob', name: 'a' }] },
    ],
    [
      '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"b"}}',
      { known: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'b' }] },
    ],
    ['{{- if .Values.enabled }}\nkind: {{ .Values.kind }}\n', { gap: { what: 'what is in site.yaml' } }],
    ['x'.repeat(9 * 1024 * 1024), { gap: { what: 'what is in site.yaml' } }],
  ])('%.40s', (text, kinds) => {
    expect(manifestFile('site.yaml', text)).toMatchObject({ name: 'site.yaml', kinds });
  });
});

const secret = (payload: string, labels: object = { name: 'web', version: '7', status: 'deployed' }) => ({
  metadata: { name: 'sh.helm.release.v1.web.v7', namespace: 'shop', labels },
  data: { release: payload },
});
const packed = (release: string | Buffer) => Buffer.from(gzipSync(release).toString('base64')).toString('base64');

describe('Helm releases', () => {
  it('are decoded to their kinds alone', async () => {
    const fake = kubernetes();
    const manifest = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n';
    fake.has('/api/v1/secrets', () => [secret(packed(JSON.stringify({ manifest, config: { password: 'hidden' } })))]);
    const releases = await readHelmReleases(looking(fake));
    expect(releases).toEqual([
      {
        name: 'shop/web',
        revision: 7,
        status: 'deployed',
        kinds: known([{ apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'web' }]),
      },
    ]);
  });

  it.each([
    ['what is not packed', Buffer.from('password').toString('base64')],
    ['what is packed once', gzipSync('{}').toString('base64')],
    ['what is no JSON', packed('password: hidden')],
    ['what inflates to too much', packed(Buffer.alloc(40 * 1024 * 1024, 'a'))],
    ['what has no manifest', packed('{"config":{"password":"hidden"}}')],
  ])('are a gap, which quotes nothing, of %s', async (_, payload) => {
    const fake = kubernetes();
    fake.has('/api/v1/secrets', () => [secret(payload)]);
    const [release] = await readHelmReleases(looking(fake));
    expect(release?.kinds).toMatchObject({ gap: { what: 'the manifest of Helm release shop/web' } });
    expect(JSON.stringify(release)).not.toMatch(/password|hidden/);
  });
});

describe('objects and who wrote them', () => {
  it.each([
    [24, 25, '/apis/policy/v1/poddisruptionbudgets', 'PodDisruptionBudget'],
    [21, 22, '/apis/networking.k8s.io/v1/ingresses', 'Ingress'],
    [33, 34, '/apis/resource.k8s.io/v1alpha3/resourceclaims', 'ResourceClaim'],
    [24, 25, '/apis/policy/v1beta1/podsecuritypolicies', 'PodSecurityPolicy'],
  ])('of a hop from 1.%i to 1.%i are listed at %s', (from, to, path, kind) => {
    expect(pathsOf(from, to).get(path)).toBe(kind);
  });

  it('leave events and what is not stored alone', () => {
    const paths = [...pathsOf(20, 37).keys()];
    expect(paths.filter((path) => /events|reviews|undefined/.test(path))).toEqual([]);
  });

  it('are counted by version and manager', async () => {
    const fake = kubernetes();
    const budget = (name: string, hour: string, annotations: object = {}) => ({
      metadata: {
        ...{ name, namespace: 'shop', annotations },
        managedFields: [
          { manager: 'operator', apiVersion: 'policy/v1beta1', time: `2026-11-20T${hour}:00:00Z` },
          { manager: 'kubectl', apiVersion: 'policy/v1', time: '2026-11-21T00:00:00Z' },
        ],
      },
    });
    const applied = {
      'kubectl.kubernetes.io/last-applied-configuration':
        '{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget"}',
    };
    fake.has('/apis/policy/v1/poddisruptionbudgets', () => [
      budget('a', '10'),
      budget('b', '12', applied),
      budget('c', '11', { 'kubectl.kubernetes.io/last-applied-configuration': 'torn' }),
    ]);
    fake.fails(
      '/apis/autoscaling/v2/horizontalpodautoscalers',
      new Fault('none', { port: 'kubernetes', operation: 'read', code: 'KUBERNETES_ABSENT', retryable: false }),
    );
    const about = { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget' };
    expect(await readStoredUses(looking(fake), 24, 25)).toEqual([
      {
        ...about,
        via: 'managedFields',
        manager: 'operator',
        count: 3,
        example: 'shop/a',
        newestAt: new Date('2026-11-20T12:00:00Z'),
      },
      { ...about, via: 'last-applied', manager: undefined, count: 1, example: 'shop/b', newestAt: undefined },
    ]);
  });
});

describe('workloads', () => {
  it('with one replica are found, told or not', async () => {
    const fake = kubernetes();
    const scaled = (name: string, replicas?: number) => ({ metadata: { name, namespace: 'shop' }, spec: { replicas } });
    fake.has('/apis/apps/v1/deployments', () => [
      scaled('one', 1),
      scaled('two', 2),
      scaled('none', 0),
      scaled('untold'),
    ]);
    expect((await readSingleReplicas(looking(fake))).map(({ name }) => name)).toEqual([
      'Deployment shop/one',
      'Deployment shop/untold',
    ]);
  });

  it('without a controller are found, with their node', async () => {
    const fake = kubernetes();
    const pod = (name: string, owners?: object[]) => ({
      metadata: { name, namespace: 'shop', ownerReferences: owners },
    });
    fake.has('/api/v1/pods', () => [
      pod('bare'),
      pod('owned', [{ controller: true }]),
      pod('kept', [{ controller: false }]),
      // Of a static pod; kubelets of old gave it no owner.
      {
        metadata: { name: 'etcd-cp-1', namespace: 'kube-system', annotations: { 'kubernetes.io/config.mirror': 'a' } },
      },
    ]);
    fake.holds('/api/v1/namespaces/shop/pods/bare', { spec: { nodeName: 'w-2' } });
    expect(await readBarePods(looking(fake))).toEqual([
      { name: 'shop/bare', node: 'w-2' },
      { name: 'shop/kept', node: undefined },
    ]);
  });
});

describe('kubeadm-config', () => {
  const holding = (text: string) => {
    const fake = kubernetes();
    fake.holds('/api/v1/namespaces/kube-system/configmaps/kubeadm-config', { data: { ClusterConfiguration: text } });
    return readKubeadm(looking(fake));
  };

  it.each([
    ['kubeadm.k8s.io/v1beta3', 'extraArgs: {audit-log-path: /x, feature-gates: "A=true,B=false"}'],
    [
      'kubeadm.k8s.io/v1beta4',
      'extraArgs: [{name: audit-log-path, value: /x}, {name: feature-gates, value: "A=true,B=false"}]',
    ],
  ])('of %s tells what it would write into static pods', async (apiVersion, args) => {
    const found = await holding(
      `apiVersion: ${apiVersion}\nkubernetesVersion: v1.33.4\nfeatureGates: {EtcdLearnerMode: true}\napiServer:\n  ${args}\n`,
    );
    expect(found?.kubeadm).toEqual({ apiVersion, kubernetesVersion: 'v1.33.4', imageRepository: undefined });
    expect(found?.settings).toContainEqual(
      known({
        component: 'kube-apiserver',
        where: 'kubeadm-config, kube-apiserver',
        flags: { 'audit-log-path': '/x' },
        featureGates: { A: true, B: false },
      }),
    );
    expect(found?.settings).toContainEqual(
      known(expect.objectContaining({ component: 'kubeadm', featureGates: { EtcdLearnerMode: true } })),
    );
  });

  it('is none where kubeadm did not make the cluster', async () => {
    expect(await readKubeadm(looking(kubernetes()))).toBeUndefined();
  });
});

describe('kubelets', () => {
  it('are asked on every control-plane node and on one worker of each sort', () => {
    const workers = Array.from({ length: 3000 }, (_, nth) => node(`w-${nth}`, nth % 2 === 0 ? 'v1.33.4' : 'v1.32.1'));
    const nodes = [
      node('cp-1', 'v1.33.4'),
      node('cp-2', 'v1.33.4'),
      ...workers,
      node('w-x', 'v1.31.0', { isReady: false }),
    ];
    expect(sampled(nodes)).toEqual([
      { name: 'cp-1', alike: 0 },
      { name: 'cp-2', alike: 0 },
      { name: 'w-0', alike: 1499 },
      { name: 'w-1', alike: 1499 },
    ]);
  });

  it.each([
    ['kubelet_cgroup_version 2\n', 'v2'],
    ['# TYPE x gauge\nkubelet_cgroup_version 1\n', 'v1'],
    ['other 1\n', undefined],
  ])('tell their cgroup version: %j', (metrics, version) => {
    expect(cgroupIn(metrics)).toBe(version);
  });
});

describe('webhooks', () => {
  it.each([
    [{}, true],
    [{ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, false],
    [{ matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, true],
    [{ matchLabels: { team: 'a' } }, false],
    [{ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }] }, false],
    [{ matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'team', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] }, true],
  ])('with the selector %j match kube-system: %s', (selector, matches) => {
    expect(matchesKubeSystem(selector)).toBe(matches);
  });
});

describe('metrics of deprecated calls', () => {
  it('are joined with the requests of all verbs, and only of what was called', () => {
    const labels = 'group="policy",version="v1beta1",resource="poddisruptionbudgets",subresource=""';
    const metrics = [
      `apiserver_requested_deprecated_apis{${labels},removed_release="1.25"} 1`,
      'apiserver_requested_deprecated_apis{group="batch",version="v1beta1",resource="cronjobs",subresource="",removed_release="1.25"} 0',
      `apiserver_request_total{code="200",${labels},verb="LIST"} 1200`,
      `apiserver_request_total{code="200",${labels},verb="WATCH"} 34`,
      'apiserver_request_total{code="200",group="",version="v1",resource="pods",subresource="",verb="LIST"} 9',
    ].join('\n');
    expect(deprecatedCalls(metrics)).toEqual([
      {
        group: 'policy',
        version: 'v1beta1',
        resource: 'poddisruptionbudgets',
        subresource: '',
        removedRelease: '1.25',
        by: undefined,
        requests: 1234,
      },
    ]);
  });
});

describe('the metrics of one API server', () => {
  it('are its calls, or a gap with the reason', async () => {
    expect(await readCalls('cp-1', async () => '')).toEqual({ server: 'cp-1', calls: known([]) });
    const away = new Fault('It cannot be reached.', { port: 'kubernetes', operation: 'read', retryable: true });
    expect(await readCalls('cp-2', () => Promise.reject(away))).toEqual({
      server: 'cp-2',
      calls: { gap: { what: 'the metrics of the API server on cp-2', needs: 'It cannot be reached.' } },
    });
  });
});

describe('pods of components', () => {
  const pod = (
    component: string,
    at: string,
    flags: Readonly<Record<string, string>> = {},
    tag: string | undefined = 'v1.33.4',
  ) => ({
    ...{
      name: `${component}-${at}`,
      node: at,
      component,
      tag,
      flags,
      isStatic: component !== 'kube-proxy',
      references: [],
      address: undefined,
    },
  });

  it('that are told the same are one setting', () => {
    const proxies = Array.from({ length: 5000 }, (_, nth) =>
      pod('kube-proxy', `w-${nth}`, { config: '/var/lib/kube-proxy/config.conf' }),
    );
    const servers = [
      pod('kube-apiserver', 'cp-1', { 'feature-gates': 'A=true', x: '1' }),
      pod('kube-apiserver', 'cp-2', { x: '2' }),
    ];
    const all = settingsOfPods([...proxies, ...servers]).map((one) => ('known' in one ? one.known : undefined));
    expect(all.map((one) => one?.where)).toEqual([
      'kube-apiserver on cp-1',
      'kube-apiserver on cp-2',
      'kube-proxy on w-0 and 4 999 others',
    ]);
    expect(all.map((one) => one?.featureGates)).toEqual([{ A: true }, {}, {}]);
  });

  it.each([
    [
      pod('kube-apiserver', 'cp-1', { 'emulated-version': 'kube=1.32' }),
      { version: known('v1.33.4'), emulates: '1.32' },
    ],
    [
      { ...pod('kube-apiserver', 'cp-1'), tag: undefined },
      { version: { gap: { what: 'the version of kube-apiserver in kube-apiserver-cp-1' } } },
    ],
  ])('tell their version: %#', (one, expected) => {
    expect(requiredInstances([one], 'kube-apiserver')).toMatchObject({ known: [expected] });
  });
});
