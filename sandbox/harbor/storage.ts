import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Kind = 'blobs' | 'manifests';

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Keeps it under its digest, and answers that. */
export function keep(storage: string, kind: Kind, bytes: Uint8Array): string {
  const digest = digestOf(bytes);
  const file = fileOf(storage, kind, digest);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
  return digest;
}

export function fetched(storage: string, kind: Kind, digest: string): Buffer | undefined {
  const file = fileOf(storage, kind, digest);
  return existsSync(file) ? readFileSync(file) : undefined;
}

const fileOf = (storage: string, kind: Kind, digest: string): string =>
  join(storage, kind, 'sha256', digest.replace('sha256:', '').replaceAll(/[^0-9a-f]/g, ''));
