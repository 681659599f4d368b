import { Refusal } from '../../../chatops/errors.ts';
import { harborReleases, releaseOf } from '../facts/releases.ts';
import { type HarborVersion, isBefore, versionOf } from './versions.ts';

/** What runs and what was asked for, as versions of the table. Throws Refusal where one of them is none. */
export function versionsOf(from: string, to: string): { readonly from: HarborVersion; readonly to: HarborVersion } {
  const target = versionOf(to);
  const source = versionOf(from);
  if (!target)
    throw new Refusal(`“${to}” is no version of Harbor.`, 'Name a minor or a patch, such as 2.12 or 2.12.3.');
  if (!source)
    throw new Refusal(`The registry says it runs “${from}”, which is no version of Harbor.`, 'Ask its API yourself.');
  refuseCandidates(source, target);
  refuseUnknown(source, target);
  return { from: source, to: target };
}

function refuseCandidates(source: HarborVersion, target: HarborVersion): void {
  if (target.isCandidate)
    throw new Refusal(`${target.text} is a release candidate.`, 'Wait for the release, or name another.');
  if (source.isCandidate) {
    throw new Refusal(
      `The registry runs ${source.text}, a release candidate, from which no guide leads on.`,
      'Restore what it was before, or upgrade it by hand.',
    );
  }
}

function refuseUnknown(source: HarborVersion, target: HarborVersion): void {
  const { rows, asOf } = harborReleases();
  const [oldest, newest] = [versionOf(rows[0]?.minor ?? ''), versionOf(rows.at(-1)?.minor ?? '')];
  if (!oldest || !newest) throw new Error("The table of Harbor's releases is empty.");
  const known = `the data knows ${oldest.minor} to ${newest.minor} (${asOf})`;
  if (isNewerMinor(target, newest)) {
    throw new Refusal(
      `Nothing is known here of Harbor ${target.minor}: the data ends with ${newest.minor} (${asOf}).`,
      `Ask for ${newest.minor} or below, or install a newer Salvor.`,
    );
  }
  if (isNewerMinor(source, newest))
    throw new Refusal(`The registry runs ${source.text}, and ${known}.`, 'Install a newer Salvor.');
  if (isNewerMinor(oldest, source)) {
    throw new Refusal(
      `The registry runs ${source.text}, and ${known}.`,
      `Bring it to ${oldest.minor} first, as the guide of that release says.`,
    );
  }
  for (const version of [target, source]) {
    if (!releaseOf(version.minor) && !isNewerMinor(oldest, version))
      throw new Refusal(`There is no Harbor ${version.minor}: ${known}.`, 'Name a release, such as 2.12.');
  }
  const databases = releaseOf(source.minor)?.database ?? [];
  if (source.patch === undefined && databases.length > 1) {
    throw new Refusal(
      `The registry says it runs ${source.text} and not which patch, and patches of ${source.minor} differ in their database.`,
      'Ask its API yourself.',
    );
  }
}

const isNewerMinor = (one: HarborVersion, other: HarborVersion): boolean => isBefore(other.minor, one.minor);

/** Throws Refusal where what was asked for is no step up; `to` is the patch that was chosen for it. */
export function refuseNoUpgrade(from: HarborVersion, asked: HarborVersion, to: HarborVersion): void {
  if (isNewerMinor(to, from)) return;
  const isBack = isNewerMinor(from, asked) || (asked.patch ?? Infinity) < (from.patch ?? -Infinity);
  if (isBack) {
    throw new Refusal(
      `The registry runs ${from.text}: ${asked.text} would be a step back.`,
      'Harbor knows no downgrade: only the copied database and the old package lead back.',
    );
  }
  if (to.patch === undefined || to.patch <= (from.patch ?? -1)) {
    throw new Refusal(
      `The registry runs ${from.text} already.`,
      `Name a later version, or lay the package of a later patch of ${from.minor} on its host.`,
    );
  }
}
