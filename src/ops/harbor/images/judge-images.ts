import { Refusal } from '../../../chatops/errors.ts';
import { listInWords } from '../../../chatops/format.ts';
import { compareHarbor, versionOf } from '../path/versions.ts';
import type { HarborImage, ImageFacts, WayBack } from './image-facts.ts';

/** Images of one release that stay for one reason. */
export interface Staying {
  readonly version: string;
  readonly images: readonly HarborImage[];
  readonly why: string;
}

export interface Judged {
  /** What docker-compose.yml of the host runs. */
  readonly running: string;
  /** Of older releases, used by nothing; the newest release first. */
  readonly removals: readonly HarborImage[];
  readonly stays: readonly Staying[];
  /** Of what goes: directories by which somebody could still go back by hand, and whether the package that has the images lies on the host. */
  readonly waysBack: readonly { readonly directory: string; readonly version: string; readonly hasPackage: boolean }[];
}

/**
 * Which images may go, of what a host told: those of releases older than the one that is installed, which no container uses, and to which no upgrade
 * that is not at its end could have to go back; `also` names such a version that goes all the same. Throws Refusal where nobody can say which are old.
 */
export function judgeImages(facts: ImageFacts, registry: string, also?: string): Judged {
  const { version: running, images, ways_back: waysBack, packages } = facts;
  if (running === null) {
    throw new Refusal(`Which version of ${registry} is installed is not known: no image can be called old.`, [
      'See how it is: ',
      { command: `registry ${registry}` },
    ]);
  }
  const open = waysBack.filter((way) => way.is_open);
  mustBeOpen(also, open, registry);
  const judged = images.map((image) => ({ image, why: whyItStays(image, running, open, also) }));
  const removals = judged.flatMap(({ image, why }) => (why === undefined ? [image] : []));
  const going = new Set(removals.map(({ version }) => version));
  return {
    running,
    removals: removals.toSorted((a, b) => newestFirst(a.version, b.version) || a.name.localeCompare(b.name)),
    stays: grouped(judged.flatMap(({ image, why }) => (why === undefined ? [] : [{ image, why }]))),
    waysBack: waysBack
      .filter((way) => way.is_whole && going.has(way.version))
      .map(({ directory, version }) => ({
        ...{ directory, version },
        hasPackage: packages.some((one) => one.version === version),
      })),
  };
}

/** A word that changes nothing was meant for another version. */
function mustBeOpen(also: string | undefined, open: readonly WayBack[], registry: string): void {
  if (also === undefined || open.some(({ version }) => version === also)) return;
  throw new Refusal(`No images of ${also} stay for a way back: --also has nothing to say there.`, [
    'See which stay, and why: ',
    { command: `images ${registry}` },
  ]);
}

function whyItStays(
  { version, used_by: users }: HarborImage,
  running: string,
  open: readonly WayBack[],
  also: string | undefined,
): string | undefined {
  if (version === running) return 'it is installed';
  if (newestFirst(version, running) < 0) return `it is newer than ${running}, which is installed`;
  if (users.length > 0)
    return users.length === 1 ? `${users[0]} is made of it` : `${listInWords(users)} are made of it`;
  const way = open.find((one) => one.version === version);
  if (!way || version === also) return undefined;
  return `an upgrade that is not at its end may have to go back to it (${way.directory})`;
}

function grouped(all: readonly { readonly image: HarborImage; readonly why: string }[]): readonly Staying[] {
  return [...Map.groupBy(all, ({ image, why }) => `${image.version} ${why}`).values()]
    .map((its) => ({
      version: its[0]?.image.version ?? '',
      why: its[0]?.why ?? '',
      images: its.map(({ image }) => image),
    }))
    .toSorted((a, b) => newestFirst(a.version, b.version));
}

function newestFirst(one: string, other: string): number {
  const [a, b] = [versionOf(one), versionOf(other)];
  return a && b ? compareHarbor(b, a) : 0;
}
