import { durationInWords } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import type { Check, Finding } from '../finding.ts';

const name = 'backup';

/** The way back: once every etcd member runs the new minor, only a restore leads behind it. */
export const backup: Check = {
  name,
  when: 'once',
  check: ({ backup: piece, backupMaxAgeMs, at, cluster }) => {
    const say = (evidence: string, next: string): readonly Finding[] => [
      { ...{ check: name, severity: 'blocker', subject: `backup of ${cluster}` }, evidence, next },
    ];
    return seen(name, piece, (found) => {
      if (!found)
        return say('There is none.', `Take one and verify it: /salvor snapshot ${cluster}, /salvor verify ${cluster}`);
      const ageMs = at.getTime() - found.takenAt.getTime();
      if (!found.isVerified)
        return say(`The newest, ${found.id}, is not verified.`, `Verify it: /salvor verify ${cluster}`);
      if (ageMs <= backupMaxAgeMs) return [];
      return say(
        `The newest that is verified, ${found.id}, is ${durationInWords(ageMs)} old; ${durationInWords(backupMaxAgeMs)} is allowed.`,
        `Take one and verify it: /salvor snapshot ${cluster}, /salvor verify ${cluster}`,
      );
    });
  },
};
