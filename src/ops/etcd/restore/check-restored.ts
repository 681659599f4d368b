import { Fault } from '../../../chatops/errors.ts';
import { numberInWords } from '../../../chatops/format.ts';
import type { Etcd, WorkOptions } from '../../../ports/etcd.ts';
import type { Decided } from './decided.ts';
import { sumOf } from './losses.ts';
import { resourceOf } from './resource-of.ts';

/** Members have elected a leader, applied what is committed, and hold the same. */
export interface Agreed {
  readonly revision: bigint;
  readonly leader: string;
}

/**
 * Waits until every member knows a leader and has applied what is committed; then all of them must vote, follow one leader, and have one hash at one
 * revision. Throws Fault, never retryable, that says what is not so.
 */
export async function checkEtcd(etcd: Etcd, { hosts, shared }: Decided, wait: WorkOptions): Promise<Agreed> {
  const cluster = shared.restore_cluster;
  const endpoints = hosts.map(({ variables }) => variables.etcd_client_url);
  const revisions = await Promise.all(endpoints.map((endpoint) => etcd.catchUp(cluster, endpoint, wait)));
  const survey = await etcd.survey(cluster, wait);
  const names = survey.members.map(({ name }) => name);
  const planned = hosts.map(({ name }) => name);
  if (names.toSorted().join() !== planned.toSorted().join()) {
    throw notRight(`The members are ${names.join(', ')}, and ${planned.join(', ')} are planned.`);
  }
  const unfit = survey.members.filter((member) => member.isLearner || !member.status);
  if (unfit.length > 0) throw notRight(`${unfit.map(({ name }) => name).join(', ')} does not answer or does not vote.`);
  const leaders = new Set(survey.members.map(({ status }) => status?.leaderId));
  const leader = survey.members.find(({ id }) => leaders.has(id));
  if (leaders.size !== 1 || !leader) throw notRight('Members follow different leaders.');
  const [revision = 0n] = revisions.toSorted(ascending);
  await mustHoldTheSame(etcd, cluster, { endpoints, revision, wait });
  return { revision, leader: leader.name };
}

const ascending = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);

interface Hashed {
  readonly endpoints: readonly string[];
  readonly revision: bigint;
  readonly wait: WorkOptions;
}

async function mustHoldTheSame(etcd: Etcd, cluster: string, { endpoints, revision, wait }: Hashed): Promise<void> {
  const hashes = () => Promise.all(endpoints.map((endpoint) => etcd.hash(cluster, endpoint, revision, wait)));
  const first = await hashes();
  const compacted = first.map(({ compactRevision }) => compactRevision);
  const last = compacted.toSorted(ascending).at(-1) ?? 0n;
  const isSettled = compacted.every((one) => one === last);
  // What was marked as compacted each member forgets in its own time: asked to, it answers when it is done.
  if (!isSettled) await Promise.all(endpoints.map((endpoint) => etcd.compact(cluster, endpoint, last, wait)));
  const found = isSettled ? first : await hashes();
  const held = found.map(({ hash, compactRevision }) => `hash ${hash}, compacted up to ${compactRevision}`);
  const distinct = new Set(held);
  if (distinct.size > 1) {
    throw notRight(`Members do not hold the same at revision ${numberInWords(revision)}: ${[...distinct].join('; ')}.`);
  }
}

/** Kept only as long as a lease of etcd's lives, which ends whether or not anybody looks: fewer of them are no sign of anything. */
const leased: readonly string[] = ['events', 'masterleases', '(other)'];

/**
 * Counts the living keys by resource and compares them with what the backup had. Only right while nobody has written yet. Answers how many keys
 * there are; throws Fault, never retryable, that names the resources that differ.
 */
export async function checkData(etcd: Etcd, { hosts, shared, source }: Decided, wait: WorkOptions): Promise<number> {
  const [endpoint = ''] = hosts.map(({ variables }) => variables.etcd_client_url);
  const counts: Record<string, number> = {};
  for await (const page of etcd.keys(shared.restore_cluster, endpoint, wait)) {
    for (const { key } of page) counts[resourceOf(key)] = (counts[resourceOf(key)] ?? 0) + 1;
  }
  const wrong = Object.entries(source?.resources ?? {}).flatMap(([resource, wanted]) => {
    const found = counts[resource] ?? 0;
    if (found === wanted || (found < wanted && leased.includes(resource))) return [];
    return [`${numberInWords(found)} ${resource} where ${numberInWords(wanted)} were backed up`];
  });
  if (wrong.length > 0) throw notRight(`etcd has ${wrong.join('; ')}.`);
  const total = sumOf(counts);
  if (total === 0) throw notRight('etcd is empty.');
  return total;
}

/** The outside broke what was promised: a verified backup restores to what it held. */
function notRight(message: string): Fault {
  return new Fault(message, {
    ...{ port: 'etcd', operation: 'restore', code: 'ETCD_NOT_RIGHT', retryable: false },
    next: 'Do not start anything on it before you know why. The old data is still there.',
  });
}
