import { Refusal } from '../../../chatops/errors.ts';
import type { Text } from '../../../chatops/report.ts';
import { minorInWords, type Release, releaseOf } from '../release.ts';
import { dataDate } from './data-date.ts';
import { etcdFacts, shippedWith } from './facts/etcd.ts';
import { versionSkew } from './facts/version-skew.ts';

/** From one minor to the next; from a minor to itself where only the patch goes up. */
export interface Hop {
  readonly from: number;
  readonly to: number;
  /** It begins with the cluster as it is, not with what an earlier hop leaves. */
  readonly isFirst: boolean;
  /** The release it goes to: the one that was asked for, or the last that the data knows; undefined where it knows none yet. '1.34.10'. */
  readonly release?: string | undefined;
}

/** '1.33 → 1.34'. */
export const hopInWords = ({ from, to }: Hop): string => `${minorInWords(from)} → ${minorInWords(to)}`;

/**
 * The way from what a cluster runs (its oldest API server) to what was asked for, minor by minor, since API servers may skip none. Throws Refusal for what
 * is no upgrade, and for versions of which the tables know nothing; `cluster` is for its advice.
 */
export function hops(from: string, to: string, cluster = '<cluster>'): readonly Hop[] {
  const source = releaseOf(from);
  const target = releaseOf(to);
  if (!target)
    throw new Refusal(`“${to}” is no version of Kubernetes.`, 'Name a minor or a patch, such as 1.34 or 1.34.2.');
  if (!source) {
    throw new Refusal(
      `The cluster says it runs “${from}”, which is no version of Kubernetes.`,
      'Ask its API server yourself.',
    );
  }
  refuseUnknown(source, target);
  if (target.minor < source.minor) throw notUp(source, target, noWayBack(cluster));
  if (target.minor === source.minor) return [patchHop(source, target)];
  return Array.from({ length: target.minor - source.minor }, (_, nth) => ({
    from: source.minor + nth,
    to: source.minor + nth + 1,
    isFirst: nth === 0,
    release: releaseFor(source.minor + nth + 1, target),
  }));
}

/**
 * Minors that can be asked for of a cluster that runs `running`, or anything: newest first. Its own is one of them: while some API servers are behind,
 * going on to what the others run is an upgrade. None leads to the oldest that the data knows.
 */
export function minorsFrom(running = ''): readonly string[] {
  const [oldest = 0, ...others] = etcdFacts().shipped.map(({ minor }) => minor);
  const from = releaseOf(running)?.minor ?? oldest;
  return others
    .filter((minor) => minor >= from)
    .toReversed()
    .map(minorInWords);
}

/** Whoever asks may be in trouble, at night: a restore must not look like a way back. */
const noWayBack = (cluster: string): Text => [
  'Kubernetes goes back no minor in place, and a backup from before the upgrade loses all that was written since. Mend what runs first. What there is: ',
  { command: `backups ${cluster}` },
];

/** Kubernetes mends the three newest minors. Source: kubernetes.io/releases/version-skew-policy. */
const supported = 3;

function refuseUnknown(source: Release, target: Release): void {
  const { newest, next } = versionSkew();
  const oldest = etcdFacts().shipped[0]?.minor ?? next;
  if (target.minor > next) {
    throw new Refusal(
      `Nothing is known here of Kubernetes ${minorInWords(target.minor)}: the data ends with ${minorInWords(next)} (${dataDate()}).`,
      `Ask for ${minorInWords(next)} or below, or install a newer Salvor.`,
    );
  }
  const last = shippedWith(target.minor)?.lastRelease ?? '';
  // Of a minor that ended there comes no patch any more; of the others the data cannot know the last.
  if (target.minor <= newest - supported && (target.patch ?? 0) > (releaseOf(last)?.patch ?? Infinity)) {
    throw new Refusal(
      `There is no Kubernetes ${target.text}: the last of ${minorInWords(target.minor)} is ${last}.`,
      `Ask for ${last}, or for ${minorInWords(target.minor)}.`,
    );
  }
  if (source.minor < oldest || source.minor > next) {
    throw new Refusal(
      `The cluster runs ${source.text}, and the data knows ${minorInWords(oldest)} to ${minorInWords(next)} (${dataDate()}).`,
      'Read the release notes of each minor on the way.',
    );
  }
}

/** On the way the last patch of each minor, which has the most mended. */
function releaseFor(minor: number, target: Release): string | undefined {
  if (minor === target.minor && target.patch !== undefined) return target.text;
  const shipped = shippedWith(minor);
  return shipped?.isPrerelease ? undefined : shipped?.lastRelease;
}

function patchHop(source: Release, target: Release): Hop {
  const { minor } = source;
  if (target.patch === undefined || target.patch === source.patch) {
    throw notUp(
      source,
      target,
      `Name a later version: ${minorInWords(minor + 1)}, or a patch of ${minorInWords(minor)}.`,
    );
  }
  if (source.patch !== undefined && target.patch < source.patch) {
    throw notUp(source, target, 'Name a later patch.');
  }
  return { from: minor, to: minor, isFirst: true, release: target.text };
}

function notUp(source: Release, target: Release, next: Text): Refusal {
  const isBack = target.minor < source.minor || (target.patch ?? Infinity) < (source.patch ?? -Infinity);
  return new Refusal(
    `The cluster runs ${source.text}${isBack ? `: ${target.text} would be a step back.` : ' already.'}`,
    next,
  );
}
