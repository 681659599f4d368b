import { inParallel } from '../../../chatops/in-parallel.ts';
import type { AtRevision, ScratchEtcd } from '../../../ports/scratch.ts';

/** /registry/ mostly; OpenShift has two, and an etcd that serves others as well may have some more. */
const mostRoots = 8;
/** Beyond every name that begins so. */
const last = '\u{10ffff}';
/** What a manifest counts keys of another form under: they have no prefix of their own. */
const noResource = '(other)';
const widthOfAsking = 8;

export interface ResourceCounts {
  /** Living keys by resource, named as in a manifest: pods, cert-manager.io/certificates. */
  readonly counts: Readonly<Record<string, number>>;
  /** Where they lie. */
  readonly prefixes: readonly string[];
}

/** Counted by etcd itself, under each root there is. Nothing when the keys have no roots as those of Kubernetes do. */
export async function countResources(
  etcd: ScratchEtcd,
  names: readonly string[],
  options: AtRevision,
): Promise<ResourceCounts> {
  const roots = await rootsOf(etcd, options);
  const asked = names.filter((name) => name !== noResource);
  const places = asked.flatMap((name) => roots.map((root) => ({ name, prefix: `${root}${name}/` })));
  const found = await inParallel(places, widthOfAsking, ({ prefix }) => etcd.count(prefix, options));
  const counts: Record<string, number> = {};
  for (const [index, { name }] of places.entries()) counts[name] = (counts[name] ?? 0) + (found[index] ?? 0);
  return { counts, prefixes: places.flatMap(({ prefix }, index) => (found[index] === 0 ? [] : [prefix])) };
}

/** Each root is one question: the next key after everything under the one before. */
async function rootsOf(etcd: ScratchEtcd, options: AtRevision): Promise<readonly string[]> {
  const roots: string[] = [];
  let after: string | undefined;
  while (roots.length < mostRoots) {
    const { keys } = await etcd.keysUnder('', { limit: 1, after, ...options });
    const [first] = keys;
    if (!first) return roots;
    const [root] = /^\/[^/]+\//.exec(first.key) ?? [];
    if (root === undefined) return [];
    roots.push(root);
    after = `${root}${last}`;
  }
  return [];
}
