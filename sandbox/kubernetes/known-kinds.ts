import { type Kind, type KindFacts, kindOf, readWrite } from './kinds.ts';

type Row = readonly [resource: string, kind: string, scope: 'namespace' | 'cluster', more?: Partial<KindFacts>];

const status = (kind: string) => ({ name: 'status', kind, verbs: readWrite });
const both = ['create', 'get'];
const proxied = ['create', 'delete', 'get', 'patch', 'update'];

const core: readonly Row[] = [
  [
    ...(['componentstatuses', 'ComponentStatus', 'cluster'] as const),
    { verbs: ['get', 'list'], shortNames: ['cs'], deprecated: { since: '1.19' } },
  ],
  ['configmaps', 'ConfigMap', 'namespace', { shortNames: ['cm'] }],
  [
    ...(['endpoints', 'Endpoints', 'namespace'] as const),
    { shortNames: ['ep'], deprecated: { since: '1.33', use: 'discovery.k8s.io/v1 EndpointSlice' } },
  ],
  [
    ...(['events', 'Event', 'namespace'] as const),
    {
      shortNames: ['ev'],
      fields: [
        ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
          (field) => `involvedObject.${field}`,
        ),
        ...['reason', 'reportingComponent', 'source', 'type'],
      ],
    },
  ],
  ['limitranges', 'LimitRange', 'namespace', { shortNames: ['limits'] }],
  ['namespaces', 'Namespace', 'cluster', { shortNames: ['ns'], fields: ['status.phase'] }],
  [
    ...(['nodes', 'Node', 'cluster'] as const),
    {
      ...{ shortNames: ['no'], fields: ['spec.unschedulable'] },
      subresources: [{ name: 'proxy', kind: 'NodeProxyOptions', verbs: proxied }, status('Node')],
    },
  ],
  ['persistentvolumeclaims', 'PersistentVolumeClaim', 'namespace', { shortNames: ['pvc'] }],
  ['persistentvolumes', 'PersistentVolume', 'cluster', { shortNames: ['pv'] }],
  [
    ...(['pods', 'Pod', 'namespace'] as const),
    {
      ...{ shortNames: ['po'], categories: ['all'] },
      fields: [
        ...['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork'],
        ...['status.phase', 'status.podIP', 'status.podIPs', 'status.nominatedNodeName'],
      ],
      subresources: [
        { name: 'attach', kind: 'PodAttachOptions', verbs: both },
        { name: 'binding', kind: 'Binding', verbs: ['create'] },
        { name: 'ephemeralcontainers', kind: 'Pod', verbs: readWrite },
        { name: 'eviction', kind: 'Eviction', verbs: ['create'], group: 'policy', version: 'v1' },
        { name: 'exec', kind: 'PodExecOptions', verbs: both },
        { name: 'log', kind: 'Pod', verbs: ['get'] },
        { name: 'portforward', kind: 'PodPortForwardOptions', verbs: both },
        { name: 'proxy', kind: 'PodProxyOptions', verbs: proxied },
        { name: 'resize', kind: 'Pod', verbs: readWrite },
        status('Pod'),
      ],
    },
  ],
  ['replicationcontrollers', 'ReplicationController', 'namespace', { shortNames: ['rc'], categories: ['all'] }],
  ['resourcequotas', 'ResourceQuota', 'namespace', { shortNames: ['quota'] }],
  ['secrets', 'Secret', 'namespace', { fields: ['type'] }],
  ['serviceaccounts', 'ServiceAccount', 'namespace', { shortNames: ['sa'] }],
  ['services', 'Service', 'namespace', { shortNames: ['svc'], categories: ['all'] }],
];

const all = ['all'];
const extensions = { categories: ['api-extensions'] };
const beta = (since: string, removed: string, use?: string) => ({
  deprecated: { since, removed, ...(use ? { use } : {}) },
});

