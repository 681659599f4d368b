import type { Lease } from '../../ports/leases.ts';
import type { ScheduleNow } from '../../ports/schedules.ts';
import type { Role } from '../access.ts';
import { durationInWords } from '../format.ts';
import { leaseTarget } from '../held-back.ts';
import type { Text } from '../report.ts';
import type { RunRecord } from '../run.ts';
import type { HomeSection, Seen } from './home.ts';

/** Rows of which the last look at their leaders is read. */
const mostClusters = 25;
const hourMs = 3_600_000;
const roles: readonly Role[] = ['operator', 'approver', 'viewer'];

/** How the backups of each cluster stand against its target, who leads, and what holds it. */
export async function clustersSection(seen: Seen): Promise<HomeSection> {
  const { parts, may } = seen;
  const clusters = parts.catalogue.clusters.filter(({ name }) => may('viewer', name));
  const registries = parts.catalogue.registries.filter(({ name }) => may('viewer', name));
  const [freezes, leases, schedules] = await Promise.all([
    parts.keepers.freezes.list(),
    parts.keepers.leases.list(),
    parts.schedules.list(),
  ]);
  const held = (name: string, kind: 'cluster' | 'registry') => heldInWords(name, kind, leases, freezes);
  const rows = await Promise.all(
    clusters.slice(0, mostClusters).map(async ({ name }) => {
      const facts = (await lastLook(name, schedules, seen))?.report?.facts ?? [];
      const fact = (label: string) => plain(facts.find((one) => one.label === label)?.value);
      return [
        name,
        backupInWords(name, seen),
        held(name, 'cluster'),
        fact('Leaders'),
        fact('Kubernetes'),
        roleOf(name, seen),
      ];
    }),
  );
  const others = registries.map(({ name }) => [name, '–', held(name, 'registry'), '–', '–', roleOf(name, seen)]);
  const hidden = clusters.length - rows.length;
  return {
    title: 'Your clusters',
    lines: [
      ...(rows.length + others.length === 0 ? ['You may look at none. Ask whoever keeps salvor.yaml.'] : []),
      ...(hidden > 0 ? [`The first ${rows.length} of ${clusters.length}.`] : []),
    ],
    table: {
      caption: 'Your clusters and registries',
      columns: ['Name', 'Last verified backup', 'Held by', 'Leaders', 'Kubernetes', 'You are'],
      rows: [...rows, ...others],
    },
  };
}

/** At its leaders, by its schedule or because somebody asked. */
async function lastLook(
  name: string,
  schedules: readonly ScheduleNow[],
  { ended, parts }: Seen,
): Promise<RunRecord | undefined> {
  const id = schedules.find((one) => one.job === 'leaders' && one.target === name)?.record.last?.run;
  const scheduled = id === undefined ? undefined : await parts.runs.find(id);
  const asked = ended.find(({ job, target, state }) => job === 'leaders' && target === name && state === 'done');
  const endOf = (run: RunRecord | undefined) => run?.endedAt?.getTime() ?? 0;
  return endOf(asked) > endOf(scheduled) ? asked : scheduled;
}

function backupInWords(name: string, { measured, now }: Seen): string {
  const watch = measured.find((one) => one.job === 'watch' && one.target === name)?.measures;
  if (!watch) return 'nobody has looked yet';
  const { newestVerifiedTimestampSeconds: at = 0, maxAgeSeconds = 0 } = watch;
  if (at === 0) return 'none';
  const ageMs = now.getTime() - at * 1000;
  const target = durationInWords(maxAgeSeconds * 1000);
  // In whole hours: what is different every minute would be shown anew every minute.
  const age = ageMs < hourMs ? 'less than 1 h' : durationInWords(Math.floor(ageMs / hourMs) * hourMs);
  return `${age} ago, ${ageMs > maxAgeSeconds * 1000 ? `older than ${target}` : `within ${target}`}`;
}

function heldInWords(
  name: string,
  targetKind: 'cluster' | 'registry',
  leases: readonly Lease[],
  freezes: readonly { readonly target: string; readonly by: string }[],
): string {
  const lease = leases.find(({ target }) => target === leaseTarget({ target: name, targetKind }));
  const freeze = freezes.find(({ target }) => target === name || target === 'all');
  const held = [...(lease ? [`run ${lease.run}`] : []), ...(freeze ? [`frozen by ${freeze.by}`] : [])];
  return held.join('; ') || '–';
}

/** All of them: who operates may not approve for that. */
const roleOf = (name: string, { actor }: Seen): string =>
  roles.filter((role) => actor.grants.some((grant) => grant.target === name && grant.role === role)).join(', ');

function plain(value: Text | undefined): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : value.filter((piece) => typeof piece === 'string').join('');
}
