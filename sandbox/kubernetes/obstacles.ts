import { gzipSync } from 'node:zlib';

/** What stands in the way of an upgrade, each as it was recorded at a real cluster; to be loaded into one. */
export const obstacles = {
  /** A custom resource still stored in a version that it is to lose. */
  storedVersions: (): readonly object[] => [
    {
      ...{ kind: 'CustomResourceDefinition', apiVersion: 'apiextensions.k8s.io/v1' },
      metadata: { name: 'widgets.example.com' },
      spec: {
        ...{ group: 'example.com', scope: 'Namespaced', conversion: { strategy: 'None' } },
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          { name: 'v1', served: true, storage: true },
          {
            ...{ name: 'v1beta1', served: true, storage: false, deprecated: true },
            deprecationWarning: 'example.com/v1beta1 Widget is deprecated; use v1',
          },
        ],
      },
      status: { storedVersions: ['v1beta1', 'v1'], conditions: [{ type: 'Established', status: 'True' }] },
    },
    {
      ...{ kind: 'Widget', apiVersion: 'example.com/v1', metadata: { name: 'old', namespace: 'shop', generation: 1 } },
      spec: { size: 1 },
    },
  ],

  /** A webhook that refuses everything because nobody answers for it. */
  deadWebhook: (): readonly object[] => [
    {
      ...{ kind: 'ValidatingWebhookConfiguration', apiVersion: 'admissionregistration.k8s.io/v1' },
      metadata: { name: 'check' },
      webhooks: [
        {
          ...{ name: 'check.example.com', failurePolicy: 'Fail', timeoutSeconds: 2, sideEffects: 'None' },
          clientConfig: { service: { namespace: 'shop', name: 'no-such-webhook', port: 443 } },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'], scope: '*' },
          ],
          ...{ namespaceSelector: {}, objectSelector: {}, matchPolicy: 'Equivalent', admissionReviewVersions: ['v1'] },
        },
      ],
    },
  ],

  /** A group of the API that another server should answer for, and does not: 503. */
  unavailableApi: (group = 'metrics.k8s.io', version = 'v1beta1'): readonly object[] => [
    {
      ...{ kind: 'APIService', apiVersion: 'apiregistration.k8s.io/v1', metadata: { name: `${version}.${group}` } },
      spec: {
        ...{ group, version, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true },
        service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
      },
      status: {
        conditions: [
          {
            ...{ type: 'Available', status: 'False', reason: 'ServiceNotFound' },
            ...{ lastTransitionTime: '2026-11-01T00:00:00Z' },
            message: 'service/metrics-server in "kube-system" is not present',
          },
        ],
      },
    },
  ],

  /** A budget that lets no pod go, and one for no pods at all, which only looks the same. */
  noDisruptions: (): readonly object[] => [budget('web', 2), budget('nothing', 0)],

  /** A Helm release whose manifest has objects of an API version: 'policy/v1beta1 PodDisruptionBudget'. */
  release: (name: string, apiVersion: string, kind: string): readonly object[] => {
    const manifest = `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec: {}\n`;
    const payload = {
      name,
      namespace: 'shop',
      version: 1,
      info: { status: 'deployed' },
      manifest,
      chart: { metadata: { name } },
    };
    const encoded = Buffer.from(gzipSync(JSON.stringify(payload)).toString('base64')).toString('base64');
    const labels = { name, owner: 'helm', status: 'deployed', version: '1' };
    const metadata = { name: `sh.helm.release.v1.${name}.v1`, namespace: 'shop', labels };
    return [{ kind: 'Secret', apiVersion: 'v1', metadata, data: { release: encoded }, type: 'helm.sh/release.v1' }];
  },
} as const;

function budget(name: string, pods: number): object {
  return {
    ...{ kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', metadata: { name, namespace: 'shop', generation: 1 } },
    spec: { minAvailable: 2, selector: { matchLabels: { app: name } } },
    status: {
      ...{ observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: pods, desiredHealthy: 2, expectedPods: pods },
      conditions: [
        { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '', observedGeneration: 1 },
      ],
    },
  };
}
