import { bytesInWords, durationInWords } from '../../../chatops/format.ts';
import type { Variant } from './decided.ts';
import type { HostFacts } from './host-facts.ts';
import { type MemberPair, type Observation, pairsOf } from './observation.ts';

export interface HostCheck {
  readonly variant: Variant;
  /** Of the database that is restored. */
  readonly databaseBytes: number;
  /** Only these members' hosts are touched. */
  readonly hosts: readonly string[];
}

/** What etcd writes besides the database: its log, twice 64 MiB, and some room. */
const logBytes = 192 * 1024 ** 2;
/** Asking takes a while; certificates and leases bear some seconds. */
const mostSkewMs = 30_000;

/** What stands in the way of it on the hosts, a sentence each. Empty where all is as salvor.yaml says. */
export function checkHosts(observation: Observation, check: HostCheck): readonly string[] {
  return pairsOf(observation)
    .filter(({ planned }) => check.hosts.includes(planned.name))
    .flatMap((pair) => {
      const { look, planned } = pair;
      if ('silence' in look) return [`${planned.name} (${planned.host}) cannot be used: ${look.silence}.`];
      const { facts } = look;
      return [
        ...room(pair, facts, check),
        ...asDescribed(pair, facts),
        ...ports(pair, facts),
        ...renamable(pair, facts),
        ...clock(pair, facts, observation.now),
      ];
    });
}

/** The old data stays beside the new. */
function room({ planned }: MemberPair, { data_dir, work_dir }: HostFacts, { databaseBytes, variant }: HostCheck) {
  const said: string[] = [];
  const needed = databaseBytes + logBytes;
  if (data_dir.free_bytes < needed) {
    said.push(
      `${planned.name} needs ${bytesInWords(needed)} beside the old data in ${planned.dataDir}, and has ${bytesInWords(data_dir.free_bytes)} free.`,
    );
  }
  const copies = variant === 'replace' ? 0 : variant === 'rescue' ? 2 : 1;
  // One disk may have to bear both.
  const both = work_dir.free_bytes === data_dir.free_bytes ? needed : 0;
  const work = copies * databaseBytes + both;
  if (copies > 0 && work_dir.free_bytes < work) {
    said.push(
      `${planned.name} needs ${bytesInWords(work)} where the backup is put, and has ${bytesInWords(work_dir.free_bytes)} free.`,
    );
  }
  return said;
}

/** Stopping something else than what runs would leave old members among new ones. */
function asDescribed({ planned, live }: MemberPair, { data_dir, etcd_runs }: HostFacts): readonly string[] {
  if (!live?.status) return [];
  const { name, dataDir, host } = planned;
  const setting = `restore.members of ${name} in salvor.yaml`;
  return [
    ...(data_dir.has_data
      ? []
      : [`etcd answers on ${name}, but ${dataDir} on ${host} holds no data of it: mend ${setting}.`]),
    ...(etcd_runs
      ? []
      : [`etcd answers on ${name}, but what salvor.yaml says to stop there does not run: mend ${setting}.`]),
  ];
}

/** etcd could not start where somebody else listens; nor would an etcd of another service be stopped, or another data directory be restored. */
function ports({ planned, live }: MemberPair, { ports: all, etcd_runs, data_dir }: HostFacts): readonly string[] {
  const mend = `mend restore.members of ${planned.name} in salvor.yaml, or stop it.`;
  return all.flatMap(({ port, held_by: holder, is_ours: isOurs }) => {
    if (!holder) return [];
    const { name, host, dataDir } = planned;
    if (!isOurs && holder !== 'etcd')
      return [`Port ${port} of ${name} on ${host} is held by ${holder}: etcd could not start there.`];
    // Where there is no data, the one that runs may have lost it: a restore stops it.
    if (!isOurs && data_dir.has_data)
      return [`Port ${port} of ${name} on ${host} is held by an etcd whose data is not that of ${dataDir}: ${mend}`];
    if (etcd_runs || live?.status) return [];
    return [`Port ${port} of ${name} on ${host} is held by an etcd that is not the service in salvor.yaml: ${mend}`];
  });
}

function renamable({ planned }: MemberPair, { wal_dir }: HostFacts): readonly string[] {
  if (!wal_dir?.is_mount) return [];
  return [
    `${planned.walDir} on ${planned.name} is where a file system begins and cannot be moved aside: let etcd's --wal-dir be a directory below it.`,
  ];
}

function clock({ planned }: MemberPair, { clock: seconds }: HostFacts, now: Date): readonly string[] {
  const skewMs = Math.abs(seconds * 1000 - now.getTime());
  if (skewMs <= mostSkewMs) return [];
  return [`The clock of ${planned.name} is ${durationInWords(skewMs)} off the worker's: set one of them right first.`];
}
