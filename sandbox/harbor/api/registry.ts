import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Artifact, Database } from '../state.ts';
import { storageOf } from '../state.ts';
import { digestOf, fetched, keep } from '../storage.ts';
import { type Answer, type Call, changeDatabase, HarborError, type Route, readOnlyMode } from './call.ts';
import { grantToken, requireGrant, type Tokens } from './tokens.ts';

const Descriptor = z.object({ digest: z.string(), size: z.number().default(0) });
const Manifest = z.object({
  mediaType: z.string().optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).default([]),
  manifests: z.array(Descriptor).default([]),
});

const version = { 'Docker-Distribution-Api-Version': 'registry/2.0' };

/** The registry at /v2/ and its token service. Source: the OCI distribution specification. */
export function registryRoutes(): readonly Route[] {
  const tokens: Tokens = new Map();
  const uploads = new Map<string, Buffer>();

  const pulling = (answer: (call: Call, repository: string, reference: string) => Answer): Route[2] => {
    return (call, repository = '', reference = '') => {
      requireGrant(tokens, call, repository, 'pull');
      return answer(call, repository, reference);
    };
  };
  const pushing = (answer: (call: Call, repository: string, reference: string) => Answer): Route[2] => {
    return (call, repository = '', reference = '') => {
      requireGrant(tokens, call, repository, 'push');
      if (call.state.readOnly) throw readOnlyMode();
      return answer(call, repository, reference);
    };
  };

  function begin(_: Call, repository: string): Answer {
    const upload = randomUUID();
    uploads.set(upload, Buffer.alloc(0));
    return { status: 202, headers: { ...version, ...whereUpload(repository, upload), 'Docker-Upload-UUID': upload } };
  }

  function append({ body }: Call, repository: string, upload: string): Answer {
    const before = uploads.get(upload);
    if (!before) throw new HarborError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    uploads.set(upload, Buffer.concat([before, body]));
    return { status: 202, headers: { ...version, ...whereUpload(repository, upload), 'Docker-Upload-UUID': upload } };
  }

  function complete(call: Call, repository: string, upload: string): Answer {
    append(call, repository, upload);
    const bytes = uploads.get(upload) ?? Buffer.alloc(0);
    const digest = call.query.get('digest') ?? '';
    if (digestOf(bytes) !== digest)
      throw new HarborError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    uploads.delete(upload);
    keep(storageOf(call.state), 'blobs', bytes);
    const headers = { ...version, Location: `/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest };
    return { status: 201, headers };
  }

  return [
    ['GET', /^\/service\/token$/, (call) => grantToken(tokens, call)],
    ['GET', /^\/v2\/(.+)\/manifests\/([^/]+)$/, pulling(manifest)],
    ['PUT', /^\/v2\/(.+)\/manifests\/([^/]+)$/, pushing(putManifest)],
    ['POST', /^\/v2\/(.+)\/blobs\/uploads\/$/, pushing(begin)],
    ['PATCH', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, pushing(append)],
    ['PUT', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, pushing(complete)],
    ['GET', /^\/v2\/(.+)\/blobs\/([^/]+)$/, pulling(blob)],
  ];
}

/** Relative, as Harbor configures its registry. */
const whereUpload = (repository: string, upload: string) => ({
  ...{ Location: `/v2/${repository}/blobs/uploads/${upload}?_state=opaque`, Range: '0-0' },
});

function manifest(call: Call, repository: string, reference: string): Answer {
  const artifact = artifactsIn(call.database, repository).find(
    ({ digest, tags }) => digest === reference || tags.includes(reference),
  );
  const digest = artifact?.digest ?? (isChild(call, repository, reference) ? reference : undefined);
  const bytes = digest === undefined ? undefined : fetched(storageOf(call.state), 'manifests', digest);
  // What an index leads to has no name of its own here; what was only written down has no bytes.
  if (digest === undefined || (!bytes && call.method === 'GET'))
    throw new HarborError(404, 'MANIFEST_UNKNOWN', `manifest ${repository}:${reference} unknown`);
  const { mediaType = 'application/vnd.oci.image.manifest.v1+json' } = bytes
    ? Manifest.parse(JSON.parse(bytes.toString('utf8')))
    : {};
  const headers = { ...version, 'Docker-Content-Digest': digest, 'Content-Type': mediaType };
  return { headers, bytes: bytes ?? Buffer.alloc(0) };
}

/** Whether an index of this repository leads to it. */
function isChild({ database, state }: Call, repository: string, digest: string): boolean {
  const all = artifactsIn(database, repository).map((one) => fetched(storageOf(state), 'manifests', one.digest));
  const manifests = all.flatMap((bytes) => (bytes ? [Manifest.parse(JSON.parse(bytes.toString('utf8')))] : []));
  return manifests.some(({ manifests: children }) => children.some((one) => one.digest === digest));
}

const artifactsIn = ({ projects }: Database, repository: string): readonly Artifact[] =>
  projects.flatMap((one) => one.repositories).find(({ name }) => name === repository)?.artifacts ?? [];

function blob(call: Call, _: string, digest: string): Answer {
  const bytes = fetched(storageOf(call.state), 'blobs', digest);
  if (!bytes) throw new HarborError(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  if (call.blobsAt !== undefined)
    return { status: 307, headers: { ...version, Location: `${call.blobsAt}/${digest}?X-Amz-Signature=opaque` } };
  const headers = { ...version, 'Docker-Content-Digest': digest, 'Content-Type': 'application/octet-stream' };
  return { headers, bytes };
}

function putManifest(call: Call, repository: string, reference: string): Answer {
  const { data } = Manifest.safeParse(parsed(call.body));
  if (!data) throw new HarborError(400, 'MANIFEST_INVALID', 'manifest invalid');
  const storage = storageOf(call.state);
  const parts = [...(data.config ? [data.config] : []), ...data.layers];
  const missing = parts.find(({ digest }) => !fetched(storage, 'blobs', digest));
  if (missing) throw new HarborError(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing.digest}`);
  const digest = keep(storage, 'manifests', call.body);
  if (reference.startsWith('sha256:') && reference !== digest)
    throw new HarborError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  const tags = reference.startsWith('sha256:') ? [] : [reference];
  const size = parts.reduce((sum, one) => sum + one.size, call.body.byteLength);
  changeDatabase(call, (database) => putArtifact(database, repository, { digest, tags, size, signed: false }));
  const headers = { ...version, Location: `/v2/${repository}/manifests/${digest}`, 'Docker-Content-Digest': digest };
  return { status: 201, headers };
}

/** A tag moves: what it was on before stays, without it. */
function putArtifact({ projects }: Database, name: string, artifact: Artifact): void {
  const project = projects.find((one) => name.startsWith(`${one.name}/`));
  if (!project) throw new HarborError(404, 'NOT_FOUND', `project ${name.split('/')[0]} not found`);
  const repository = project.repositories.find((one) => one.name === name) ?? { name, artifacts: [] };
  const others = repository.artifacts.map((one) => ({
    ...{ ...one, tags: one.tags.filter((tag) => !artifact.tags.includes(tag)) },
  }));
  const same = others.find(({ digest }) => digest === artifact.digest);
  if (same) same.tags = [...same.tags, ...artifact.tags];
  repository.artifacts = same ? others : [...others, artifact];
  if (!project.repositories.includes(repository)) project.repositories.push(repository);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
