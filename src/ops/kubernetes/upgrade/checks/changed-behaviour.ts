import { counted, firstFew } from '../../../../chatops/format.ts';
import { versionIn } from '../../../../chatops/versions.ts';
import { unseen } from '../../../findings/finding.ts';
import type { Gap } from '../../../findings/piece.ts';
import { minorInWords } from '../../release.ts';
import { etcdBefore, isBelow } from '../etcd-way.ts';
import { type RemovedSetting, settingsRemoved } from '../facts/removed-settings.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { Observed, Settings } from '../observed.ts';

const name = 'changed-behaviour';

/** What no flag tells: what a cluster relies on that the target does no longer. Where nothing can be looked at, it is told as a note. */
export const changedBehaviour: Check = {
  name,
  when: 'each hop',
  check(observed, hop) {
    const rows = settingsRemoved(hop.isFirst ? 0 : hop.from, hop.to).filter(({ kind }) => kind === 'behaviour');
    return rows.flatMap((row) => judge(row, observed, hop));
  },
};

/** Who relies on it, or why nobody can say. */
type Reliance = (
  observed: Observed,
  hop: Hop,
) => { readonly severity: Severity; readonly on: readonly string[] } | { readonly gap: Gap };

/** By the name of their row. */
const reliances: Readonly<Record<string, Reliance>> = {
  dockershim: ({ nodes }) =>
    'gap' in nodes
      ? nodes
      : blocked(nodes.known.filter(({ runtime }) => runtime.startsWith('docker:')).map(({ name: node }) => node)),
  'cgroup v1 host': (observed) =>
    ofSettings(
      observed,
      'kubelet',
      ({ cgroup, failCgroupV1 }) => cgroup === 'v1' && failCgroupV1 !== false,
      ({ cgroup }) => cgroup !== undefined,
    ),
  '--cloud-provider accepts only external or empty': (observed) =>
    ofSettings(
      observed,
      'kube-controller-manager',
      ({ flags }) => !['', 'external'].includes(flags['cloud-provider'] ?? ''),
    ),
  'static pods that reference API objects are refused (gate PreventStaticPodAPIReferences, gate itself gone in 1.37)': (
    observed,
  ) => ofSettings(observed, undefined, ({ references = [] }) => references.length > 0),
  'etcd below 3.6.0': ({ etcd, kubeadm }, hop) => {
    if ('gap' in kubeadm) return kubeadm;
    if (!kubeadm.known) return blocked([]);
    if ('gap' in etcd) return etcd;
    const below = etcd.known.filter(({ version }) => {
      const found = 'known' in version ? versionIn(version.known) : undefined;
      const before = found && etcdBefore([found], hop);
      return before !== undefined && isBelow(before.from, '3.6.0');
    });
    return blocked(below.map(({ name: member }) => member));
  },
  // An earlier hop's kubeadm writes it anew.
  'kubeadm.k8s.io/v1beta3 config': ({ kubeadm }, { isFirst }) => {
    if ('gap' in kubeadm) return kubeadm;
    return blocked(isFirst && kubeadm.known?.apiVersion === 'kubeadm.k8s.io/v1beta3' ? ['kubeadm-config'] : []);
  },
  'k8s.gcr.io frozen; images only on registry.k8s.io': ({ kubeadm }) =>
    'gap' in kubeadm
      ? kubeadm
      : blocked(kubeadm.known?.imageRepository?.startsWith('k8s.gcr.io') ? ['imageRepository of kubeadm-config'] : []),
};

const blocked = (on: readonly string[]) => ({ severity: 'blocker' as const, on });

function ofSettings(
  { settings }: Observed,
  component: Settings['component'] | undefined,
  relies: (one: Settings) => boolean,
  tells: (one: Settings) => boolean = () => true,
): ReturnType<Reliance> {
  if ('gap' in settings) return settings;
  // A gap of one of them is told where flags are.
  const all = settings.known.flatMap((piece) =>
    'known' in piece && (component ?? piece.known.component) === piece.known.component ? [piece.known] : [],
  );
  const silent = all.filter((one) => !tells(one));
  const on = all.filter(relies).map(({ where }) => where);
  if (on.length === 0 && silent.length > 0) {
    return {
      gap: {
        what: `the cgroup version of ${counted(silent.length, 'node')}`,
        needs: `Run stat -fc %T /sys/fs/cgroup on ${firstFew(silent.map(({ where }) => where))}: cgroup2fs is what is needed.`,
      },
    };
  }
  return blocked(on);
}

function judge(row: RemovedSetting, observed: Observed, hop: Hop): readonly Finding[] {
  const reliance = reliances[row.name]?.(observed, hop);
  const isNew = row.removedIn > hop.from;
  const evidence = `Since ${minorInWords(row.removedIn)}, ${row.name}: ${row.effect}.`;
  if (!reliance) {
    return isNew
      ? [
          {
            check: name,
            severity: 'note',
            subject: row.component,
            evidence,
            next: 'Look whether that concerns this cluster.',
            source: row.source,
          },
        ]
      : [];
  }
  if ('gap' in reliance) return isNew ? [unseen(name, reliance.gap)] : [];
  if (reliance.on.length === 0) return [];
  return [
    {
      ...{ check: name, severity: reliance.severity, evidence, source: row.source, all: reliance.on },
      subject: `${row.component}: ${firstFew(reliance.on)}`,
      next: row.replacement ? `Move to ${row.replacement} before the hop.` : 'Change that before the hop.',
    },
  ];
}
