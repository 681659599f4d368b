import { durationInWords } from '../../../chatops/format.ts';
import type { Fact, Report } from '../../../chatops/report.ts';
import type { RestoreResult } from './run-restore.ts';

/** What a restore, or the way back from one, came to. */
export function restoreReport(result: RestoreResult): Report {
  return result.kind === 'restored' ? restored(result) : rolledBack(result);
}

function restored({ cluster, decided, downtimeMs, kubernetes, savedAs }: RestoreResult): Report {
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
      ...(savedAs === undefined
        ? []
        : [
            {
              label: 'What was there before',
              value: [
                `is backup ${savedAs}; to have it again, with everything since lost: `,
                { command: `restore ${cluster.name} ${savedAs} --unverified --reason "…"` },
              ],
            },
          ]),
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

function rolledBack(result: RestoreResult): Report {
  const { cluster, decided, downtimeMs, undone } = result;
  const { hosts, withData, shared } = decided;
  const { restore_mark: mark } = shared;
  const nothing = undone.length === 0;
  const stopped = undone.includes('Stop etcd') ? hosts.filter(({ name }) => !withData.includes(name)) : [];
  const stoppedOn = stopped.map(({ name }) => name).join(', ');
  const title = nothing ? `Nothing of ${cluster.name} had been changed` : `${cluster.name} is as it was before`;
  return {
    ...(stopped.length === 0
      ? { tone: 'good', title }
      : leftStopped(`${title}, with etcd stopped on ${stoppedOn}`, result)),
    facts: [
      ...downtime(downtimeMs),
      ...stopped.map((host) => ({ label: host.name, value: withoutData(host, shared.restore_dir), onCard: true })),
      ...(nothing ? [] : [{ label: 'Taken back', value: undone.join(', ') }]),
      ...(nothing
        ? []
        : [{ label: 'What was restored', value: `failed-${mark} in the data directories, where it had come so far` }]),
    ],
    changed:
      stopped.length === 0
        ? 'nothing that was not taken back'
        : `etcd stays stopped on ${stoppedOn}, where it had no data`,
  };
}

/** Started there it would begin a cluster of its own, beside what the others know. */
function leftStopped(
  title: string,
  { cluster, decided }: RestoreResult,
): Pick<Report, 'tone' | 'title' | 'text' | 'next'> {
  const backup = decided.variant === 'new' ? ' latest' : '';
  return {
    ...{ tone: 'warning', title },
    text: 'Leave it stopped there: without data it would begin a cluster of its own.',
    next: ['To bring it back: ', { command: `restore ${cluster.name}${backup} --reason "…"` }],
  };
}

function withoutData({ variables }: RestoreResult['decided']['hosts'][number], directory: string): string {
  const { etcd_data_dir: data, etcd_service: service } = variables;
  const kept =
    service.kind === 'staticPod'
      ? `; its manifest lies in ${directory}/manifests, where the next restore finds it`
      : '';
  return `etcd is stopped, with no data in ${data}${kept}`;
}

const downtime = (ms: number | undefined): readonly Fact[] =>
  ms === undefined ? [] : [{ label: 'Downtime', value: durationInWords(ms), onCard: true }];