/** By group and version, as kube-apiserver v1.36 has them on; betas that are off unless asked for are in `betas`. */
const groups: Readonly<Record<string, readonly Row[]>> = {
  'apiregistration.k8s.io/v1': [
    ['apiservices', 'APIService', 'cluster', { ...extensions, subresources: [status('APIService')] }],
  ],
  'apps/v1': [
    ['controllerrevisions', 'ControllerRevision', 'namespace'],
    ['daemonsets', 'DaemonSet', 'namespace', { shortNames: ['ds'], categories: all }],
    ['deployments', 'Deployment', 'namespace', { shortNames: ['deploy'], categories: all }],
    ['replicasets', 'ReplicaSet', 'namespace', { shortNames: ['rs'], categories: all }],
    ['statefulsets', 'StatefulSet', 'namespace', { shortNames: ['sts'], categories: all }],
  ],
  'autoscaling/v2': [
    ['horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'namespace', { shortNames: ['hpa'], categories: all }],
  ],
  'autoscaling/v1': [
    ['horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'namespace', { shortNames: ['hpa'], categories: all }],
  ],
  'batch/v1': [
    ['cronjobs', 'CronJob', 'namespace', { shortNames: ['cj'], categories: all }],
    ['jobs', 'Job', 'namespace', { categories: all, fields: ['status.successful'] }],
  ],
  'certificates.k8s.io/v1': [['certificatesigningrequests', 'CertificateSigningRequest', 'cluster']],
  'networking.k8s.io/v1': [
    ['ingressclasses', 'IngressClass', 'cluster'],
    ['ingresses', 'Ingress', 'namespace', { shortNames: ['ing'] }],
    ['ipaddresses', 'IPAddress', 'cluster', { shortNames: ['ip'] }],
    ['networkpolicies', 'NetworkPolicy', 'namespace', { shortNames: ['netpol'] }],
    ['servicecidrs', 'ServiceCIDR', 'cluster'],
  ],
  'policy/v1': [
    [
      ...(['poddisruptionbudgets', 'PodDisruptionBudget', 'namespace'] as const),
      { shortNames: ['pdb'], subresources: [status('PodDisruptionBudget')] },
    ],
  ],
  'rbac.authorization.k8s.io/v1': [
    ['clusterrolebindings', 'ClusterRoleBinding', 'cluster'],
    ['clusterroles', 'ClusterRole', 'cluster'],
    ['rolebindings', 'RoleBinding', 'namespace'],
    ['roles', 'Role', 'namespace'],
  ],
  'storage.k8s.io/v1': [
    ['csidrivers', 'CSIDriver', 'cluster'],
    ['csinodes', 'CSINode', 'cluster'],
    ['storageclasses', 'StorageClass', 'cluster', { shortNames: ['sc'] }],
    ['volumeattachments', 'VolumeAttachment', 'cluster'],
    ['volumeattributesclasses', 'VolumeAttributesClass', 'cluster', { shortNames: ['vac'] }],
  ],
  'admissionregistration.k8s.io/v1': [
    ['mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', 'cluster', extensions],
    [
      ...(['validatingadmissionpolicies', 'ValidatingAdmissionPolicy', 'cluster'] as const),
      { ...extensions, subresources: [status('ValidatingAdmissionPolicy')] },
    ],
    ['validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', 'cluster', extensions],
    ['validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', 'cluster', extensions],
  ],
  'apiextensions.k8s.io/v1': [
    [
      'customresourcedefinitions',
      'CustomResourceDefinition',
      'cluster',
      { ...extensions, shortNames: ['crd', 'crds'], subresources: [status('CustomResourceDefinition')] },
    ],
  ],
  'scheduling.k8s.io/v1': [['priorityclasses', 'PriorityClass', 'cluster', { shortNames: ['pc'] }]],
  'coordination.k8s.io/v1': [['leases', 'Lease', 'namespace']],
  'node.k8s.io/v1': [['runtimeclasses', 'RuntimeClass', 'cluster']],
  'discovery.k8s.io/v1': [['endpointslices', 'EndpointSlice', 'namespace']],
  'flowcontrol.apiserver.k8s.io/v1': [
    ['flowschemas', 'FlowSchema', 'cluster'],
    ['prioritylevelconfigurations', 'PriorityLevelConfiguration', 'cluster'],
  ],
  'resource.k8s.io/v1': [['deviceclasses', 'DeviceClass', 'cluster']],
};

const betas: Readonly<Record<string, readonly Row[]>> = {
  'coordination.k8s.io/v1beta1': [['leasecandidates', 'LeaseCandidate', 'namespace', beta('1.36', '1.39')]],
  'networking.k8s.io/v1beta1': [
    ['ipaddresses', 'IPAddress', 'cluster', { shortNames: ['ip'], ...beta('1.34', '1.37') }],
    ['servicecidrs', 'ServiceCIDR', 'cluster', beta('1.34', '1.37')],
  ],
  'resource.k8s.io/v1beta1': [['deviceclasses', 'DeviceClass', 'cluster', beta('1.35', '1.38')]],
  'storage.k8s.io/v1beta1': [
    [
      ...(['volumeattributesclasses', 'VolumeAttributesClass', 'cluster'] as const),
      beta('1.34', '1.37', 'storage.k8s.io/v1 VolumeAttributesClass'),
    ],
  ],
};

/** What a v1.36 API server serves; betas by group and version, as --runtime-config switches them on. */
export function knownKinds(runtimeConfig: readonly string[]): readonly Kind[] {
  const on = runtimeConfig.flatMap((name) => kindsOf(name, betas[name] ?? []));
  return [...kindsOf('v1', core), ...Object.entries(groups).flatMap(([name, rows]) => kindsOf(name, rows)), ...on];
}

function kindsOf(groupVersion: string, rows: readonly Row[]): readonly Kind[] {
  const [first = '', second] = groupVersion.split('/');
  const place = second === undefined ? { group: '', version: first } : { group: first, version: second };
  return rows.map(([resource, kind, scope, more = {}]) =>
    kindOf({ ...place, resource, kind, namespaced: scope === 'namespace', ...singular(resource), ...more }),
  );
}

const singular = (resource: string) => (resource === 'endpoints' ? { singular: 'endpoints' } : {});
