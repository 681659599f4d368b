import { Refusal } from '../../../chatops/errors.ts';
import type { Report } from '../../../chatops/report.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Scratch, ScratchEtcd, ScratchPlace } from '../../../ports/scratch.ts';
import type { Backup } from '../backup/backup.ts';
import { type OpenPorts, openBackup } from '../backup/open-backup.ts';
import { openScratch } from '../drill/open-scratch.ts';
import { keysReport } from './keys-report.ts';
import { objectReport } from './object-report.ts';

export type InspectPorts = OpenPorts & { readonly scratch: Scratch };

export const inspectSteps = ['Find the backup', 'Restore into a scratch etcd', 'Look'] as const;

export interface InspectHooks {
  readonly signal: AbortSignal;
  step<T>(name: (typeof inspectSteps)[number], work: () => Promise<T>): Promise<T>;
  /** Stored bytes read of how many. */
  progress(done: number, total: number): void;
}

/** What is looked for: keys whose names begin so, or one key. */
export type Wanted = { readonly prefix: string } | { readonly key: string };

const mostKeys = 10_000;

/**
 * Looks into a backup without restoring it anywhere real: restores it into a scratch etcd, asks that, and throws it away. Everything is as
 * it stood at the backup's own revision. Throws Refusal when the key is not there or this worker cannot restore; what the ports throw.
 */
export async function inspectBackup(
  ports: InspectPorts,
  cluster: Cluster,
  backup: Backup,
  wanted: Wanted,
  hooks: InspectHooks,
): Promise<Report> {
  const place = await openScratch(ports.scratch, backup, hooks);
  try {
    const restored = await hooks.step('Restore into a scratch etcd', () =>
      restore(ports, cluster, backup, place, hooks),
    );
    return await hooks.step('Look', () => look(restored, wanted));
  } finally {
    await place.close();
  }
}

interface Restored {
  readonly etcd: ScratchEtcd;
  readonly cluster: Cluster;
  readonly backup: Backup;
  /** The backup's own. */
  readonly revision: bigint;
  readonly signal: AbortSignal;
}

async function restore(
  ports: OpenPorts,
  cluster: Cluster,
  backup: Backup,
  place: ScratchPlace,
  { signal, ...hooks }: InspectHooks,
): Promise<Restored> {
  const progress = (read: number) => hooks.progress(read, backup.storedBytes);
  const { bytes, facts } = await openBackup(ports, cluster, backup, { signal, progress });
  await place.write(bytes);
  const { hasDigest, pages } = facts();
  await place.restore({ hasDigest });
  const etcd = await place.start();
  // Leases go on ending in a restored etcd: what it says now may be newer than the backup.
  const revision = pages.kind === 'exact' ? pages.revision : await etcd.revision({ signal });
  return { etcd, cluster, backup, revision, signal };
}

async function look({ etcd, cluster: { name }, backup, ...at }: Restored, wanted: Wanted): Promise<Report> {
  if ('key' in wanted) {
    const found = await etcd.valueOf(wanted.key, at);
    if (!found) throw noSuchKey(name, backup, wanted.key);
    return objectReport(name, backup, found);
  }
  const { prefix } = wanted;
  const count = await etcd.count(prefix, at);
  const { keys } = await etcd.keysUnder(prefix, { ...at, limit: mostKeys });
  return keysReport(name, { backup, prefix, keys, count, revision: at.revision });
}

function noSuchKey(cluster: string, { id }: Backup, key: string): Refusal {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  return new Refusal(`${id} of ${cluster} has no key ${key}.`, [
    'What is beside it: ',
    { command: `inspect ${cluster} ${id} --prefix ${folder}` },
  ]);
}
