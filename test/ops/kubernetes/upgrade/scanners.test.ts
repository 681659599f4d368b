import { describe, expect, it } from 'vitest';
import { manifests } from '../../../../src/ops/kubernetes/upgrade/checks/manifests.ts';
import { removedSettings } from '../../../../src/ops/kubernetes/upgrade/checks/removed-settings.ts';
import { apiRemovals } from '../../../../src/ops/kubernetes/upgrade/facts/api-removals.ts';
import { removalOf } from '../../../../src/ops/kubernetes/upgrade/removals.ts';
import { found, known, well } from './observed.ts';

/** Hops to these are known. */
const [oldest, newest] = [17, 37];

/** Whether a hop to this minor must not be gone with a file that still has the kind; that it is deprecated is but a note. */
function standsInTheWay(apiVersion: string, kind: string, minor: number): boolean {
  const observed = well({ manifests: known([{ name: 'a.yaml', kinds: known([{ apiVersion, kind, name: 'x' }]) }]) });
  const all = found(manifests, observed, `1.${minor - 1}.1`, `1.${minor}`).map(({ severity }) => severity);
  return all.some((severity) => severity === 'blocker' || severity === 'warning');
}

/** Of pluto 5: what it says otherwise than Kubernetes' own lifecycle tags, which are what counts. */
describe('deprecations that pluto tells otherwise', () => {
  const table: readonly (readonly [string, string, number, number])[] = [
    ['apps/v1beta1', 'Deployment StatefulSet', 8, 9],
    ['extensions/v1beta1', 'DaemonSet Deployment', 8, 9],
    ['extensions/v1beta1', 'PodSecurityPolicy', 11, 10],
    ['apiregistration.k8s.io/v1beta1', 'APIService', 19, 10],
    ['authentication.k8s.io/v1beta1', 'TokenReview', 19, 6],
    ['coordination.k8s.io/v1beta1', 'Lease', 19, 14],
    ['storage.k8s.io/v1beta1', 'StorageClass', 19, 6],
    ['storage.k8s.io/v1beta1', 'VolumeAttachment', 19, 13],
    ['audit.k8s.io/v1alpha1', 'Event Policy', 13, 21],
    ['audit.k8s.io/v1beta1', 'Event Policy', 13, 21],
    ['events.k8s.io/v1beta1', 'Event', 22, 19],
    ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema PriorityLevelConfiguration', 23, 24],
    ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema PriorityLevelConfiguration', 26, 24],
    ['admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 29, 28],
    ['flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', 29, 24],
    ['flowcontrol.apiserver.k8s.io/v1beta3', 'PriorityLevelConfiguration', 29, 31],
    ['resource.k8s.io/v1alpha3', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', 34, 32],
    ['storage.k8s.io/v1alpha1', 'VolumeAttributesClass', 32, 31],
    ['storagemigration.k8s.io/v1alpha1', 'StorageVersionMigration', 33, 35],
    ['resource.k8s.io/v1beta1', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', 35, 33],
  ];

  it.each(table)('%s %s: 1.%i, where pluto says 1.%i', (apiVersion, kinds, kubernetes, pluto) => {
    for (const kind of kinds.split(' ')) {
      expect(removalOf(apiVersion, kind)).toMatchObject({ deprecatedIn: kubernetes, pluto: { deprecatedIn: pluto } });
    }
  });

  it('are these and no others', () => {
    const other = apiRemovals().rows.filter(
      ({ pluto, deprecatedIn }) => typeof pluto?.deprecatedIn === 'number' && pluto.deprecatedIn !== deprecatedIn,
    );
    expect(other).toHaveLength(table.flatMap(([, kinds]) => kinds.split(' ')).length);
  });
});

describe('what a scanner answers otherwise about a file', () => {
  it.each([
    ['rbac.authorization.k8s.io/v1alpha1', 'ClusterRole ClusterRoleBinding Role RoleBinding', 23, 22],
    ['scheduling.k8s.io/v1alpha1', 'PriorityClass', 23, 17],
    ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema PriorityLevelConfiguration', 26, 29],
    ['admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 32, 33],
    ['resource.k8s.io/v1beta1', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', 38, 36],
  ])('%s %s is what a hop to 1.%i takes away, not one to 1.%i', (apiVersion, kinds, kubernetes, pluto) => {
    for (const kind of kinds.split(' ')) {
      if (kubernetes <= newest) expect(standsInTheWay(apiVersion, kind, kubernetes), kind).toBe(true);
      // Where pluto is late, what is gone already stands in the way as well.
      expect(standsInTheWay(apiVersion, kind, pluto), kind).toBe(pluto > kubernetes);
    }
  });

  it.each([
    ['admission.k8s.io/v1beta1', 'AdmissionReview'],
    ['admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding'],
    ['apidiscovery.k8s.io/v2beta1', 'APIGroupDiscovery'],
    ['apiextensions.k8s.io/v1beta1', 'ConversionReview'],
    ['apps/v1beta1', 'ControllerRevision DeploymentRollback Scale'],
    ['apps/v1beta2', 'ControllerRevision Scale'],
    ['auditregistration.k8s.io/v1alpha1', 'AuditSink'],
    ['authentication.k8s.io/v1alpha1', 'SelfSubjectReview'],
    ['authentication.k8s.io/v1beta1', 'SelfSubjectReview'],
    [
      'authorization.k8s.io/v1beta1',
      'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
    ],
    ['batch/v1beta1', 'JobTemplate'],
    ['batch/v2alpha1', 'CronJob'],
    ['certificates.k8s.io/v1alpha1', 'ClusterTrustBundle PodCertificateRequest'],
    ['coordination.k8s.io/v1alpha1', 'LeaseCandidate'],
    ['discovery.k8s.io/v1alpha1', 'EndpointSlice'],
    ['extensions/v1beta1', 'DeploymentRollback Scale'],
    ['flowcontrol.apiserver.k8s.io/v1alpha1', 'FlowSchema PriorityLevelConfiguration'],
    ['networking.k8s.io/v1alpha1', 'ClusterCIDR IPAddress ServiceCIDR'],
    ['networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR'],
    ['node.k8s.io/v1alpha1', 'RuntimeClass'],
    ['policy/v1beta1', 'Eviction'],
    ['resource.k8s.io/v1alpha1', 'PodScheduling ResourceClaim ResourceClaimTemplate ResourceClass'],
    [
      'resource.k8s.io/v1alpha2',
      'PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate ResourceClass ResourceClassParameters ResourceSlice',
    ],
    ['resource.k8s.io/v1alpha3', 'PodSchedulingContext'],
    ['scheduling.k8s.io/v1alpha1', 'Workload'],
    ['scheduling.k8s.io/v1alpha2', 'PodGroup Workload'],
    ['settings.k8s.io/v1alpha1', 'PodPreset'],
    ['storage.k8s.io/v1alpha1', 'CSIStorageCapacity VolumeAttachment'],
  ])('%s %s is found, which pluto does not know', (apiVersion, kinds) => {
    for (const kind of kinds.split(' ')) {
      const row = removalOf(apiVersion, kind);
      expect(row, kind).toBeDefined();
      expect(row?.pluto).toBeUndefined();
      const removedIn = row?.removedIn ?? newest + 1;
      if (removedIn <= newest) expect(standsInTheWay(apiVersion, kind, Math.max(removedIn, oldest)), kind).toBe(true);
      if (removedIn > oldest) expect(standsInTheWay(apiVersion, kind, removedIn - 1), kind).toBe(false);
    }
  });
});

/** Of siderolabs/go-kubernetes, which says 1.26: the flag was deprecated then. */
it.each(['kube-apiserver', 'kubelet'] as const)('--master-service-namespace of %s goes in 1.27', (component) => {
  const one = {
    component,
    where: `${component} on cp-1`,
    flags: { 'master-service-namespace': 'x' },
    featureGates: {},
  };
  const observed = well({ settings: known([known(one)]) });
  expect(found(removedSettings, observed, '1.25.1', '1.26')).toEqual([]);
  expect(found(removedSettings, observed, '1.26.1', '1.27').map(({ severity }) => severity)).toEqual(['blocker']);
});
