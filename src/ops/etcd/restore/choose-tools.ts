import { compareVersions, minorInWords, minorOf, type Version, versionIn } from '../../../chatops/versions.ts';
import type { HostTool } from './host-facts.ts';
import { factsOf, type MemberPair, type Observation, pairsOf } from './observation.ts';

/** What restores on each host. */
export interface ToolChoice {
  /** By member's name. */
  readonly tools: Readonly<Record<string, HostTool>>;
  /** How far the revision is raised; absent where a tool cannot: then it is raised nowhere, so that all members are the same. */
  readonly bump?: number;
  /** What stands in the way, a sentence each. */
  readonly problems: readonly string[];
  /** What people must know, a sentence each. */
  readonly warnings: readonly string[];
}

export interface WantedTools {
  /** The etcd that wrote the backup, where it is known. */
  readonly writtenBy: string | undefined;
  readonly liveRevision: bigint | undefined;
  readonly backupRevision: bigint | undefined;
}

/**
 * `etcdctl snapshot restore` is deprecated in 3.5 and gone in 3.6, where etcdutl alone has it; 3.4 has no etcdutl. Source: etcd CHANGELOG-3.5.md and
 * CHANGELOG-3.6.md.
 */
const restorers: readonly { readonly from: number; readonly names: readonly HostTool['name'][] }[] = [
  { from: 3006, names: ['etcdutl'] },
  { from: 3005, names: ['etcdutl', 'etcdctl'] },
  { from: 0, names: ['etcdctl'] },
];

/**
 * For each host the tool of the minor version of the etcd that will be started on what it writes: a newer one writes what an older etcd does not
 * read, and an older one leaves out what a newer one wants. Told by what is installed, in the order in which the host names them.
 */
export function chooseTools(observation: Observation, wanted: WantedTools): ToolChoice {
  const writer = wanted.writtenBy === undefined ? undefined : versionIn(wanted.writtenBy);
  const tools: Record<string, HostTool> = {};
  const problems: string[] = [];
  for (const pair of pairsOf(observation)) {
    const server = serverOf(pair, observation) ?? writer;
    const found = toolOn(pair, server);
    if (found) tools[pair.planned.name] = found;
    if ('facts' in pair.look) problems.push(...problemsOf(pair, found, server, writer, observation));
  }
  const all = Object.values(tools);
  const bump = all.length > 0 && all.every(({ bumps }) => bumps) ? bumpOf(wanted) : undefined;
  return { tools, ...(bump === undefined ? {} : { bump }), problems, warnings: warningsOf(tools, bump) };
}

/** What the member runs, else what the others run, else what is installed there. */
function serverOf({ live, look }: MemberPair, { survey }: Observation): Version | undefined {
  const said = live?.status?.version ?? survey?.members.find(({ status }) => status)?.status?.version;
  const installed = factsOf(look)?.tools.find(({ name }) => name === 'etcd')?.version;
  const text = said ?? installed;
  return text === undefined ? undefined : versionIn(text);
}

function toolOn({ look }: MemberPair, server: Version | undefined): HostTool | undefined {
  const known = factsOf(look)?.tools ?? [];
  const newestFirst = known.flatMap((tool) => {
    const version = versionIn(tool.version);
    return version && tool.name !== 'etcd' ? [{ tool, version }] : [];
  });
  const minor = server ? minorOf(server) : Math.max(0, ...newestFirst.map(({ version }) => minorOf(version)));
  const names = restorers.find(({ from }) => minor >= from)?.names ?? [];
  for (const name of names) {
    const found = newestFirst.find(({ tool, version }) => tool.name === name && minorOf(version) === minor);
    if (found) return found.tool;
  }
  return undefined;
}

function problemsOf(
  { planned: { name }, look }: MemberPair,
  tool: HostTool | undefined,
  server: Version | undefined,
  writer: Version | undefined,
  { target }: Observation,
): readonly string[] {
  if (server && writer && minorOf(writer) > minorOf(server)) {
    return [
      `${name} runs etcd ${server.text}, and the backup was written by ${writer.text}: an older etcd must not open it.`,
    ];
  }
  if (tool) return [];
  const names = restorers.find(({ from }) => (server ? minorOf(server) : 0) >= from)?.names ?? [];
  const has = (factsOf(look)?.tools ?? []).map(({ name: each, version }) => `${each} ${version}`).join(', ');
  const wanted = `${names.join('/')}${server ? ` ${minorInWords(server)}` : ''}`;
  return [
    `${name} has no ${wanted} to restore with (it has ${has || 'none of etcd’s programs'}): put it into ${target.workDir}/bin there.`,
  ];
}

/**
 * So far that no client has seen a later revision, in steps of a thousand million: what the cluster writes while people read the plan does not
 * change it. As much as the documentation of etcd takes: more than a cluster writes in a week at 1500 a second.
 */
const bumpStep = 1_000_000_000n;
const bumpRoom = 10_000_000n;

export function bumpOf({ liveRevision, backupRevision }: Omit<WantedTools, 'writtenBy'>): number {
  const behind = liveRevision !== undefined && backupRevision !== undefined ? liveRevision - backupRevision : 0n;
  const needed = behind > 0n ? behind + bumpRoom : bumpRoom;
  return Number(((needed + bumpStep - 1n) / bumpStep) * bumpStep);
}

/** Restored by anything older, former members stay in the file and block a later upgrade to 3.6. Source: etcd.io blog, December 2025. */
const firstWithoutZombies = versionIn('3.5.26');

function warningsOf(tools: Readonly<Record<string, HostTool>>, bump: number | undefined): readonly string[] {
  const said: string[] = [];
  const unable = Object.entries(tools).filter(([, { bumps }]) => !bumps);
  if (bump === undefined && unable.length > 0) {
    const which = unable.map(([name, tool]) => `${name} (${tool.name} ${tool.version})`).join(', ');
    said.push(
      `REVISIONS GO BACK: ${which} cannot raise them (--bump-revision, from 3.4.27, 3.5.10 and 3.6 on). Controllers and kubelets that watch may then miss changes and act on what they remember until they are restarted, every one of them (kubernetes#118501, etcd#16028).`,
    );
  }
  const old = Object.entries(tools).filter(([, { version }]) => leavesZombies(version));
  if (old.length > 0) {
    const which = old.map(([name, tool]) => `${name} (${tool.name} ${tool.version})`).join(', ');
    said.push(`${which}: before 3.5.26 former members stay in the files, which blocks a later upgrade to etcd 3.6.`);
  }
  return said;
}

function leavesZombies(text: string): boolean {
  const version = versionIn(text);
  return (
    version !== undefined && firstWithoutZombies !== undefined && compareVersions(version, firstWithoutZombies) < 0
  );
}
