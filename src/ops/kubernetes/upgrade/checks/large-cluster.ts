import { counted } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { Observed } from '../observed.ts';

const name = 'large-cluster';

/** What keeps a control plane of thousands of nodes upright while all its kubelets come back at once. */
export const largeCluster: Check = {
  name,
  when: 'once',
  check: (observed) => [...leases(observed), ...storage(observed), ...mediaType(observed)],
};

const say = (severity: Severity, subject: string, evidence: string, next: string, source: string): Finding => ({
  ...{ check: name, severity, subject, evidence, next, source: [source] },
});

const leases = ({ nodeLeases, nodes }: Observed) =>
  seen(name, nodeLeases, (renewing) => {
    const all = 'known' in nodes ? nodes.known.filter(({ isReady }) => isReady).length : 0;
    if (renewing >= all) return [];
    return [
      say(
        'warning',
        'node Leases',
        `${counted(all - renewing, 'ready node')} of ${all} renews none: its heartbeats are whole node objects.`,
        'Raise those kubelets, or look why they cannot write into kube-node-lease.',
        'KEP-589',
      ),
    ];
  });

const storage = ({ storageBackend }: Observed) =>
  seen(name, storageBackend, (backend) =>
    backend === 'etcd3'
      ? []
      : [
          say(
            'blocker',
            'storage backend',
            `It is ${backend}: only etcd3 is known since 1.13.`,
            'Migrate to etcd v3 first.',
            'kubernetes/kubernetes CHANGELOG-1.13',
          ),
        ],
  );

const protobuf = 'application/vnd.kubernetes.protobuf';
const mediaType = ({ storageMediaType }: Observed) =>
  seen(name, storageMediaType, (type) =>
    type === protobuf
      ? []
      : [
          say(
            'warning',
            'storage media type',
            `Objects are stored as ${type}: several times larger than protobuf, and slower.`,
            `Set --storage-media-type=${protobuf}, its default.`,
            'kubernetes.io docs kube-apiserver',
          ),
        ],
  );
