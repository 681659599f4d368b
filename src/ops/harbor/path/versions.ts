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

/** By minor, then by patch; a minor alone stands before its patches. */
export function compareHarbor(one: HarborVersion, other: HarborVersion): number {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [numbers(one), numbers(other)];
  return major - otherMajor || minor - otherMinor || (one.patch ?? -1) - (other.patch ?? -1);
}

const numbers = ({ minor }: HarborVersion): readonly number[] => minor.split('.').map(Number);
