import { unseen } from '../../../findings/finding.ts';
import { minorInWords } from '../../release.ts';
import { apiRemovals } from '../facts/api-removals.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { Observed, Settings } from '../observed.ts';
import { fateOf } from '../removals.ts';

const name = 'config-files';

/** Flags that name a file on the node, and the kind that is in it. */
const files: readonly {
  readonly component: Settings['component'];
  readonly flag: string;
  readonly group: string;
  readonly kind: string;
}[] = [
  {
    ...{ component: 'kube-scheduler', flag: 'config' },
    ...{ group: 'kubescheduler.config.k8s.io', kind: 'KubeSchedulerConfiguration' },
  },
  { component: 'kube-apiserver', flag: 'audit-policy-file', group: 'audit.k8s.io', kind: 'Policy' },
  {
    ...{ component: 'kube-apiserver', flag: 'admission-control-config-file' },
    ...{ group: 'apiserver.config.k8s.io', kind: 'WebhookAdmissionConfiguration' },
  },
];

/**
 * Files that a component of the control plane reads at start, and no API tells: unknown in a hop after which it does not start with some version of
 * them, unless somebody gave one to be looked at.
 */
export const configFiles: Check = {
  name,
  when: 'each hop',
  check(observed, hop) {
    const { settings } = observed;
    // Where flags could not be read is told by the check of flags.
    if ('gap' in settings) return [];
    return settings.known.flatMap((one) => ('known' in one ? judge(one.known, observed, hop) : []));
  },
};

function judge({ component, where, flags }: Settings, observed: Observed, hop: Hop): readonly Finding[] {
  return files.flatMap((file): readonly Finding[] => {
    const path = flags[file.flag];
    const goes = apiRemovals().rows.filter(
      (row) => row.kind === file.kind && row.apiVersion.startsWith(`${file.group}/`) && fateOf(row, hop) === 'goes',
    );
    if (file.component !== component || path === undefined || goes.length === 0 || isGiven(file, observed)) return [];
    const versions = goes.map(({ apiVersion }) => apiVersion).join(' or ');
    return [
      unseen(name, {
        what: `${path}, the ${file.kind} of ${where}`,
        needs: `${minorInWords(hop.to)} does not start with ${versions} in it: give the file as a manifest, or look at it on its node.`,
      }),
    ];
  });
}

const isGiven = ({ group, kind }: (typeof files)[number], { manifests }: Observed): boolean =>
  'known' in manifests &&
  manifests.known.some(
    ({ kinds }) =>
      'known' in kinds && kinds.known.some((use) => use.kind === kind && use.apiVersion.startsWith(`${group}/`)),
  );
