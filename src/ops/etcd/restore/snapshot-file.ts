import { Refusal } from '../../../chatops/errors.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Objects } from '../../../ports/objects.ts';
import type { Opener } from '../../../ports/opener.ts';
import type { Scratch, ScratchFile } from '../../../ports/scratch.ts';
import { findBackup } from '../backup/find-backup.ts';
import { openBackup } from '../backup/open-backup.ts';
import type { Decided } from './decided.ts';

export interface SnapshotFile {
  /** An empty place for a database that comes from a host. */
  place(): Promise<string>;
  /** What a host rescued lies there. */
  isRescued: boolean;
  /** The backup that was agreed to, fetched from the store and checked. Throws Refusal where it carries no hash and nobody agreed to that; Fault. */
  fetched(): Promise<{ readonly path: string; readonly sha256: string }>;
  close(): Promise<void>;
}

interface Ports {
  readonly objects: Objects;
  readonly opener: Opener;
  readonly scratch: Scratch;
}

/** Fetches nothing before it is asked to, and once. */
export function createSnapshotFile(
  ports: Ports,
  cluster: Cluster,
  decided: Decided,
  context: RunContext,
): SnapshotFile {
  let held: Promise<ScratchFile> | undefined;
  let fetching: Promise<{ readonly path: string; readonly sha256: string }> | undefined;
  const databaseBytes = decided.source?.databaseBytes ?? decided.hosts[0]?.variables.restore_bytes ?? 0;
  const hold = () => {
    held ??= ports.scratch.file({ databaseBytes, signal: context.signal });
    return held;
  };
  return {
    isRescued: false,
    place: async () => (await hold()).path,
    fetched() {
      fetching ??= hold().then((file) => fetchInto(file, ports, cluster, decided, context));
      return fetching;
    },
    async close() {
      await (await held?.catch(() => undefined))?.close();
    },
  };
}

const another = (id: string): Refusal =>
  new Refusal(`${id} is not what was agreed to: its data is another.`, 'Plan it anew, and look at what has changed.');

async function fetchInto(
  file: ScratchFile,
  ports: Ports,
  cluster: Cluster,
  { source, hosts }: Decided,
  { signal, progress }: RunContext,
): Promise<{ readonly path: string; readonly sha256: string }> {
  if (!source) throw new Error('nothing is fetched where no backup is restored');
  // By its key where it is foreign: names may have come to mean another file.
  const named = source.sha256 === undefined ? source.key : source.id;
  const backup = await findBackup(ports.objects, cluster, named, { signal });
  if (backup.dataAt.key !== source.key) throw another(source.id);
  const { bytes, facts } = await openBackup(ports, cluster, backup, {
    signal,
    member: source.member,
    progress: (done) => progress(done, backup.storedBytes, 'bytes'),
  });
  const { sha256 } = await file.write(bytes);
  // What something else saved carries no hash to know it by: the store's own word for its bytes must still be the one that was agreed to.
  const now = await ports.objects.head(backup.dataAt, { signal });
  if (source.etag !== undefined && now?.etag !== source.etag) throw another(source.id);
  const found = facts();
  if (source.sha256 !== undefined && found.sha256 !== source.sha256) {
    throw new Refusal(`${source.id} is not what was agreed to: its SHA-256 is another.`);
  }
  const isSkipped = hosts.every(({ variables }) => variables.restore_argv.includes('--skip-hash-check'));
  if (!found.hasDigest && !isSkipped) {
    throw new Refusal(
      `${source.id} carries no hash: it was copied from a data directory, and may be torn.`,
      'Restore a snapshot instead; a file in an archive is restored without one when it is asked for by its name.',
    );
  }
  return { path: file.path, sha256 };
}
