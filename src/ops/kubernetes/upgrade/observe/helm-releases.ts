import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import type { Piece } from '../../../findings/piece.ts';
import type { HelmRelease, KindUse } from '../observed.ts';
import { headsOfDocuments } from './heads-of-documents.ts';
import { kindsInYaml } from './kinds-in-yaml.ts';
import type { Looking } from './read.ts';

const Secret = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  // Anybody may label a secret of this type, and what is not in one must not hide the others.
  data: z.object({ release: z.string().default('') }).nullish(),
});
const Release = z.object({ manifest: z.string() });
/** A secret is 1 MiB at most; what it inflates to is not bounded by that. */
const mostBytes = 32 * 1024 * 1024;
/** What is left of a manifest to be read as YAML: about a second a MiB, in which this process does nothing else. Heads are some 100 bytes an object. */
const mostToRead = 512 * 1024;
/** Of the usual 500 a page could be half a gigabyte, which is more than a string may hold. */
const pageSize = 50;
const inflate = promisify(gunzip);

/**
 * The kinds in the manifest of every deployed Helm 3 release. Of a secret nothing is kept but that: neither values nor the manifest. Needs the
 * right to list secrets, which no rule can narrow to those of Helm.
 */
export async function readHelmReleases({ kubernetes, cluster, options }: Looking): Promise<readonly HelmRelease[]> {
  const releases: HelmRelease[] = [];
  const listing = {
    path: '/api/v1/secrets',
    labelSelector: 'owner=helm,status=deployed',
    fieldSelector: 'type=helm.sh/release.v1',
    pageSize,
  };
  for await (const { items } of kubernetes.list(cluster, listing, options)) {
    for (const item of items) releases.push(await releaseOf(Secret.parse(item)));
  }
  return releases;
}

async function releaseOf({
  metadata: { name, namespace, labels },
  data,
}: z.infer<typeof Secret>): Promise<HelmRelease> {
  const release = `${namespace}/${labels?.name ?? name}`;
  return {
    name: release,
    revision: Number(labels?.version ?? Number.NaN),
    status: labels?.status ?? 'unknown',
    kinds: await kindsIn(release, data?.release ?? ''),
  };
}

/** Helm packs with gzip and base64; Kubernetes writes that as base64 once more. */
async function kindsIn(release: string, packed: string): Promise<Piece<readonly KindUse[]>> {
  try {
    const bytes = Buffer.from(Buffer.from(packed, 'base64').toString('latin1'), 'base64');
    const text = (await inflate(bytes, { maxOutputLength: mostBytes })).toString();
    const heads = headsOfDocuments(Release.parse(JSON.parse(text)).manifest);
    if (heads.length > mostToRead) throw new RangeError('too much to read');
    return { known: kindsInYaml(heads) };
  } catch {
    // Never the error's own words: they may quote what the release holds.
    const needs = `It is not what Helm 3 writes, or more than this worker reads: look at it with helm get manifest.`;
    return { gap: { what: `the manifest of Helm release ${release}`, needs } };
  }
}
