import { firstFew } from '../../../chatops/format.ts';
import type { Found } from '../../../chatops/report.ts';
import type { Assessment } from './assess.ts';
import type { Severity } from './finding.ts';
import { type FindingRow, rowsOf } from './finding-rows.ts';

/** Notes ask nobody for anything: they stand in the files. */
const meanings: Readonly<Partial<Record<Severity, string>>> = {
  blocker: 'blocker',
  unknown: 'not seen',
  warning: 'warning',
};

/** What somebody must deal with, worst first. What is to be done about several is said once, and so is what several hops or checks say of one. */
export function upgradeFound(assessment: Assessment): readonly Found[] {
  const same = Map.groupBy(rowsOf(assessment), ({ finding: { severity, next } }) => JSON.stringify([severity, next]));
  return [...same.values()].flatMap((rows): readonly Found[] =>
    rows.slice(0, 1).flatMap(({ finding: { severity, next } }) => {
      const means = meanings[severity];
      return means === undefined ? [] : [{ means, about: aboutOf(rows, assessment.hops.length), next }];
    }),
  );
}

/** What is seen of several in the same words names the first few of them. */
function aboutOf(rows: readonly FindingRow[], amountOfHops: number): Found['about'] {
  const bySubject = Map.groupBy(rows, ({ finding, hops }) => JSON.stringify([finding.subject, hops]));
  const each = [...bySubject.values()].flatMap((its) =>
    its.slice(0, 1).map(({ finding: { subject }, hops }) => {
      return { subject, at: atHops(hops, amountOfHops), seen: [...new Set(its.flatMap(seenOf))].join(' ') };
    }),
  );
  return [...Map.groupBy(each, ({ at, seen }) => JSON.stringify([at, seen])).values()].flatMap((same) =>
    same.slice(0, 1).map(({ at, seen }) => {
      const subject = `${at}${firstFew(same.map((one) => one.subject))}`;
      return seen === '' ? { subject } : { subject, seen };
    }),
  );
}

/** Of a way of one hop the title says it. */
function atHops(hops: readonly string[], amountOfHops: number): string {
  if (amountOfHops === 1) return '';
  return hops.length === amountOfHops ? 'every hop: ' : `${hops.join(', ')}: `;
}

/** Of what nobody could see its evidence says nothing but that. */
const seenOf = ({ finding: { severity, subject, evidence } }: FindingRow): readonly string[] =>
  severity === 'unknown' && evidence === `Nobody could see ${subject}.` ? [] : [evidence];
