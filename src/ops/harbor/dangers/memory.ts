import { bytesInWords } from '../../../chatops/format.ts';
import { seen } from '../../findings/finding.ts';
import { releaseOf } from '../facts/releases.ts';
import { type Danger, hopPast, speaker } from './danger.ts';

const name = 'memory';
const turnsToPostgres = '1.6';
/** What people report of big databases: goharbor/harbor#14235. */
const reported = 16 * 1024 ** 3;

/** The migrator that makes PostgreSQL of MariaDB holds much at once. */
export const memory: Danger = {
  name,
  look({ observed: { memoryBytes }, hops }) {
    const hop = hopPast(hops, turnsToPostgres);
    if (!hop?.database) return [];
    const say = speaker(name, releaseOf(turnsToPostgres)?.source);
    return seen(name, memoryBytes, (bytes) =>
      bytes >= reported
        ? []
        : [
            say(
              'warning',
              `memory for ${hop.to}`,
              `The host has ${bytesInWords(bytes)}; on big databases the migrator took ${bytesInWords(reported)}.`,
              'Try the migration on a copy first, or give the host more.',
            ),
          ],
    );
  },
};
