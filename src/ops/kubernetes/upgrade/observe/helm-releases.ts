import { z } from 'zod';
import type { HelmRelease } from '../observed.ts';
import { unreadRelease } from './helm-manifest.ts';
import { type KindsThread, kindsThread } from './kinds-thread.ts';
import type { Looking } from './read.ts';

const Secret = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  // Anybody may label a secret of this type, and what is not in one must not hide the others.
  data: z.object({ release: z.string().default('') }).nullish(),
});
/** Of the usual 500 a page could be half a gigabyte, which is more than a string may hold. */
const pageSize = 50;

/**
 * The kinds in the manifest of every deployed Helm 3 release. Of a secret nothing is kept but that: neither values nor the manifest. Needs the
 * right to list secrets, which no rule can narrow to those of Helm. They are read in a thread of their own: a worker has leases to keep meanwhile.
 */
export async function readHelmReleases({ kubernetes, cluster, options }: Looking): Promise<readonly HelmRelease[]> {
  const releases: HelmRelease[] = [];
  const thread = kindsThread();
  const listing = {
    path: '/api/v1/secrets',
    labelSelector: 'owner=helm,status=deployed',
    fieldSelector: 'type=helm.sh/release.v1',
    pageSize,
  };
  try {
    for await (const { items } of kubernetes.list(cluster, listing, options)) {
      for (const item of items) releases.push(await releaseOf(Secret.parse(item), thread));
    }
    return releases;
  } finally {
    await thread.close();
  }
}

async function releaseOf(
  { metadata: { name, namespace, labels }, data }: z.infer<typeof Secret>,
  thread: KindsThread,
): Promise<HelmRelease> {
  const release = `${namespace}/${labels?.name ?? name}`;
  const kinds = await thread.read({ release, packed: data?.release ?? '' });
  return {
    name: release,
    revision: Number(labels?.version ?? Number.NaN),
    status: labels?.status ?? 'unknown',
    kinds: typeof kinds === 'string' ? unreadRelease(release) : kinds,
  };
}
