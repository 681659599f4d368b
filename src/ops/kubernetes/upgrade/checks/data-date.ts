import { durationInWords } from '../../../../chatops/format.ts';
import { minorInWords } from '../../release.ts';
import { dataDate } from '../data-date.ts';
import { versionSkew } from '../facts/version-skew.ts';
import type { Check, Finding } from '../finding.ts';

const name = 'data-date';
/** There are about three minors a year, and patch gates of etcd change more often. */
const staleAfterMs = 180 * 86_400_000;

/** How far the tables can be trusted. */
export const dataAge: Check = {
  name,
  when: 'each hop',
  check({ at }, { to, isFirst }) {
    const { next, nextIs, source } = versionSkew();
    const ageMs = at.getTime() - Date.parse(dataDate());
    const about = { check: name, severity: 'warning', subject: `data of ${dataDate()}`, source } as const;
    const found: Finding[] = [];
    if (to === next)
      found.push({
        ...about,
        evidence: `It knows ${minorInWords(next)} as ${nextIs}: more may be removed in the release.`,
        next: 'Read its release notes before.',
      });
    if (isFirst && ageMs > staleAfterMs)
      found.push({ ...about, evidence: `It is ${durationInWords(ageMs)} old.`, next: 'Install a newer Salvor.' });
    return found;
  },
};
