/** A version of Harbor; the minor alone where no more is said, as in `2.12`. */
export interface HarborVersion {
  /** '2.12.3', '2.12', '2.12.0-rc1'. */
  readonly text: string;
  /** '2.12'. */
  readonly minor: string;
  readonly patch: number | undefined;
  /** A release candidate, to or from which no guide leads. */
  readonly isCandidate: boolean;
}

/** 'v2.10.3-1a2b3c4d' as its API says it, '2.10.3', 'v2.12' alike; undefined where it is none. */
export function versionOf(text: string): HarborVersion | undefined {
  const [found, minor, patch, rest] = /^v?(\d{1,2}\.\d{1,3})(?:\.(\d{1,4}))?(?:-([\w.-]+))?$/.exec(text.trim()) ?? [];
  if (found === undefined || minor === undefined) return undefined;
  const [candidate] = /^(?:rc|alpha|beta)[\d.]*/.exec(rest ?? '') ?? [];
  return {
    text: `${minor}${patch === undefined ? '' : `.${patch}`}${candidate === undefined ? '' : `-${candidate}`}`,
    minor,
    patch: patch === undefined ? undefined : Number(patch),
    isCandidate: candidate !== undefined,
  };
}

/**
 * Whether a version is of an earlier minor than another: of Harbor, Docker, PostgreSQL, as 'v2.29.7', '20.10'. Of what is no version it is never so:
 * ask `isVersion` first.
 */
export function isBefore(one: string, other: string): boolean {
  const [[major, minor], [otherMajor, otherMinor]] = [numbersIn(one), numbersIn(other)];
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

export const isVersion = (text: string): boolean => numbersIn(text).every(Number.isFinite);

function numbersIn(text: string): readonly [major: number, minor: number] {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}

/** By minor, then by patch; a minor alone stands before its patches. */
export function compareHarbor(one: HarborVersion, other: HarborVersion): number {
  if (one.minor !== other.minor) return isBefore(one.minor, other.minor) ? -1 : 1;
  return (one.patch ?? -1) - (other.patch ?? -1);
}
