import { Fault } from '../../../chatops/errors.ts';
import type { WorkOptions } from '../../../ports/etcd.ts';
import { beforeRestore } from '../backup/backup.ts';
import { takeSnapshot } from '../snapshot/take-snapshot.ts';
import { checkKubernetes } from './check-kubernetes.ts';
import { checkData, checkEtcd } from './check-restored.ts';
import { apiServerAddresses } from './plan-steps.ts';
import type { RestoreSite } from './restore-site.ts';
import type { OwnWork, RestoreStep } from './restore-steps.ts';
import { runTags } from './run-tags.ts';

const minuteMs = 60_000;
/** A large database takes its time to be read at the start. */
const settleMs = 10 * minuteMs;
const readyMs = 5 * minuteMs;
const joinMs = 30 * minuteMs;

/** Does one step of what was agreed to. May be done again after it was cut short. Throws what the ports throw. */
export async function doStep(site: RestoreSite, { does }: RestoreStep): Promise<void> {
  if (does.kind === 'own') return ownWork(site, does.work, does.member);
  const { tags, hosts } = does;
  if (tags.includes('rescue')) await rescue(site, hosts);
  else if (tags.includes('fetch')) await fetchTo(site, hosts);
  else await runTags(site, tags, hosts);
}

async function rescue({ file, ...site }: RestoreSite, hosts: readonly string[]): Promise<void> {
  await runTags(site, ['rescue'], hosts, { snapshot_file: await file.place() });
  file.isRescued = true;
}

async function fetchTo(site: RestoreSite, hosts: readonly string[]): Promise<void> {
  const { file, decided } = site;
  if (decided.survivor === undefined) {
    const { path, sha256 } = await file.fetched();
    await runTags(site, ['fetch'], hosts, { snapshot_file: path, snapshot_sha256: sha256 });
    return;
  }
  // Another worker than the one that rescued it may go on: it has no file yet.
  if (!file.isRescued) await rescue(site, [decided.survivor]);
  await runTags(site, ['fetch'], hosts, { snapshot_file: await file.place() });
}

async function ownWork(site: RestoreSite, work: OwnWork, member: string | undefined): Promise<void> {
  const { ports, decided, context } = site;
  const { etcd, kubernetes } = ports;
  const name = decided.shared.restore_cluster;
  const within = (timeLimitMs: number): WorkOptions => ({ timeLimitMs, signal: context.signal });
  switch (work) {
    case 'save':
      return saveAtLast(site);
    case 'check-etcd': {
      const { leader, revision } = await checkEtcd(etcd, decided, within(settleMs));
      return context.detail(`${decided.hosts.length} members, ${leader} leads, all the same at revision ${revision}`);
    }
    case 'check-data':
      return context.detail(`${await checkData(etcd, decided, within(settleMs))} keys`);
    case 'clear-addresses': {
      const endpoint = await leaderOf(site);
      return context.detail(`${await etcd.removePrefix(name, endpoint, apiServerAddresses, within(settleMs))} deleted`);
    }
    case 'check-kubernetes': {
      await kubernetes.ready(name, within(readyMs));
      site.kubernetes = await checkKubernetes({
        ...{ kubernetes, cluster: name, before: await site.nodesBefore },
        ...{ signal: context.signal, detail: context.detail },
      });
      return context.detail([...site.kubernetes.good, ...site.kubernetes.troubles].join('; '));
    }
    case 'remove-member':
      return etcd.removeMember(name, await leaderOf(site), lostOf(site, member).id ?? '', within(settleMs));
    case 'add-learner': {
      const id = await etcd.addLearner(name, await leaderOf(site), lostOf(site, member).peerUrl, within(settleMs));
      return context.detail(`its id is ${id}`);
    }
    case 'promote':
      return promote(site, lostOf(site, member), within(joinMs));
  }
}

const mostTries = 3;

/** A member that stutters must not cost people their votes: each try takes whichever member is fittest then, and leaves nothing behind. */
async function saveAtLast(site: RestoreSite): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await save(site);
    } catch (error) {
      const isLast = tried === mostTries || site.context.signal.aborted;
      if (isLast || !(error instanceof Fault && error.retryable)) throw error;
      site.context.log(`the snapshot is tried again: ${error.message}`);
    }
  }
}

/** One backup more, whatever alarm there is: it is the last chance. */
async function save(site: RestoreSite): Promise<void> {
  const { ports, cluster, context } = site;
  const { runId, askedAt, askedBy: actor, signal } = context;
  const request = { cluster, runId, askedAt, actor, reason: beforeRestore, wishes: { acceptAlarms: true } };
  const { manifest } = await takeSnapshot(ports, request, {
    signal,
    step: (_, work) => work(),
    progress: (done, expected) => context.progress(done, expected, 'bytes'),
    beforeCommit: context.stillOurs,
    left: async (what) => context.log(what),
  });
  context.detail(manifest.id);
  site.savedAs = manifest.id;
  context.log(`what was there is saved as ${manifest.id}`);
}

function lostOf({ decided }: RestoreSite, member: string | undefined) {
  const found = decided.lost.find(({ name }) => name === member);
  if (!found) throw new Error(`${member} is not among the lost members`);
  return found;
}

async function promote(
  site: RestoreSite,
  { name, peerUrl }: RestoreSite['decided']['lost'][number],
  wait: WorkOptions,
): Promise<void> {
  const cluster = site.decided.shared.restore_cluster;
  const { members, leader } = await membersOf(site);
  const its = members.find((one) => one.name === name || one.peerUrls.includes(peerUrl));
  if (!its || !leader?.status) throw new Error(`${name} was added, and is no member`);
  await site.ports.etcd.promote(cluster, leader.status.endpoint, its.id, wait);
}

/** Where the leader answers; anybody who does while there is none. */
async function leaderOf(site: RestoreSite): Promise<string> {
  const { members, leader } = await membersOf(site);
  return (leader ?? members.find(({ status }) => status))?.status?.endpoint ?? '';
}

async function membersOf({ ports: { etcd }, decided, context }: RestoreSite) {
  const { members } = await etcd.survey(decided.shared.restore_cluster, { signal: context.signal });
  return { members, leader: members.find(({ id, status }) => status?.leaderId === id) };
}
