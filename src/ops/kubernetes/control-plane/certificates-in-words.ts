import { counted, firstFew, listInWords } from '../../../chatops/format.ts';
import type { Fact } from '../../../chatops/report.ts';
import type { Finding } from './finding.ts';
import type { SeenCertificate } from './look-at-certificates.ts';

/** Mostly all were issued together: then how many says more than whose. */
const mostNamed = 3;
const dayMs = 24 * 3_600_000;

/** Whole days, negative once it has run out. */
export const daysLeft = ({ until, at }: SeenCertificate): number =>
  Math.floor((until.getTime() - at.getTime()) / dayMs);

/** Which run out when, the soonest first. */
export function certificateFacts(seen: readonly SeenCertificate[]): readonly Fact[] {
  if (seen.length === 0) return [];
  const byDays = Map.groupBy(
    seen.toSorted((a, b) => daysLeft(a) - daysLeft(b)),
    daysLeft,
  );
  const isAll = byDays.size === 1 && seen.length > mostNamed;
  const each = [...byDays].map(([days, those]) => {
    const whose = isAll ? `all ${seen.length} that were seen` : listInWords(those.map(({ of }) => of));
    return `${inWords(days)}: ${whose}`;
  });
  return [{ label: 'Certificates', value: each.join('; ') }];
}

function inWords(days: number): string {
  if (days < 0) return 'ran out';
  return days === 0 ? 'less than a day left' : `${counted(days, 'day')} left`;
}

/** The first that applies counts. */
const levels = [
  { belowDays: 0, isBad: true, what: (of: string) => `the certificate of ${of} ran out` },
  { belowDays: 7, isBad: true, what: (of: string) => `the certificate of ${of} runs out within 7 days` },
  { belowDays: 30, isBad: false, what: (of: string) => `the certificate of ${of} runs out within 30 days` },
] as const;

/** The worst first, one for all that are as bad: they were mostly issued together. */
export function certificateFindings(seen: readonly SeenCertificate[]): readonly Finding[] {
  const levelOf = (one: SeenCertificate) => levels.find(({ belowDays }) => daysLeft(one) < belowDays);
  return levels.flatMap((level) => {
    const those = seen.filter((one) => levelOf(one) === level).map(({ of }) => of);
    if (those.length === 0) return [];
    return [
      {
        what: level.what(firstFew(those)),
        isBad: level.isBad,
        next: 'Renew it where it was issued (kubeadm certs renew), and restart what serves it.',
      },
    ];
  });
}
