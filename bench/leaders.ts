import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEtcd } from '../sandbox/etcd.ts';
import { median, note, percentile, rounded } from './instruments/figures.ts';
import type { Change, OurFigures, OursTask, ToldOfClusters, ToldOfOurs } from './leaders/told.ts';

/**
 * One worker that watches many clusters and is asked `leaders` of them while their leaders change: how long answers take, the whole one and who leads
 * alone, how long after it was written a takeover is noted, and what memory that takes. The same by listing, in turns with it, is what it is compared
 * with: `toListing` is how many times longer that takes for who leads; `answerToListing` for the whole answer, of which that is the smaller part.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      clusters: { type: 'string', default: '50' },
      asks: { type: 'string', default: '200' },
      'takeover-every-ms': { type: 'string', default: '300' },
    },
  });
  const clusters = Number(values.clusters);
  const directory = await mkdtemp(join(tmpdir(), 'salvor-bench-'));
  const etcd = await startEtcd({ directory: join(directory, 'etcd'), members: 1 });
  const children: ChildProcess[] = [];
  try {
    const others = begin<ToldOfClusters>('clusters', {
      ...{ directory, clusters, everyMs: Number(values['takeover-every-ms']) },
    });
    children.push(others.child);
    const { kubeconfigs } = await others.says('up');
    note(`${clusters} clusters are up`);
    const ours = begin<ToldOfOurs>('ours', {
      kubeconfigs,
      endpoint: etcd.endpoints[0] ?? '',
      asks: Number(values.asks),
    });
    children.push(ours.child);
    await ours.says('watches');
    others.child.send('move');
    const { figures } = await ours.says('measured');
    return { ...result(figures), ...noticed(others.told, ours.told), clusters, asks: figures.answerMs.length };
  } finally {
    for (const child of children) child.kill();
    await etcd.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

type Told = ToldOfClusters | ToldOfOurs;

function begin<T extends Told>(name: string, task: OursTask | object) {
  const child = fork(new URL(`leaders/${name}.ts`, import.meta.url), [JSON.stringify(task)]);
  const told: T[] = [];
  child.on('message', (message: T) => void told.push(message));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`)));
  ended.catch(() => undefined);
  return {
    child,
    told,
    async says<K extends T['kind']>(kind: K): Promise<Extract<T, { readonly kind: K }>> {
      for (;;) {
        const found = told.find((one): one is Extract<T, { readonly kind: K }> => one.kind === kind);
        if (found) return found;
        await Promise.race([once(child, 'message'), ended]);
      }
    },
  };
}

function result({ answerMs, watched, listed, peakRssMb, watchCpuPercent }: OurFigures) {
  return {
    answerP99Ms: rounded(percentile(answerMs, 0.99)),
    whoLeadsP99Ms: rounded(percentile(watched.whoLeadsMs, 0.99)),
    listedWhoLeadsP99Ms: rounded(percentile(listed.whoLeadsMs, 0.99)),
    toListing: rounded(median(listed.whoLeadsMs) / median(watched.whoLeadsMs)),
    answerToListing: rounded(median(listed.answerMs) / median(watched.answerMs)),
    ...{ requests: watched.requests, listedRequests: listed.requests },
    ...{ peakRssMb, watchCpuPercent: rounded(watchCpuPercent) },
  };
}

/** All that were written while the worker watched, and were noted since. Throws where one never was. */
function noticed(written: readonly ToldOfClusters[], seen: readonly ToldOfOurs[]) {
  const keyOf = ({ cluster, acquiredMs }: Change) => `${cluster} ${acquiredMs}`;
  const notes = seen.flatMap((one) => (one.kind === 'noted' ? [one] : []));
  const noted = new Map(notes.map((one) => [keyOf(one), one.atMs]));
  const lastMs = Math.max(...notes.map(({ atMs }) => atMs));
  // Each cluster's first leader is no takeover, and of what comes when the watch ends nobody tells.
  const firstOf = new Set<string>();
  const changes = written.flatMap((one) => {
    if (one.kind !== 'changed') return [];
    const isFirst = !firstOf.has(one.cluster);
    firstOf.add(one.cluster);
    return isFirst || one.atMs > lastMs - 1000 ? [] : [one];
  });
  const took = changes.map((one) => (noted.get(keyOf(one)) ?? Number.NaN) - one.atMs);
  const missed = took.filter(Number.isNaN).length;
  if (missed > 0) throw new Error(`${missed} of ${took.length} takeovers were not noted`);
  return {
    takeoverNoticedMs: rounded(percentile(took, 0.99)),
    takeoverNoticedMedianMs: rounded(median(took)),
    takeovers: took.length,
  };
}
