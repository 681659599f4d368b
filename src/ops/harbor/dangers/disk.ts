import { bytesInWords, listInWords } from '../../../chatops/format.ts';
import { unseen } from '../../findings/finding.ts';
import type { Piece } from '../../findings/piece.ts';
import type { OfflineInstaller, Room } from '../observe/observed.ts';
import type { Hop } from '../path/hop.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'disk';
const say = speaker(name);
/** Loaded images are about three times what the package holds of them. */
const unpackedImages = 3;
/** Rooms whose free space differs by less lie on one file system: it was measured one after the other. */
const sameWithin = 64 * 1024 ** 2;
const uses = ['data', 'install', 'work', 'docker'] as const;

/**
 * Room for all that an upgrade writes before it removes anything: a copy of the database for each hop, the second database of a conversion, each package
 * unpacked twice (its images, and the install directory), and the images that Docker keeps, with the dumps of a migrator that makes PostgreSQL of MariaDB.
 */
export const disk: Danger = {
  name,
  look({ observed: { rooms, databaseBytes, packages }, hops }) {
    const isBundled = hops.some(({ database }) => database);
    const gaps = [rooms, packages, ...(isBundled ? [databaseBytes] : [])].flatMap((piece: Piece<unknown>) =>
      'gap' in piece ? [unseen(name, piece.gap)] : [],
    );
    if ('gap' in rooms) return gaps;
    const needs = needed(hops, isBundled ? known(databaseBytes, 0) : 0, known(packages, []));
    const missing = uses.filter((use) => !rooms.known.some((room) => room.use === use));
    return [
      ...gaps,
      ...missing.map((use) =>
        unseen(name, {
          what: `the free space for ${use}`,
          needs: `Look that ${bytesInWords(needs[use])} are free there.`,
        }),
      ),
      ...fileSystems(rooms.known).flatMap((together) => judged(together, needs)),
    ];
  },
};

const known = <T>(piece: Piece<T>, otherwise: T): T => ('known' in piece ? piece.known : otherwise);

type Needs = Readonly<Record<Room['use'], number>>;

function needed(hops: readonly Hop[], databaseBytes: number, packages: readonly OfflineInstaller[]): Needs {
  const packed = hops.reduce((sum, { to }) => sum + (packages.find(({ version }) => version === to)?.bytes ?? 0), 0);
  return {
    data: databaseBytes * Math.max(...hops.map(copiesWithin)),
    install: packed,
    work: databaseBytes * hops.length + packed,
    docker: packed * unpackedImages + databaseBytes * Math.max(...hops.map(dumpsWithin)),
  };
}

/** A conversion keeps the old database until it is done; a migrator of MariaDB works on a copy, and puts what it makes of it beside that. */
function copiesWithin({ database }: Hop): number {
  if (!database) return 0;
  if (database.before.engine === 'MariaDB') return 2;
  return database.isConverted ? 1 : 0;
}

/** Within its container, which lies where Docker keeps images: what it dumps, what it makes of that, and the new database. */
const dumpsWithin = ({ database }: Hop): number =>
  database && database.before.engine !== database.after.engine ? 3 : 0;

function fileSystems(rooms: readonly Room[]): readonly (readonly Room[])[] {
  const together: Room[][] = [];
  for (const room of rooms.toSorted((a, b) => a.freeBytes - b.freeBytes)) {
    const last = together.at(-1);
    if (last?.[0] && room.freeBytes - last[0].freeBytes < sameWithin) last.push(room);
    else together.push([room]);
  }
  return together;
}

function judged(together: readonly Room[], needs: Needs): readonly Finding[] {
  const free = Math.min(...together.map(({ freeBytes }) => freeBytes));
  const need = together.reduce((sum, { use }) => sum + needs[use], 0);
  const severity = need > free ? 'stop' : need > free * 0.8 ? 'warning' : undefined;
  if (severity === undefined) return [];
  const where = uses.filter((use) => together.some((room) => room.use === use));
  const evidence = `The upgrade writes about ${bytesInWords(need)}, and ${bytesInWords(free)} are free.`;
  return [
    say(severity, `free space for ${listInWords(where)}`, evidence, 'Make room first, or give it another file system.'),
  ];
}
