import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { z } from 'zod';
import { type Artifact, Database, type State, storageOf, writeDatabase, writeState } from './state.ts';
import { digestOf, keep } from './storage.ts';

export interface Fill {
  readonly stateDir: string;
  /** Harbor's data directory. */
  readonly dataDir: string;
  /** '2.10.3' */
  readonly version: string;
  /** Below the data directory: 'database/pg15', or 'database' of before 2.3. */
  readonly databaseDir: string;
  /** Of PostgreSQL: '15', '9.6'. */
  readonly postgres: string;
  /** Added to the usual ones: 'notary', 'chartmuseum', 'trivy', 'clair'. */
  readonly components?: readonly string[];
  readonly contents: (storage: string) => Omit<z.input<typeof Database>, 'schema'>;
  readonly schema?: { readonly version: string; readonly dirty: boolean };
}

const usualComponents = ['core', 'database', 'jobservice', 'portal', 'redis', 'registry', 'registryctl'];

/** Writes a Harbor that runs: state.json, a live database directory, and what its images are made of. */
export function fillHarbor(fill: Fill): State {
  const { stateDir, dataDir, version, components = [], schema = { version: '150', dirty: false } } = fill;
  const database = join(dataDir, fill.databaseDir);
  const names = [...usualComponents, ...components];
  const state: State = {
    ...{ version, isUp: true, readOnly: false, database, jobs: [], partners: [] },
    components: Object.fromEntries(names.map((name) => [name, 'healthy'])),
  };
  mkdirSync(database, { recursive: true });
  writeFileSync(join(database, 'PG_VERSION'), `${fill.postgres}\n`);
  writeDatabase(database, Database.parse({ ...fill.contents(storageOf(state)), schema }));
  writeState(stateDir, state);
  return state;
}

/** An image whose bytes lie in the registry: a small one, of its name and tags alone. */
export function makeImage(storage: string, name: string, tags: readonly string[], signed = false): Artifact {
  const layer = gzipSync(Buffer.from(`what is in ${name}`));
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { name } } }));
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
      config: described('application/vnd.oci.image.config.v1+json', config),
      layers: [described('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
    }),
  );
  for (const blob of [layer, config]) keep(storage, 'blobs', blob);
  const digest = keep(storage, 'manifests', manifest);
  return { digest, tags: [...tags], size: layer.byteLength + config.byteLength + manifest.byteLength, signed };
}

/** An index of images that have been made. */
export function makeIndex(storage: string, images: readonly Artifact[], tags: readonly string[]): Artifact {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const manifests = images.map(({ digest, size }) => ({
    ...{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size },
  }));
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  return { digest: keep(storage, 'manifests', index), tags: [...tags], size: index.byteLength, signed: false };
}

const described = (mediaType: string, bytes: Uint8Array) => ({
  ...{ mediaType, size: bytes.byteLength, digest: digestOf(bytes) },
});
