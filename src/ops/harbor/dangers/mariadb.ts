import { seen } from '../../findings/finding.ts';
import { releaseOf } from '../facts/releases.ts';
import type { MariaDbAccess } from '../observe/observed.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'mariadb';

/** A migrator that is not let in says so only with Harbor down, after a minute, and as if the database did not start. */
export const mariadb: Danger = {
  name,
  look({ observed: { mariadb: piece }, hops: [first] }) {
    if (first?.database?.before.engine !== 'MariaDB' || first.fromMinor === first.toMinor) return [];
    const say = speaker(name, releaseOf(first.toMinor)?.migration?.source ?? first.source);
    return seen(name, piece, (found): readonly Finding[] => {
      const trouble = troubles[found];
      return trouble ? [say(trouble.severity, 'MariaDB', trouble.evidence, trouble.next)] : [];
    });
  },
};

const correct = 'Write the one that works into db_password of harbor.cfg.';
const inCfg = 'The db_password of harbor.cfg';

const troubles: Readonly<Record<MariaDbAccess, Pick<Finding, 'severity' | 'evidence' | 'next'> | undefined>> = {
  works: undefined,
  none: { severity: 'stop', evidence: 'No MariaDB lies where it should.', next: 'Find out where the data lies.' },
  missing: { severity: 'stop', evidence: 'harbor.cfg has no db_password.', next: correct },
  refused: { severity: 'stop', evidence: `${inCfg} is not taken by the database.`, next: correct },
  differs: { severity: 'stop', evidence: `${inCfg} is not the one with which Harbor runs.`, next: correct },
  unusable: {
    severity: 'stop',
    evidence: `${inCfg} has blanks, quotes, or one of % * ? [ ] \\, which the migrator does not take.`,
    next: 'Change it in the database and in harbor.cfg, and run prepare.',
  },
  untried: {
    severity: 'unknown',
    evidence: 'Nobody could try the db_password of harbor.cfg: the database does not run, or nothing in it can ask.',
    next: 'Start Harbor, and ask again; or try it yourself.',
  },
};
