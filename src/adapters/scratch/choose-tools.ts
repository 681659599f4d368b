import { Refusal } from '../../chatops/errors.ts';
import { minorInWords, minorOf, type Version, versionIn } from '../../chatops/versions.ts';
import type { ScratchTool } from '../../ports/scratch.ts';
import type { Program, ProgramName } from './programs.ts';

export interface Tools {
  readonly etcd: Program;
  readonly tool: Program & { readonly name: ScratchTool['name'] };
}

/**
 * Which program restores for which etcd, the preferred one first: `etcdctl snapshot restore` is deprecated in 3.5 and gone in 3.6, where
 * etcdutl alone has it; 3.4 has no etcdutl. Source: etcd CHANGELOG-3.5.md and CHANGELOG-3.6.md, as of August 2026.
 */
const restorers: readonly { readonly from: number; readonly tools: readonly ScratchTool['name'][] }[] = [
  { from: 3006, tools: ['etcdutl'] },
  { from: 3005, tools: ['etcdutl', 'etcdctl'] },
  { from: 0, tools: ['etcdctl'] },
];

const packages = 'apt-get install etcd-server etcd-client';
const releases = 'unpack a release of etcd on the worker and name its directory under drill.binaries in salvor.yaml';

/**
 * What to try a backup out with: an etcd of the minor version that wrote it, or else the next newer one there is, and a tool of the same
 * minor version; of an unknown writer the newest. A different patch is fine, anything older is not. Source: kubernetes.io
 * configure-upgrade-etcd, as of August 2026. Throws Refusal that says what is missing and how to get it.
 */
export function chooseTools(programs: readonly Program[], writtenBy: string | undefined): Tools {
  const writer = writtenBy === undefined ? undefined : versionIn(writtenBy);
  const servers = programs.filter(({ name }) => name === 'etcd');
  const fitting = writer ? servers.filter(({ version }) => minorOf(version) >= minorOf(writer)) : servers;
  // Programs come newest first: the closest newer one is the last.
  const minors = [...new Set(fitting.map(({ version }) => minorOf(version)))];
  for (const minor of writer ? minors.toReversed() : minors) {
    const etcd = fitting.find(({ version }) => minorOf(version) === minor);
    const tool = toolOf(programs, minor);
    if (etcd && tool) return { etcd, tool };
  }
  throw whyNone(servers, fitting, writer);
}

function toolOf(programs: readonly Program[], minor: number): Tools['tool'] | undefined {
  const names = restorers.find(({ from }) => minor >= from)?.tools ?? [];
  for (const name of names) {
    const found = programs.find((program) => program.name === name && minorOf(program.version) === minor);
    if (found) return { ...found, name };
  }
  return undefined;
}

function whyNone(servers: readonly Program[], fitting: readonly Program[], writer: Version | undefined): Refusal {
  const [closest] = fitting.toReversed();
  if (closest) {
    const minor = minorInWords(closest.version);
    const names = restorers.find(({ from }) => minorOf(closest.version) >= from)?.tools ?? [];
    return new Refusal(
      `This worker has etcd ${closest.version.text} but no ${eitherOf(names)} ${minor}, which restores for it.`,
      `Install it (${packages}), or ${releases}.`,
    );
  }
  const [newest] = servers;
  if (newest && writer) {
    return new Refusal(
      `The backup was written by etcd ${writer.text}, and the newest etcd of this worker is ${newest.version.text} (${newest.path}): an older etcd must not open it.`,
      `Install etcd ${minorInWords(writer)}: ${releases}.`,
    );
  }
  return new Refusal('This worker has no etcd to try backups out with.', `Install it: ${packages}; or ${releases}.`);
}

const eitherOf = (names: readonly ProgramName[]): string => names.join(' or ');

/** Restored by anything older, former members stay in the file and block a later upgrade to 3.6. Source: etcd.io blog, December 2025. */
const firstWithoutZombies = [3, 5, 26] as const;

export function remarkOn({ version }: Program): string | undefined {
  const [major, minor, patch] = version.numbers;
  const [, leastMinor, leastPatch] = firstWithoutZombies;
  if (major > 3 || minor > leastMinor || (minor === leastMinor && patch >= leastPatch)) return undefined;
  return `Restored with anything before etcdutl ${firstWithoutZombies.join('.')}, a cluster keeps its former members in its files, which blocks a later upgrade to etcd 3.6.`;
}
