import { numberInWords } from '../../../chatops/format.ts';
import type { BackupManifest } from './manifest.ts';
import type { DatabaseFacts } from './open-backup.ts';

/** In what a database is not the one its manifest describes, a sentence each; none when it is. */
export function differences(facts: DatabaseFacts, { database, revision, keys }: BackupManifest): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, ours: number | bigint | string, named: number | bigint | string) => {
    if (ours !== named) found.push(`The database has ${what} ${say(ours)} where its manifest names ${say(named)}.`);
  };
  if (!facts.hasDigest) found.push('The database has no digest at its end, which every snapshot of Salvor’s has.');
  compare('size', facts.sizeBytes, database.sizeBytes);
  compare('SHA-256', facts.sha256, database.sha256);
  if (facts.pages.kind !== 'exact') return found;
  if (revision.kind === 'exact') compare('revision', facts.pages.revision, revision.revision);
  if (keys) {
    compare('entries', facts.pages.keys.total, keys.total);
    compare('live keys', facts.pages.keys.live ?? keys.live ?? 0, keys.live ?? facts.pages.keys.live ?? 0);
  }
  return found;
}

const say = (value: number | bigint | string): string =>
  typeof value === 'string' ? `${value.slice(0, 12)}…` : numberInWords(value);
