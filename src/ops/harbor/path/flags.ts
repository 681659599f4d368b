import type { Release } from '../facts/releases.ts';
import type { DroppedFlag } from './hop.ts';

/** Parts of Harbor that are installed where a flag asks for them. */
export const optionalParts = ['notary', 'clair', 'trivy', 'chartmuseum'] as const;
export type OptionalPart = (typeof optionalParts)[number];

/** What the registry uses now, and what its wrapper script passes to the installer. */
export interface Uses {
  readonly parts: readonly OptionalPart[];
  /** '--with-trivy'; others too, as they stand there. */
  readonly wrapperFlags: readonly string[];
}

/**
 * What the installer of a release is given of all that is wanted, and what it is not: an unknown flag makes it stop when Harbor is already down. What is
 * dropped and comes back with a later release is wanted still.
 */
export function flagsFor(release: Release, uses: Uses): Pick<Chosen, 'flags' | 'dropped'> {
  const wanted = wantedFlags(uses);
  return {
    flags: [...wanted.keys()].filter((flag) => release.installFlags.includes(flag)),
    dropped: [...wanted]
      .filter(([flag]) => !release.installFlags.includes(flag))
      .map(([flag, wantedBy]) => ({ flag, wantedBy, why: whyDropped(release, flag) })),
  };
}

interface Chosen {
  readonly flags: readonly string[];
  readonly dropped: readonly DroppedFlag[];
}

function wantedFlags({ parts, wrapperFlags }: Uses): ReadonlyMap<string, DroppedFlag['wantedBy']> {
  return new Map([
    ...wrapperFlags.map((flag) => [flag, 'the wrapper script'] as const),
    ...parts.map((part) => [`--with-${part}`, 'the registry'] as const),
  ]);
}

function whyDropped({ minor, rejectedFlags }: Release, flag: string): string {
  const effect = rejectedFlags.find((one) => one.flag === flag)?.effect;
  return `Given to Harbor ${minor}, ${effect ?? 'the installer does not know it and stops'}.`;
}
