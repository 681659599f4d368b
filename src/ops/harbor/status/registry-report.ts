import { bytesInWords, counted, listInWords } from '../../../chatops/format.ts';
import type { Fact, Report, Table } from '../../../chatops/report.ts';
import type { Piece } from '../../findings/piece.ts';
import { harborReleases, releaseOf } from '../facts/releases.ts';
import type { Contents, Observed } from '../observe/observed.ts';
import { versionsAtHand } from '../observe/uses.ts';
import { versionOf } from '../path/versions.ts';
import { amountsInWords, plainPath } from '../upgrade/in-words.ts';
import { type NextVersion, nextVersions } from './next-versions.ts';
import { nextOfOpen, type PastUpgrades, upgradeFacts } from './past-upgrades.ts';

export interface RegistryStatus {
  readonly observed: Observed;
  readonly upgrades: PastUpgrades;
}

/** How a registry is, what was done to it last, and where it may go. What could not be seen stands there as such. */
export function registryReport({ observed, upgrades }: RegistryStatus): Report {
  const { registry, system, health } = observed;
  const running = 'known' in system ? system.known.version : undefined;
  const next = running === undefined ? [] : nextVersions(observed, running);
  const sick = 'known' in health ? health.known.filter(({ isHealthy }) => !isHealthy) : [];
  return {
    ...headline(
      observed,
      sick.map(({ name, error }) => `${name}: ${error ?? 'not healthy'}`),
    ),
    facts: [
      ...(running === undefined ? [] : [{ label: 'Version', value: versionInWords(running, next), onCard: true }]),
      ...upgradeFacts(upgrades),
      ...known(observed),
      ...gaps(observed),
    ],
    ...(next.length > 0 ? { table: tableOf(next, versionsAtHand(observed)) } : {}),
    changed: 'nothing',
    next: nextOfOpen(upgrades) ?? ['What was done to it: ', { command: `runs --registry ${registry}` }],
  };
}

function headline(
  { registry, system, health }: Observed,
  sick: readonly string[],
): Pick<Report, 'tone' | 'title' | 'text'> {
  if ('gap' in system) {
    return { tone: 'bad', title: `${registry}: nobody could ask it`, text: system.gap.needs };
  }
  const { version } = system.known;
  if (sick.length > 0)
    return { tone: 'bad', title: `${registry} runs ${version} and is not healthy`, text: `${listInWords(sick)}.` };
  if ('gap' in health) return { tone: 'warning', title: `${registry} runs ${version}; how healthy is not known` };
  return { tone: 'good', title: `${registry} runs ${version} and is healthy` };
}

/** What a release is, beside the newest that the table knows. */
function versionInWords(running: string, next: readonly NextVersion[]): string {
  const { newest, asOf } = harborReleases();
  const row = releaseOf(versionOf(running)?.minor ?? '');
  const released = row ? `, of ${row.released}` : ', which the data does not know';
  const behind =
    next.length === 0 ? 'no later release is known' : `${counted(next.length, 'release')} behind ${newest.version}`;
  return `${running}${released}; ${behind} (as of ${asOf})`;
}

function known(observed: Observed): readonly Fact[] {
  const of = <T>(label: string, piece: Piece<T>, say: (value: T) => string, onCard?: true): readonly Fact[] =>
    'known' in piece ? [{ label, value: say(piece.known), ...(onCard ? { onCard } : {}) }] : [];
  return [
    ...of('Holds', observed.contents, (contents) => `${amountsInWords(contents)}${unseenInWords(contents)}`, true),
    ...of(
      'Signs in by',
      observed.system,
      ({ authMode, isReadOnly }) => `${authMode}${isReadOnly ? '; it is read-only' : ''}`,
    ),
    ...of('Jobs under way', observed.jobs, (jobs) =>
      jobs.length === 0 ? 'none' : listInWords(jobs.map(({ kind, id }) => `${kind} ${id}`)),
    ),
    ...of('Storage', observed.configuration, ({ storage }) => storage),
    ...of('Database', observed.postgres, (all) =>
      observed.database === 'external'
        ? 'outside'
        : all.map(({ directory, version }) => `PostgreSQL ${version} in ${directory}`).join(', ') ||
          'no files of PostgreSQL',
    ),
    ...of('Size of the database', observed.databaseBytes, bytesInWords),
    ...of('Free', observed.rooms, (rooms) =>
      rooms.map(({ use, freeBytes }) => `${bytesInWords(freeBytes)} for ${use}`).join(', '),
    ),
    ...of('Optional parts', observed.parts, (parts) => parts.join(', ') || 'none'),
    ...of('Left by upgrades', observed.leftovers, (all) => all.join(', ') || 'nothing'),
  ];
}

function unseenInWords({ projects, allProjects }: Contents): string {
  if (allProjects === undefined) return ', as far as the account sees';
  return allProjects > projects ? `; it does not see ${counted(allProjects - projects, 'more project')}` : '';
}

function gaps(observed: Observed): readonly Fact[] {
  // Of these nobody asks unless an upgrade goes past a release that concerns them.
  const { partners: _, externalPostgres: __, ...asked } = observed;
  const missing = Object.values(asked).flatMap((piece) =>
    typeof piece === 'object' && piece !== null && 'gap' in piece ? [piece.gap] : [],
  );
  const byNeed = Map.groupBy(missing, ({ needs }) => needs);
  return [...byNeed].map(([needs, its]) => ({
    label: 'Not known',
    value: `${listInWords(its.map(({ what }) => what))}: ${needs}`,
  }));
}

const tableOf = (next: readonly NextVersion[], atHand: readonly string[]): Table => ({
  caption: 'Where it may go',
  columns: ['To', 'Hops', 'Way', 'Packages missing on the host'],
  rows: next.map(({ minor, hops }) => [
    minor,
    hops.length,
    plainPath(hops),
    hops
      .filter(({ to }) => !atHand.includes(to))
      .map(({ to }) => to)
      .join(', ') || 'none',
  ]),
});
