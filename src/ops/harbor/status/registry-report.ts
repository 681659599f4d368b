import { bytesInWords, counted, listInWords } from '../../../chatops/format.ts';
import type { Fact, Report, Table } from '../../../chatops/report.ts';
import type { Piece } from '../../findings/piece.ts';
import { harborReleases, releaseOf } from '../facts/releases.ts';
import type { Contents, Observed, Room } from '../observe/observed.ts';
import { versionsAtHand } from '../observe/uses.ts';
import { isBefore, versionOf } from '../path/versions.ts';
import { amountsInWords, filesInWords, plainPath } from '../upgrade/in-words.ts';
import { type NextVersion, nextVersions } from './next-versions.ts';
import { nextOfOpen, type PastUpgrades, upgradeFacts } from './past-upgrades.ts';

export interface RegistryStatus {
  readonly observed: Observed;
  readonly upgrades: PastUpgrades;
}

/** How a registry is, what was done to it last, and where it may go. What could not be seen stands there as such. */
export function registryReport({ observed, upgrades }: RegistryStatus): Report {
  const { system, health } = observed;
  const running = 'known' in system ? system.known.version : undefined;
  const next = running === undefined ? [] : nextVersions(observed, running);
  const sick = 'known' in health ? health.known.filter(({ isHealthy }) => !isHealthy) : [];
  return {
    ...headline(
      observed,
      sick.map(({ name, error }) => `${name}: ${error ?? 'not healthy'}`),
    ),
    facts: [
      ...(running === undefined ? [] : [{ label: 'Version', value: versionInWords(running), onCard: true }]),
      ...upgradeFacts(upgrades),
      ...known(observed),
      ...gaps(observed),
    ],
    ...(next.length > 0 ? { table: tableOf(next, versionsAtHand(observed)) } : {}),
    changed: 'nothing',
    next: nextOfOpen(upgrades) ?? whatNext(observed, next),
  };
}

function headline(
  { registry, system, health }: Observed,
  sick: readonly string[],
): Pick<Report, 'tone' | 'title' | 'text'> {
  if ('gap' in system) {
    return { tone: 'bad', title: `${registry} does not answer`, text: system.gap.needs };
  }
  const { version } = system.known;
  if (sick.length > 0)
    return { tone: 'bad', title: `${registry} runs ${version} and is not healthy`, text: `${listInWords(sick)}.` };
  if ('gap' in health) return { tone: 'warning', title: `${registry} runs ${version}; how healthy is not known` };
  return { tone: 'good', title: `${registry} runs ${version} and is healthy` };
}

/** Of so many minors Harbor keeps release branches. Source: goharbor/harbor RELEASES.md, “Upgrade path and support policy”. */
const maintainedMinors = 3;

/** What a release is, beside the newest that the table knows, whether a way leads there or not. */
function versionInWords(running: string): string {
  const { newest, asOf, rows } = harborReleases();
  const version = versionOf(running);
  const row = releaseOf(version?.minor ?? '');
  if (!version || !row) return `${running}, which the data does not know (as of ${asOf})`;
  const later = rows.filter(({ minor }) => isBefore(version.minor, minor)).length;
  const behind = later === 0 ? 'no later minor is known' : `${counted(later, 'minor')} behind ${newest.version}`;
  const fixes =
    later < maintainedMinors ? 'gets fixes' : `gets no fixes, since only the newest ${maintainedMinors} minors do`;
  return `${running}, of ${row.released}; ${behind}; ${fixes} (as of ${asOf})`;
}

/** What an administrator has chosen, by the names of Harbor's API. */
const signIns: Readonly<Record<string, string>> = {
  db_auth: 'users of its own',
  ldap_auth: 'LDAP',
  oidc_auth: 'OIDC',
  uaa_auth: 'UAA',
  http_auth: 'an authentication proxy',
};

const forUse: Readonly<Record<Room['use'], (free: string) => string>> = {
  data: (free) => `${free} for the data`,
  install: (free) => `${free} for the install directory`,
  work: (free) => `${free} for the working directory`,
  docker: (free) => `${free} for Docker`,
};

/** What people most likely came for: where it may go, or what was done to it. */
function whatNext({ registry }: Observed, next: readonly NextVersion[]): Report['next'] {
  const furthest = next.at(-1);
  return furthest
    ? [
        'To plan an upgrade, which changes nothing yet: ',
        { command: `harbor ${registry} ${furthest.minor} --reason "…"` },
      ]
    : ['What was done to it: ', { command: `runs --registry ${registry}` }];
}

/** What its images take, where the account may know. */
const sizeInWords = ({ storageBytes }: Contents): string =>
  storageBytes === undefined ? '' : `; ${bytesInWords(storageBytes)}`;

function known(observed: Observed): readonly Fact[] {
  const of = <T>(label: string, piece: Piece<T>, say: (value: T) => string, onCard?: true): readonly Fact[] =>
    'known' in piece ? [{ label, value: say(piece.known), ...(onCard ? { onCard } : {}) }] : [];
  return [
    ...of(
      'Holds',
      observed.contents,
      (contents) => `${amountsInWords(contents)}${unseenInWords(contents)}${sizeInWords(contents)}`,
      true,
    ),
    ...of(
      'Signs in by',
      observed.system,
      ({ authMode, isReadOnly }) => `${signIns[authMode] ?? authMode}${isReadOnly ? '; it is read-only' : ''}`,
    ),
    ...of('Jobs under way', observed.jobs, (jobs) =>
      jobs.length === 0 ? 'none' : jobs.map(({ kind, id }) => `${kind} ${id}`).join(', '),
    ),
    ...of('Storage', observed.configuration, ({ storage }) => storage),
    ...of('Database', observed.postgres, (all) =>
      observed.database === 'external' ? outsideInWords(observed) : filesInWords(all, observed),
    ),
    ...of('Size of the database', observed.databaseBytes, bytesInWords),
    ...of('Free', observed.rooms, (rooms) =>
      rooms.map(({ use, freeBytes }) => forUse[use](bytesInWords(freeBytes))).join('; '),
    ),
    ...of('Optional parts', observed.parts, (parts) => parts.join(', ') || 'none'),
    ...of('Left by upgrades', observed.leftovers, (all) => all.join(', ') || 'nothing'),
  ];
}

const outsideInWords = ({ externalPostgres }: Observed): string =>
  'known' in externalPostgres ? `outside, PostgreSQL ${externalPostgres.known}` : 'outside';

function unseenInWords({ projects, allProjects }: Contents): string {
  if (allProjects === undefined) return ', as far as the account sees';
  return allProjects > projects ? `; it does not see ${counted(allProjects - projects, 'more project')}` : '';
}

function gaps(observed: Observed): readonly Fact[] {
  // Of partners nobody asks unless an upgrade goes past a release that concerns them.
  const { partners: _, externalPostgres, ...asked } = observed;
  const all = observed.database === 'external' ? { ...asked, externalPostgres } : asked;
  const missing = Object.values(all).flatMap((piece) =>
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
