import { gzipSync } from 'node:zlib';
import type { HarborImage } from '../../ports/harbor.ts';
import { digestOf, type Registry } from './blobs.ts';

/** Indexes of indexes are rare; a chain of them has no end but the one that its maker chose. */
const deepest = 4;

/** A manifest, its configuration and its smallest layer; of an index those of its first image. */
export async function pullImage(registry: Registry, repository: string, digest: string, depth = 1): Promise<number> {
  const { config, layers = [], manifests = [], sizeBytes } = await registry.manifest(repository, digest);
  const [first] = manifests;
  if (first && depth < deepest) return sizeBytes + (await pullImage(registry, repository, first.digest, depth + 1));
  const smallest = layers.toSorted((one, other) => one.size - other.size).slice(0, 1);
  let bytes = sizeBytes;
  for (const { digest: blob } of [...(config ? [config] : []), ...smallest])
    bytes += await registry.readBlob(repository, blob);
  return bytes;
}

/** One layer, an empty archive, and a configuration that no image had before. */
export async function pushImage(registry: Registry, repository: string, tag: string): Promise<HarborImage> {
  const archive = Buffer.alloc(1024);
  const layer = gzipSync(archive);
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', created: new Date().toISOString(), config: {} },
      rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
    }),
  );
  for (const blob of [layer, config]) await registry.pushBlob(repository, blob);
  const manifest = {
    ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    config: described('application/vnd.oci.image.config.v1+json', config),
    layers: [described('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
  };
  const digest = await registry.pushManifest(repository, tag, Buffer.from(JSON.stringify(manifest)));
  await pullImage(registry, repository, digest);
  return { repository, tag, digest };
}

const described = (mediaType: string, body: Uint8Array) => ({
  ...{ mediaType, size: body.byteLength, digest: digestOf(body) },
});
