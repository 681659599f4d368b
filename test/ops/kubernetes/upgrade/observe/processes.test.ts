import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/chatops/errors.ts';
import { requiredInstances, settingsOfPods } from '../../../../../src/ops/kubernetes/upgrade/observe/components.ts';
import { cgroupIn, readConfigz, sampled } from '../../../../../src/ops/kubernetes/upgrade/observe/configz.ts';
import { deprecatedCalls, readCalls } from '../../../../../src/ops/kubernetes/upgrade/observe/deprecated-calls.ts';
import { readProxySettings } from '../../../../../src/ops/kubernetes/upgrade/observe/kube-proxy.ts';
import { readKubeadm } from '../../../../../src/ops/kubernetes/upgrade/observe/kubeadm.ts';
import {
  flagsOf,
  gatesOf,
  readSystemPods,
  tagOf,
} from '../../../../../src/ops/kubernetes/upgrade/observe/system-pods.ts';
import { createFakeKubernetes } from '../../../../fakes/kubernetes.ts';
import { known, node, now } from '../observed.ts';

const kubernetes = () => createFakeKubernetes({ now: () => now });
const looking = (fake: ReturnType<typeof kubernetes>) => ({ kubernetes: fake, cluster: 'prod-1', options: {} });

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
    isInShell: false,
    isStatic: component !== 'kube-proxy',
    references: [],
    mounts: [],
    address: undefined,
  },
});

