/** A version of etcd, compared number by number. */
export interface Version {
  readonly text: string;
  readonly numbers: readonly [number, number, number];
}

/** 'etcd Version: 3.5.30', 'v3.6.0-rc.4', '3.4.23' alike; undefined where there is none. */
export function versionIn(text: string): Version | undefined {
  const [found, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  if (found === undefined) return undefined;
  return { text: found, numbers: [Number(major), Number(minor), Number(patch)] };
}

export function compareVersions(a: Version, b: Version): number {
  const at = a.numbers.findIndex((number, index) => number !== b.numbers[index]);
  return at < 0 ? 0 : (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
}

/** 3.5.30 -> 3005: minor versions as numbers in their order. */
export const minorOf = ({ numbers: [major, minor] }: Version): number => major * 1000 + minor;

export const minorInWords = ({ numbers: [major, minor] }: Version): string => `${major}.${minor}`;
