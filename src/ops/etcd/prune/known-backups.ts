import { inParallel } from '../../../chatops/in-parallel.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import { partsOfVerificationKey } from '../backup/backup-layout.ts';
import type { Unreadable } from '../backup/load-backup.ts';
import type { BackupFacts } from '../backup/retention.ts';
import { type CloserLook, type Curiosity, lookCloser, twofold } from './look-closer.ts';
import type { SurveyedBackup } from './survey-bucket.ts';

/** A backup with what is known of it so far. */
export interface KnownBackup extends BackupFacts {
  readonly id: string;
  readonly surveyed: SurveyedBackup;
  /** Of all its data in the first bucket. */
  readonly sizeBytes: number;
  /** Whether its manifest was read. */
  readonly isRead: boolean;
}

/** Backups of which more is learned on the way. */
export interface KnownBackups {
  /** In the order of the survey. */
  all(): readonly KnownBackup[];
  /** Looks closer at some of them; from then on `all` tells what was found. Throws Fault. */
  look(some: readonly KnownBackup[], curiosity: Curiosity): Promise<readonly CloserLook[]>;
  /** What was met and tells nothing. */
  unreadable(): readonly Unreadable[];
}

const widthOfReading = 16;

export function knowBackups(
  objects: Objects,
  cluster: Cluster,
  surveyed: readonly SurveyedBackup[],
  ask: AskOptions,
): KnownBackups {
  const known = new Map(surveyed.map((one) => [keyOf(one), fromListings(one)]));
  const unreadable = new Map<string, Unreadable>(
    surveyed.flatMap(({ listed, isTwofold }) => (isTwofold ? [[listed.object.key, twofold(listed)]] : [])),
  );
  return {
    all: () => [...known.values()],
    async look(some, curiosity) {
      return inParallel(some, widthOfReading, async (one) => {
        const look = await lookCloser(objects, cluster, one.surveyed, curiosity, ask);
        const { standing, lock } = look;
        known.set(keyOf(one.surveyed), { ...one, standing, ...(lock ? { lock } : {}), isRead: true });
        for (const object of look.unreadable) unreadable.set(object.key, object);
        return look;
      });
    },
    unreadable: () => [...unreadable.values()],
  };
}

const keyOf = ({ listed }: SurveyedBackup): string => listed.object.key;

function fromListings(surveyed: SurveyedBackup): KnownBackup {
  const { listed, data, isTwofold } = surveyed;
  const { stem, id, takenAt, kind } = listed;
  const sizeBytes = data.reduce((sum, object) => sum + object.sizeBytes, 0);
  const standing = data.length === 0 ? 'broken' : standingOf(listed);
  return {
    ...{ stem, id, takenAt, kind, surveyed, sizeBytes },
    standing: isTwofold ? 'unreadable' : standing,
    isRead: false,
  };
}

/** As the key of the latest result says. */
function standingOf({ verifications }: SurveyedBackup['listed']): BackupFacts['standing'] {
  const [latest] = verifications.toSorted((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime());
  if (!latest) return 'untried';
  return partsOfVerificationKey(latest.key)?.passed ? 'verified' : 'broken';
}
