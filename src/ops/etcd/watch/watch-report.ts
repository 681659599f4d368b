import { counted, durationInWords } from '../../../chatops/format.ts';
import type { Report, Text, Value } from '../../../chatops/report.ts';
import type { BackupTarget } from '../../../ports/catalogue.ts';
import { type Backup, hasFailed, isVerified } from '../backup/backup.ts';
import { ageOf } from '../backup/freshness.ts';
import { shrinkageInWords } from '../backup/shrinkage.ts';
import type { Standing } from './watch-backups.ts';

/** Something that does not hold. Its words stay the same while it lasts: what is said anew is news. */
interface Trouble {
  readonly what: string;
  /** A restore would lose what it should not. */
  readonly isBad: boolean;
  readonly next: Text;
}

const shownTroubles = 3;

/** How a cluster's backups stand against what people rely on, the worst first, each with what to do. */
export function watchReport(standing: Standing): Report {
  const { name } = standing.cluster;
  const [worst, ...others] = troublesOf(standing);
  const facts = factsOf(standing);
  const measures = measuresOf(standing);
  if (!worst) return { tone: 'good', title: `${name}: its backups are as they should be`, facts, measures };
  return {
    tone: worst.isBad ? 'bad' : 'warning',
    title: `${name}: ${worst.what}`,
    ...(others.length > 0
      ? {
          text: `Also: ${others
            .slice(0, shownTroubles)
            .map(({ what }) => what)
            .join('; ')}.`,
        }
      : {}),
    facts,
    changed: 'nothing',
    next: worst.next,
    measures,
  };
}

function troublesOf({ cluster, now, newest, newestVerified, lastDrillAt, ...found }: Standing): readonly Trouble[] {
  const { name, backup: target } = cluster;
  const maxAge = durationInWords(target.maxAgeMs);
  const troubles: Trouble[] = [];
  const say = (isSo: boolean, trouble: Trouble) => void (isSo && troubles.push(trouble));
  say(!newest, { what: 'it has no backup at all', isBad: true, next: ['Take one: ', { command: `snapshot ${name}` }] });
  const ofFuture = {
    what: `${counted(found.future.length, 'backup')} came from the future, ${found.future[0]}: a clock is wrong`,
    isBad: false,
    next: 'Set the clocks of the workers right. Until its time has come such a backup counts for nothing.',
  };
  if (!newest) {
    say(found.future.length > 0, ofFuture);
    return troubles;
  }
  say(newest.verification?.passed === false, {
    what: `its newest backup, ${newest.id}, was tried out and found broken`,
    isBad: true,
    next: ['Take another one, then verify it: ', { command: `snapshot ${name}` }],
  });
  say(!newestVerified || ageOf(newestVerified, now) > target.maxAgeMs, {
    what: `no backup of the last ${maxAge} is verified`,
    isBad: true,
    next: nextFor(name, newest, target.maxAgeMs, now),
  });
  say(found.damaged.length > 0, {
    what: `${counted(found.damaged.length, 'backup')} cannot be whole: ${found.damaged.map(({ id, why }) => `${id}, ${why}`).join('; ')}`,
    isBad: true,
    next: ['See them: ', { command: `backups ${name}` }],
  });
  say(found.shrunk !== undefined, {
    what: found.shrunk ? shrinkageInWords(found.shrunk) : '',
    isBad: false,
    next: ['Nothing is pruned meanwhile. See whether much was deleted on purpose: ', { command: `backups ${name}` }],
  });
  say(lastDrillAt === undefined || now.getTime() - lastDrillAt.getTime() > target.drillEveryMs, {
    what: `no backup was restored for ${durationInWords(target.drillEveryMs)}`,
    isBad: false,
    next: ['Try one out: ', { command: `verify ${name} latest` }],
  });
  say(found.uncopied !== 0, {
    what: copiesInWords(target, found.uncopied),
    isBad: false,
    next: ['A snapshot copies what is missing, or says why it cannot: ', { command: `snapshot ${name}` }],
  });
  say(found.future.length > 0, ofFuture);
  say(found.unreadable.length > 0, {
    what: `${counted(found.unreadable.length, 'object')} among its backups cannot be read`,
    isBad: false,
    next: ['See which: ', { command: `backups ${name}` }],
  });
  return troubles;
}

function copiesInWords({ copy }: BackupTarget, uncopied: Standing['uncopied']): string {
  const where = copy?.address ?? 'a second bucket';
  if (uncopied === 'unknown') return `whether its backups are copied to ${where} is not known: it cannot be listed`;
  return `not all of its newest backups have a copy in ${where}`;
}

/** A young one only wants to be tried out; where there is none, one must be taken first. */
function nextFor(name: string, newest: Backup, maxAgeMs: number, now: Date): Text {
  return ageOf(newest, now) <= maxAgeMs && !hasFailed(newest)
    ? ['Try the newest one out: ', { command: `verify ${name} latest` }]
    : ['Take one, then verify it: ', { command: `snapshot ${name}` }];
}

function factsOf({ cluster, count, newest, newestVerified, lastDrillAt }: Standing): NonNullable<Report['facts']> {
  const { maxAgeMs, drillEveryMs, address, prefix } = cluster.backup;
  const at = (instant: Date | undefined): Value => (instant ? { time: instant.toISOString() } : 'none');
  return [
    { label: 'Newest backup', value: [at(newest?.takenAt), newest && isVerified(newest) ? ', verified' : ''] },
    {
      label: 'Newest verified',
      value: [at(newestVerified?.takenAt), `; never to be older than ${durationInWords(maxAgeMs)}`],
    },
    { label: 'Last restored', value: [at(lastDrillAt), `; to be done every ${durationInWords(drillEveryMs)}`] },
    {
      label: 'Looked at',
      value: `${counted(count, 'backup')} of the last ${durationInWords(Math.max(maxAgeMs, drillEveryMs))}`,
    },
    { label: 'Where', value: [{ code: `${address}/${prefix}` }] },
  ];
}

/** 0 where there is none: an alert can ask for that, not for what is absent. */
function measuresOf({ cluster, count, newest, newestVerified, lastDrillAt, shrunk, uncopied }: Standing) {
  const seconds = (instant: Date | undefined): number => (instant ? Math.round(instant.getTime() / 1000) : 0);
  return {
    newestBackupTimestampSeconds: seconds(newest?.takenAt),
    newestVerifiedTimestampSeconds: seconds(newestVerified?.takenAt),
    lastDrillTimestampSeconds: seconds(lastDrillAt),
    maxAgeSeconds: cluster.backup.maxAgeMs / 1000,
    drillEverySeconds: cluster.backup.drillEveryMs / 1000,
    shrunk: shrunk ? 1 : 0,
    backups: count,
    ...(uncopied === 'unknown' ? {} : { uncopied }),
  };
}
