import { Refusal } from '../../../chatops/errors.ts';
import { harborReleases, type Release, releaseOf, releasesBetween } from '../facts/releases.ts';
import { bundledDatabaseOf, isConverted, unsafeJump } from './bundled-database.ts';
import { flagsFor, type Uses } from './flags.ts';
import type { Hop } from './hop.ts';
import { refuseNoUpgrade, versionsOf } from './refusals.ts';
import { compareHarbor, type HarborVersion, versionOf } from './versions.ts';

export interface Wish {
  /** What runs, as it says itself: 'v2.9.4-1a2b3c'. */
  readonly from: string;
  /** '2.15', or a patch. */
  readonly to: string;
  readonly database: 'bundled' | 'external';
  /** Versions of which an offline installer lies on the host; others are passed over. */
  readonly packages?: readonly string[];
  readonly uses?: Uses;
}

/**
 * The shortest way that the guides document; with the bundled database one that this lives through. Of several the one with the most packages at hand,
 * then the one that goes far early. Throws Refusal for what is no upgrade, and for versions of which the table knows nothing.
 */
export function findPath(wish: Wish): readonly Hop[] {
  const atHand = (wish.packages ?? []).flatMap((text) => versionOf(text) ?? []).filter((one) => !one.isCandidate);
  const { from, to: asked } = versionsOf(wish.from, wish.to);
  const to = asked.patch === undefined ? newestOf(asked.minor, atHand) : asked;
  refuseNoUpgrade(from, asked, to);
  const stops = from.minor === to.minor ? [to] : wayTo(from, to, wish.database, atHand);
  if (!stops) throw noWay(from, to, wish.database);
  return hopsOver([from, ...stops], wish, atHand);
}

/** The newest patch at hand, else the newest known, else the minor. */
function newestOf(minor: string, atHand: readonly HarborVersion[]): HarborVersion {
  const [newest] = atHand
    .filter((one) => one.minor === minor && one.patch !== undefined)
    .toSorted((a, b) => compareHarbor(b, a));
  if (newest) return newest;
  const known = versionOf(harborReleases().newest.version);
  if (known?.minor === minor) return known;
  return { text: minor, minor, patch: undefined, isCandidate: false };
}

interface Way {
  readonly stops: readonly HarborVersion[];
  readonly missing: number;
}

/** Looks back from the target, row by row, the latest first: each way is one step and the best way from where that leads. */
function wayTo(
  from: HarborVersion,
  to: HarborVersion,
  database: Wish['database'],
  atHand: readonly HarborVersion[],
): readonly HarborVersion[] | undefined {
  const known = new Map<string, Way>([[to.minor, { stops: [], missing: 0 }]]);
  const rows = [...releasesBetween(from.minor, to.minor)].reverse();
  for (const version of [...rows.slice(1).map(({ minor }) => newestOf(minor, atHand)), from]) {
    const [best] = rows
      .filter((row) => row.from.includes(version.minor))
      .map(({ minor }) => (minor === to.minor ? to : newestOf(minor, atHand)))
      .filter((next) => database === 'external' || unsafeJump(version, next) === undefined)
      .flatMap((next) => onward(next, known.get(next.minor), isAtHand(next, atHand)))
      .toSorted((a, b) => a.stops.length - b.stops.length || a.missing - b.missing);
    if (best) known.set(version.minor, best);
  }
  return known.get(from.minor)?.stops;
}

const onward = (next: HarborVersion, rest: Way | undefined, isThere: boolean): readonly Way[] =>
  rest ? [{ stops: [next, ...rest.stops], missing: rest.missing + (isThere ? 0 : 1) }] : [];

const isAtHand = (version: HarborVersion, atHand: readonly HarborVersion[]): boolean =>
  version.patch !== undefined && atHand.some((one) => compareHarbor(one, version) === 0);

function noWay(from: HarborVersion, to: HarborVersion, database: Wish['database']): Refusal {
  const why = database === 'bundled' ? unsafeJump(from, to) : undefined;
  const noWay = `No documented way leads from ${from.text} to ${to.text}.`;
  return new Refusal(
    [noWay, ...(why === undefined ? [] : [why])].join(' '),
    'Ask for a version between the two, or read the guide of each release.',
  );
}

function hopsOver(stops: readonly HarborVersion[], wish: Wish, atHand: readonly HarborVersion[]): readonly Hop[] {
  const told = new Set<string>();
  return stops.slice(1).map((to, nth) => {
    const hop = hopOf(stops[nth] ?? to, to, nth === 0, wish, isAtHand(to, atHand));
    const dropped = hop.dropped.filter(({ flag }) => !told.has(flag));
    for (const { flag } of dropped) told.add(flag);
    return { ...hop, dropped };
  });
}

function hopOf(from: HarborVersion, to: HarborVersion, isFirst: boolean, wish: Wish, atHand: boolean): Hop {
  const release = rowOf(to);
  const crossed = releasesBetween(from.minor, to.minor);
  return {
    ...{ from: from.text, to: to.text, fromMinor: from.minor, toMinor: to.minor, isFirst, isAtHand: atHand },
    config: { before: rowOf(from).configFile, after: release.configFile },
    ...(release.migration ? { image: imageOf(release.migration, to) } : {}),
    ...flagsFor(release, wish.uses ?? { parts: [], wrapperFlags: [] }),
    ...(wish.database === 'bundled' ? { database: databasesOf(from, to) } : {}),
    schemaMigratedBy: release.schemaMigratedBy,
    losses: crossed.flatMap(({ lost }) => lost ?? []),
    warnings: [...crossed.flatMap(({ warnings }) => warnings), ...beyondData(to)],
    notes: [...crossed.flatMap(({ notes }) => notes), ...(release.migration?.note ? [release.migration.note] : [])],
    source: release.source,
  };
}

function rowOf({ minor }: HarborVersion): Release {
  const row = releaseOf(minor);
  if (!row) throw new Error(`The table of Harbor's releases lost ${minor}.`);
  return row;
}

/** Where the patch is not known yet: 'goharbor/prepare:v2.12.x'. */
const imageOf = ({ image, tag }: NonNullable<Release['migration']>, { text, patch }: HarborVersion): string =>
  `${image}:${tag.replace('{version}', patch === undefined ? `${text}.x` : text)}`;

function databasesOf(from: HarborVersion, to: HarborVersion): Hop['database'] {
  const [before, after] = [bundledDatabaseOf(from), bundledDatabaseOf(to)];
  return before && after && { before, after, isConverted: isConverted(before, after) };
}

/** A patch may change the database, as 2.15.2 did. */
function beyondData(to: HarborVersion): readonly string[] {
  const { newest, asOf } = harborReleases();
  const known = versionOf(newest.version);
  if (!known || to.minor !== known.minor || compareHarbor(to, known) <= 0) return [];
  return [
    `Nothing is known here of ${to.text}: the data ends with ${known.text} (${asOf}). Read its release notes before.`,
  ];
}
