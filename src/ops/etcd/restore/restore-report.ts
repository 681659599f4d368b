import { durationInWords } from '../../../chatops/format.ts';
import type { Fact, Report } from '../../../chatops/report.ts';
import type { RestoreResult } from './run-restore.ts';

/** What a restore, or the way back from one, came to. */
export function restoreReport(result: RestoreResult): Report {
  return result.kind === 'restored' ? restored(result) : rolledBack(result);
}

function restored({ cluster, decided, downtimeMs, kubernetes }: RestoreResult): Report {
  const { variant, source, lost, survivor, hosts, shared } = decided;
  const titles = {
    all: `${cluster.name} is restored from ${source?.id}`,
    new: `${cluster.name} has begun anew from ${source?.id}`,
    rescue: `${cluster.name} goes on with the data of ${survivor}`,
    replace: `${cluster.name} has ${lost.map(({ name }) => name).join(', ')} back`,
  };
  const troubles = kubernetes?.troubles ?? [];
  return {
    tone: troubles.length > 0 ? 'warning' : 'good',
    title: titles[variant],
    ...(troubles.length > 0 ? { text: troubles.join(' ') } : {}),
    facts: [
      ...downtime(downtimeMs),
      { label: 'Checked', value: checked(variant, hosts.length, decided.hasKubernetes), onCard: true },
      ...(kubernetes && kubernetes.good.length > 0
        ? [{ label: 'Kubernetes', value: kubernetes.good.join(', '), onCard: true }]
        : []),
      ...(variant === 'new' || variant === 'replace'
        ? []
        : [
            {
              label: 'Old data',
              value: `before-${shared.restore_mark} in every data directory, until somebody deletes it`,
            },
          ]),
    ],
    changed: `${hosts.length === 1 ? 'the member' : variant === 'replace' ? lost.map(({ name }) => name).join(', ') : `all ${hosts.length} members`} of ${cluster.name}`,
    next: ['Take a backup of it as it is now: ', { command: `snapshot ${cluster.name}` }],
    ...(downtimeMs === undefined ? {} : { measures: { downtimeSeconds: downtimeMs / 1000 } }),
  };
}

function checked(variant: RestoreResult['decided']['variant'], members: number, hasKubernetes: boolean): string {
  const keys = variant === 'all' || variant === 'new' ? ', the keys counted before anybody could write' : '';
  const ready = hasKubernetes && variant !== 'replace' ? ', API servers ready' : '';
  return `a quorum of ${members}, one leader, one hash on all members${keys}${ready}`;
}

function rolledBack({ cluster, decided, downtimeMs, undone }: RestoreResult): Report {
  const { hosts, withData, shared } = decided;
  const { restore_mark: mark } = shared;
  const nothing = undone.length === 0;
  const stopped = undone.includes('Stop etcd') ? hosts.filter(({ name }) => !withData.includes(name)) : [];
  return {
    tone: 'good',
    title: nothing ? `Nothing of ${cluster.name} had been changed` : `${cluster.name} is as it was before`,
    facts: [
      ...downtime(downtimeMs),
      ...(nothing ? [] : [{ label: 'Taken back', value: undone.join(', ') }]),
      ...(nothing
        ? []
        : [{ label: 'What was restored', value: `failed-${mark} in the data directories, where it had come so far` }]),
    ],
    changed:
      stopped.length === 0
        ? 'nothing that was not taken back'
        : `etcd stays stopped on ${stopped.map(({ name }) => name).join(', ')}, where it had no data; a manifest of it lies in ${shared.restore_dir}/manifests`,
  };
}

const downtime = (ms: number | undefined): readonly Fact[] =>
  ms === undefined ? [] : [{ label: 'Downtime', value: durationInWords(ms), onCard: true }];
