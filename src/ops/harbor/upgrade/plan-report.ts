import { counted } from '../../../chatops/format.ts';
import type { Fact, File, Found, Report } from '../../../chatops/report.ts';
import type { Finding } from '../dangers/danger.ts';
import { databaseInWords } from '../path/bundled-database.ts';
import type { Hop } from '../path/hop.ts';
import { type HarborStep, harborSteps } from './harbor-steps.ts';
import { amountsInWords, plainPath } from './in-words.ts';
import type { UpgradePlan } from './plan-upgrade.ts';

/** The plan for people: which way, what it meets, what it drops, and the steps. */
export function planReport(plan: UpgradePlan, bundle: File | undefined): Report {
  const { registry, hops, findings, observed, decided } = plan;
  const steps = harborSteps(decided);
  return {
    tone: 'warning',
    title: `${registry.name} would be upgraded: ${plainPath(hops)}`,
    facts: [
      { label: 'Way', value: wayInWords(plan), onCard: true },
      ...heldFacts(plan),
      { label: 'Steps', value: stepsInWords(steps), onCard: true },
      ...database(hops),
      ...hops.flatMap(flags),
      ...stepByStep(steps),
      ...notesIn(findings),
      ...('known' in observed.leftovers && observed.leftovers.known.length > 0
        ? [{ label: 'Left by earlier upgrades', value: observed.leftovers.known.join(', ') }]
        : []),
    ],
    found: findings.filter(asksForIt).map(foundOf),
    changed: 'nothing',
    ...(bundle ? { file: bundle } : {}),
    measures: { hops: hops.length },
  };
}

function wayInWords({ decided, hops }: UpgradePlan): string {
  if (hops.length === 1) return '1 hop, verified at its end';
  const between = decided.pauses ? 'then it waits until somebody lets it go on' : 'before the next begins';
  return `${counted(hops.length, 'hop')}; each is verified, ${between}`;
}

function heldFacts({ observed: { contents, users } }: UpgradePlan): readonly Fact[] {
  if ('gap' in contents) return [];
  const all = amountsInWords(contents.known, 'known' in users ? users.known : undefined);
  return [{ label: 'Holds', value: `${all}; counted again after each hop`, onCard: true }];
}

function database(hops: readonly Hop[]): readonly Fact[] {
  const converting = hops.filter((hop) => hop.database?.isConverted);
  if (converting.length === 0) return [];
  const said = converting.map(
    ({ to, database: one }) => `${to}: ${one ? `${databaseInWords(one.before)} → ${databaseInWords(one.after)}` : ''}`,
  );
  return [{ label: 'Database is converted', value: said.join('; ') }];
}

function flags({ to, flags: given, dropped }: Hop): readonly Fact[] {
  const without = dropped.map(({ flag, wantedBy, why }) => {
    const because = why.replace(/\.$/, '');
    return wantedBy === 'the registry'
      ? `not ${flag}, which the registry wants: ${because}`
      : `not ${flag}, which the wrapper script wants: ${because}`;
  });
  const said = [given.length > 0 ? given.join(' ') : 'no flags', ...without];
  return dropped.length > 0 ? [{ label: `Installer of ${to} gets`, value: said.join('; ') }] : [];
}

function stepsInWords(steps: readonly HarborStep[]): string {
  const at = steps.findIndex((step) => step.isPointOfNoReturn);
  const point = steps[at];
  const all = counted(steps.length, 'step');
  return point
    ? `${all}. Point of no return: step ${at + 1}, ${point.name}; until then it can be stopped between steps, and taken back without loss.`
    : all;
}

/** In the thread, by hop: a value there has room for one, and two have over thirty. */
function stepByStep(steps: readonly HarborStep[]): readonly Fact[] {
  const numbered = steps.map(({ name, hop }, at) => ({ said: `${at + 1} ${name}`, to: hop?.variables.to }));
  return [...Map.groupBy(numbered, ({ to }) => to)].map(([to, its]) => ({
    label: to === undefined ? 'Steps before and after' : `Steps to ${to}`,
    value: its.map(({ said }) => said).join(' · '),
  }));
}

/** Notes ask nobody for anything. */
const asksForIt = ({ severity }: Finding): boolean => severity !== 'note';

const foundOf = ({ severity, subject, evidence, next }: Finding): Found => ({
  means: severity === 'unknown' ? 'not seen' : severity,
  about: [{ subject, ...(evidence === `Nobody could see ${subject}.` ? {} : { seen: evidence }) }],
  next,
});

function notesIn(findings: readonly Finding[]): readonly Fact[] {
  const notes = findings.length - findings.filter(asksForIt).length;
  return notes === 0 ? [] : [{ label: 'Notes of releases', value: `${notes}: in RUNBOOK.md of the bundle` }];
}