describe('command lines', () => {
  it.each([
    [['kube-apiserver', '--a=b', '--c'], { a: 'b', c: 'true' }],
    [['--a', 'b', '--c', '-v=2', '-v', '4'], { a: 'b', c: 'true', v: '4' }],
    [['--runtime-config=a/v1=true', '--runtime-config=b/v1=true'], { 'runtime-config': 'a/v1=true,b/v1=true' }],
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

describe('kubelets that are not ready', () => {
  const away = { isReady: false };
  it.each([
    ['one of a sort that others are of', [node('w-1', 'v1.33.4', away), node('w-2', 'v1.33.4')], []],
    [
      'all of a sort',
      [node('w-1', 'v1.32.4', away), node('w-2', 'v1.32.4', away), node('w-3', 'v1.33.4')],
      ['what the kubelet of w-1; w-2 was told'],
    ],
    [
      'one of the control plane',
      [node('cp-1', 'v1.33.4', away), node('cp-2', 'v1.33.4')],
      ['what the kubelet of cp-1 was told'],
    ],
  ])('are a gap: %s', async (_, nodes, gaps) => {
    const fake = kubernetes();
    for (const { name } of nodes) {
      fake.holds(`/api/v1/nodes/${name}/proxy/configz`, { kubeletconfig: {} });
      fake.holds(`/api/v1/nodes/${name}/proxy/metrics`, 'kubelet_cgroup_version 2\n');
    }
    const found = await readConfigz(looking(fake), nodes);
    expect(found.flatMap((one) => ('gap' in one ? [one.gap.what] : []))).toEqual(gaps);
  });
});

describe('kubelets that nobody may ask', () => {
  it('are one gap for one right, whichever and how many', async () => {
    const fake = kubernetes();
    const forbidden = new Fault('It refuses nodes/proxy.', {
      ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_FORBIDDEN', retryable: false },
    });
    const nodes = Array.from({ length: 500 }, (_, nth) => node(`cp-${nth}`, 'v1.33.4'));
    for (const { name } of nodes) fake.fails(`/api/v1/nodes/${name}/proxy/configz`, forbidden);
    expect(await readConfigz(looking(fake), nodes)).toEqual([
      { gap: { what: 'what the kubelet of cp-0 was told, and 499 others alike', needs: 'It refuses nodes/proxy.' } },
    ]);
  });
});

describe('kube-proxy with a configuration file', () => {
  const path = '/api/v1/namespaces/kube-system/configmaps/kube-proxy';
  const proxy = (references: readonly string[]) => [
    { ...pod('kube-proxy', 'w-1', { config: '/var/lib/kube-proxy/config.conf' }), references },
  ];
  const holding = (text: string) => {
    const fake = kubernetes();
    fake.holds(path, { data: { 'kubeconfig.conf': 'kind: Config', 'config.conf': text } });
    return looking(fake);
  };

  it('has the feature gates of that', async () => {
    const text =
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nfeatureGates: {A: true}\n';
    const [found] = await readProxySettings(holding(text), proxy(['config map kube-proxy']));
    expect(found).toEqual(
      known({ component: 'kube-proxy', where: 'ConfigMap kube-proxy', flags: {}, featureGates: { A: true } }),
    );
  });

  it.each([
    ['of another kind', 'kind: Other', ['config map kube-proxy'], 'has no KubeProxyConfiguration'],
    ['that is no YAML', '{{', ['config map kube-proxy'], 'has no KubeProxyConfiguration'],
    ['that lies elsewhere', 'kind: Other', [], '/var/lib/kube-proxy/config.conf of kube-proxy-w-1'],
  ])('%s is a gap', async (_, text, references, needs) => {
    const [found] = await readProxySettings(holding(text), proxy(references));
    expect(found).toMatchObject({ gap: { needs: expect.stringContaining(needs) } });
  });

  it('is not read where nobody is told of one', async () => {
    expect(await readProxySettings(looking(kubernetes()), [pod('kube-proxy', 'w-1')])).toEqual([]);
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
    const counted =
      'apiserver_request_total{code="200",group="",version="v1",resource="pods",subresource="",verb="LIST"} 9\n';
    expect(await readCalls('cp-1', async () => counted)).toEqual({ server: 'cp-1', calls: known([]) });
    expect(await readCalls('cp-1', async () => `${counted}process_start_time_seconds 1.79562e+09\n`)).toEqual({
      ...{ server: 'cp-1', calls: known([]), since: new Date(1_795_620_000_000) },
    });
    const away = new Fault('It cannot be reached.', { port: 'kubernetes', operation: 'read', retryable: true });
    expect(await readCalls('cp-2', () => Promise.reject(away))).toEqual({
      server: 'cp-2',
      calls: { gap: { what: 'the metrics of the API server on cp-2', needs: 'It cannot be reached.' } },
    });
  });
});

describe('no deprecated calls', () => {
  const requests = 'apiserver_request_total{code="200",resource="pods",verb="LIST"} 9';
  it.each([
    ['answers', ''],
    ['is a page of a proxy', '<html>apiserver_request_total{</html>'],
    ['is no API server', 'process_start_time_seconds 1.7e+09\n'],
    ['does not count them yet', `${requests}\nkubernetes_build_info{gitVersion="v1.18.2",major="1",minor="18+"} 1\n`],
  ])('are no answer where what is asked %s', async (_, metrics) => {
    expect(await readCalls('cp-1', async () => metrics)).toMatchObject({
      calls: { gap: { what: 'the metrics of the API server on cp-1' } },
    });
  });

  it('are one of an API server that counts them', async () => {
    const metrics = `kubernetes_build_info{git_version="v1.19.0",major="1",minor="19"} 1\n${requests}\n`;
    expect(await readCalls('cp-1', async () => metrics)).toEqual({ server: 'cp-1', calls: known([]) });
  });
});

describe('pods of components', () => {
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

  it('are those of the container that bears their name, whichever sidecar stands in front of it', async () => {
    const fake = kubernetes();
    const sidecar = { name: 'proxy', image: 'envoy:v9', command: ['envoy', '--config=/e'] };
    const with_ = (labels: object, container: object) => ({
      metadata: { name: 'it', labels },
      spec: { nodeName: 'cp-1', containers: [sidecar, container] },
    });
    fake.has('/api/v1/namespaces/kube-system/pods', () => [
      with_({ component: 'etcd' }, { name: 'etcd', image: 'etcd:3.5.24-0', command: ['etcd', '--enable-v2'] }),
      with_({ 'k8s-app': 'kube-dns' }, { name: 'coredns', image: 'coredns:v1.12.1' }),
    ]);
    const seen = (await readSystemPods(looking(fake))).map(({ tag, flags }) => [tag, flags]);
    expect(seen).toEqual([
      ['3.5.24-0', { 'enable-v2': 'true' }],
      ['v1.12.1', {}],
    ]);
  });

  it.each([
    ['/bin/sh', ['-c', 'exec kube-scheduler --policy-configmap=x 2>&1 | tee /var/log/scheduler.log'], 'gap'],
    ['bash', ['/start.sh'], 'gap'],
    ['/usr/local/bin/kube-scheduler', ['--policy-configmap=x'], { 'policy-configmap': 'x' }],
  ])('started by %s are seen as they are told, unless it stands in a script', async (first, args, flags) => {
    const fake = kubernetes();
    const scheduler = {
      metadata: { name: 'kube-scheduler-cp-1', labels: { component: 'kube-scheduler' } },
      spec: { nodeName: 'cp-1', containers: [{ name: 'kube-scheduler', command: [first, ...args] }] },
    };
    fake.has('/api/v1/namespaces/kube-system/pods', () => [scheduler]);
    const [one] = settingsOfPods(await readSystemPods(looking(fake)));
    expect(one && ('gap' in one ? 'gap' : one.known.flags)).toEqual(flags);
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
