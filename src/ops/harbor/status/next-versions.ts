import { Refusal } from '../../../chatops/errors.ts';
import { harborReleases } from '../facts/releases.ts';
import type { Observed } from '../observe/observed.ts';
import { usesOf, versionsAtHand } from '../observe/uses.ts';
import { findPath } from '../path/find-path.ts';
import type { Hop } from '../path/hop.ts';
import { isBefore, versionOf } from '../path/versions.ts';

/** A release that it may go to, and the way there. */
export interface NextVersion {
  readonly minor: string;
  readonly hops: readonly Hop[];
}

/** All later minors to which a documented way leads that the database lives through, the nearest first. */
export function nextVersions(observed: Observed, running: string): readonly NextVersion[] {
  const from = versionOf(running);
  if (!from) return [];
  const wish = {
    from: running,
    database: observed.database,
    packages: versionsAtHand(observed),
    uses: usesOf(observed),
  };
  return harborReleases()
    .rows.filter(({ minor }) => isBefore(from.minor, minor))
    .flatMap(({ minor }): readonly NextVersion[] => {
      try {
        return [{ minor, hops: findPath({ ...wish, to: minor }) }];
      } catch (error) {
        if (error instanceof Refusal) return [];
        throw error;
      }
    });
}
