import { Refusal } from '../../../chatops/errors.ts';
import { nearest } from '../../../chatops/nearest.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import { type Backup, isBeforeRestore } from './backup.ts';
import { firstVerified } from './first-verified.ts';
import { type ListedBackup, listBackups } from './list-backups.ts';
import { type Load, loadFromBucket } from './load-backup.ts';

/** So many of the newest are thought of when a name was mistyped. */
const mostConsidered = 1_000;
const mostNamed = 3;

/**
 * The one backup that is meant: by its id, a foreign one also by its whole key; 'latest' is the newest whose manifest can be read, and
 * 'latest-verified' the newest that was tried out and found good,
 * those apart that a restore took of what it replaced. Reads it from the bucket itself, never from the index: what is
 * restored or deleted must be what stands there. Throws Refusal that names near ones, when there is none or more than one; Fault.
 */
export async function findBackup(
  objects: Objects,
  cluster: Cluster,
  which: string,
  ask: AskOptions = {},
): Promise<Backup> {
  const load = loadFromBucket(objects, cluster, ask);
  const listing = listBackups(objects, cluster.backup, ask);
  if (which === 'latest') return latest(cluster, listing, load);
  if (which === 'latest-verified') return latestVerified(cluster, listing, load);
  return named(cluster, which, listing, load);
}

type Listing = AsyncIterable<ListedBackup>;

async function latest(cluster: Cluster, listing: Listing, load: Load): Promise<Backup> {
  for await (const listed of listing) {
    const { backup } = await load(listed);
    if (backup) return backup;
  }
  throw none(cluster);
}

async function latestVerified(cluster: Cluster, listing: Listing, load: Load): Promise<Backup> {
  let isEmpty = true;
  const seen = async function* () {
    for await (const listed of listing) {
      isEmpty = false;
      yield listed;
    }
  };
  const found = await firstVerified(seen(), { load, isGood: async (backup) => !isBeforeRestore(backup) });
  if (found) return found;
  if (isEmpty) throw none(cluster);
  throw new Refusal(`No backup of ${cluster.name} was tried out and found good.`, [
    'Try the newest one out: ',
    { command: `verify ${cluster.name} latest` },
  ]);
}

/** A run's id stands once; several foreign files may have one name. */
async function named(cluster: Cluster, which: string, listing: Listing, load: Load): Promise<Backup> {
  const isMeant = ({ id, object }: ListedBackup) => id === which || object.key === which;
  const others: string[] = [];
  const found: ListedBackup[] = [];
  for await (const listed of listing) {
    if (isMeant(listed)) found.push(listed);
    else if (others.length < mostConsidered) others.push(listed.id);
    if (listed.kind === 'own' && isMeant(listed)) break;
  }
  const [only, second] = found;
  if (!only) throw others.length === 0 ? none(cluster) : unknown(cluster, which, others);
  if (second) throw ambiguous(cluster, which, found);
  const { backup, unreadable } = await load(only);
  if (backup) return backup;
  const reasons = unreadable.map(({ key, why }) => `${key}: ${why}.`).join(' ');
  throw new Refusal(`The manifest of ${which} cannot be read. ${reasons}`, [
    'See the others: ',
    { command: `backups ${cluster.name}` },
  ]);
}

function none({ name, backup: { address, prefix } }: Cluster): Refusal {
  return new Refusal(`${name} has no backup in ${address}/${prefix}.`, ['Take one: ', { command: `snapshot ${name}` }]);
}

function unknown({ name }: Cluster, which: string, others: readonly string[]): Refusal {
  const meant = nearest(which, others);
  const newest = others.slice(0, mostNamed).join(', ');
  const next = meant
    ? `Did you mean ${meant}?`
    : [`The newest: ${newest}. All of them: `, { command: `backups ${name}` }];
  return new Refusal(`${name} has no backup "${which}".`, next);
}

function ambiguous({ name }: Cluster, which: string, found: readonly ListedBackup[]): Refusal {
  const keys = found.map(({ object }) => object.key).toSorted();
  return new Refusal(
    `${name} has ${found.length} files of the name ${which}.`,
    `Say which by its key: ${keys.join(', ')}.`,
  );
}
