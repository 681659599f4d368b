import { z } from 'zod';
import { counted, firstFew } from '../../../../chatops/format.ts';
import type { Gap, Piece } from '../../../findings/piece.ts';
import type { NodeFacts, Settings } from '../observed.ts';
import { type Looking, piece, unreadable } from './read.ts';

const Configz = z.object({
  kubeletconfig: z.object({
    featureGates: z.record(z.string(), z.boolean()).nullish(),
    failCgroupV1: z.boolean().nullish(),
  }),
});

/**
 * What kubelets were told, from their own /configz by way of the API server: of every control-plane node, and of one worker of each sort, since
 * thousands of workers are told the same. A sort is one version on one container runtime. Needs nodes/proxy.
 */
export async function readConfigz(looking: Looking, nodes: readonly NodeFacts[]): Promise<readonly Piece<Settings>[]> {
  const found: Piece<Settings>[] = [];
  for (const { name, alike } of sampled(nodes)) {
    const where = `kubelet of ${name}${alike > 0 ? ` (${counted(alike, 'node')} of its sort not asked)` : ''}`;
    found.push(await piece(`what the ${where} was told`, () => readOne(looking, name, where)));
  }
  return [...together(found), ...unasked(nodes).map((gap) => ({ gap }))];
}

/** What is missing for many kubelets, such as one right, is one gap. */
function together(found: readonly Piece<Settings>[]): readonly Piece<Settings>[] {
  const gaps = found.flatMap((one) => ('gap' in one ? [one.gap] : []));
  const byNeed = [...Map.groupBy(gaps, ({ needs }) => needs)].map(([needs, its]) => ({
    gap: {
      what:
        its.length > 3 ? `${its[0]?.what}, and ${its.length - 1} others alike` : its.map(({ what }) => what).join('; '),
      needs,
    },
  }));
  return [...found.filter((one) => 'known' in one), ...byNeed];
}

/** Sorts of which no node is ready, and control-plane nodes that are not: nobody knows what they were told. */
function unasked(nodes: readonly NodeFacts[]): readonly Gap[] {
  const asked = new Set(nodes.filter(({ isReady, isControlPlane }) => isReady && !isControlPlane).map(sortOf));
  const away = nodes.filter((node) => !node.isReady && (node.isControlPlane || !asked.has(sortOf(node))));
  return [...Map.groupBy(away, (node) => (node.isControlPlane ? node.name : sortOf(node))).values()].flatMap((its) =>
    its[0]
      ? [
          {
            what: `what the kubelet of ${firstFew(its.map(({ name }) => name))} was told`,
            needs: `${its.length === 1 ? 'It is not ready' : 'None of them is ready'}, and no other of ${sortOf(its[0])} was asked: bring one back, or look at its configuration.`,
          },
        ]
      : [],
  );
}

const sortOf = ({ kubelet, runtime }: NodeFacts): string => `${kubelet} on ${runtime}`;

export interface Sample {
  readonly name: string;
  /** How many more there are like it. */
  readonly alike: number;
}

export function sampled(nodes: readonly NodeFacts[]): readonly Sample[] {
  const { cp = [], worker = [] } = Object.groupBy(
    nodes.filter(({ isReady }) => isReady),
    ({ isControlPlane }) => (isControlPlane ? 'cp' : 'worker'),
  );
  const sorts = Map.groupBy(worker, sortOf);
  const firsts = [...sorts.values()].flatMap(([first, ...others]) =>
    first ? [{ name: first.name, alike: others.length }] : [],
  );
  return [...cp.map(({ name }) => ({ name, alike: 0 })), ...firsts];
}

async function readOne({ kubernetes, cluster, options }: Looking, name: string, where: string): Promise<Settings> {
  const proxy = `/api/v1/nodes/${encodeURIComponent(name)}/proxy`;
  const found = await kubernetes.object(cluster, `${proxy}/configz`, options);
  if (found === undefined) throw unreadable(`Node ${name} has gone, or its kubelet has no configz.`);
  const { kubeletconfig } = Configz.parse(found);
  const cgroup = cgroupIn(await kubernetes.text(cluster, `${proxy}/metrics`, options));
  return {
    ...{ component: 'kubelet', where, flags: {}, featureGates: kubeletconfig.featureGates ?? {} },
    ...(kubeletconfig.failCgroupV1 == null ? {} : { failCgroupV1: kubeletconfig.failCgroupV1 }),
    ...(cgroup === undefined ? {} : { cgroup }),
  };
}

/** Kubelets tell it since 1.31, as a metric; in their configuration never. */
export function cgroupIn(metrics: string): 'v1' | 'v2' | undefined {
  const found = /^kubelet_cgroup_version(?:\{[^}\n]*\})? ([12])$/m.exec(metrics)?.[1];
  return found === undefined ? undefined : found === '1' ? 'v1' : 'v2';
}
