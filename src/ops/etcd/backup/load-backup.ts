import { ZodError } from 'zod';
import { Fault } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import type { Backup } from './backup.ts';
import { dataKeyBeside, partsOfDataKey, partsOfVerificationKey, stemOf } from './backup-layout.ts';
import type { ListedBackup } from './list-backups.ts';
import { parseManifest } from './manifest.ts';
import { readText } from './read-whole.ts';
import { parseVerification, type Verification } from './verification.ts';

/** An object that is not what its key promises. */
export interface Unreadable {
  readonly key: string;
  /** Without a full stop: 'it is of prod-2'. */
  readonly why: string;
}

export interface LoadedBackup {
  /** Absent when its manifest cannot be read. */
  readonly backup?: Backup;
  readonly unreadable: readonly Unreadable[];
}

/** Loads a listed backup, wherever its objects are read from. Throws Fault. */
export type Load = (listed: ListedBackup) => Promise<LoadedBackup>;

/** Reads a small object whole; undefined when it is gone. Throws Fault. */
export type ReadText = (object: ObjectFacts) => Promise<string | undefined>;

/** Clocks differ: a result that is older than the file by no more may well be of it. */
const clockSkewMs = 5 * 60_000;

/**
 * A listed backup with what its manifest and its verifications say. What cannot be read, or is of another cluster, is told and not fatal.
 * Throws Fault where trying again may help.
 */
export async function loadBackup(cluster: Cluster, listed: ListedBackup, read: ReadText): Promise<LoadedBackup> {
  const [found, ...results] = await Promise.all([
    listed.kind === 'own' ? loadOwn(cluster, listed, read) : { value: foreign(cluster, listed) },
    ...listed.verifications.map((object) => loadVerification(cluster, listed, object, read)),
  ]);
  const verification = latest(results.flatMap((result) => ('value' in result ? [result.value] : [])));
  const unreadable = [found, ...results].filter((each) => 'why' in each);
  if ('why' in found) return { unreadable };
  return { backup: { ...found.value, ...(verification ? { verification } : {}) }, unreadable };
}

/** Loads from the bucket itself, never from the index: what is restored, copied or deleted must be what stands there. */
export const loadFromBucket =
  (objects: Objects, cluster: Cluster, ask: AskOptions): Load =>
  (listed) =>
    loadBackup(cluster, listed, ({ key }) => readText(objects, { bucket: cluster.backup.bucket, key }, ask));

type Loaded<T> = { readonly value: T } | Unreadable;
type Listed<K extends ListedBackup['kind']> = Extract<ListedBackup, { readonly kind: K }>;

async function loadOwn(cluster: Cluster, listed: Listed<'own'>, read: ReadText): Promise<Loaded<Backup>> {
  const manifest = await load(listed.object, read, parseManifest, (parsed) => {
    if (parsed.cluster !== cluster.name) return `it is of ${parsed.cluster}`;
    if (stemOf({ ...listed, id: parsed.id }) !== listed.stem) return `it is of another backup, ${parsed.id}`;
    return isItsData(parsed.stored.key, listed.id) ? undefined : 'the data it names is of another backup';
  });
  if ('why' in manifest) return manifest;
  const { id, takenAt, stored } = manifest.value;
  const { bucket, prefix, copy } = cluster.backup;
  const value: Backup = {
    kind: 'own',
    stem: listed.stem,
    id,
    takenAt,
    manifest: manifest.value,
    manifestAt: { bucket, key: listed.object.key },
    dataAt: { bucket, key: dataKeyBeside(prefix, stored.key) },
    storedBytes: stored.sizeBytes,
    ...(copy && listed.isCopied ? { copiedTo: copy.bucket } : {}),
  };
  return { value };
}

/** Who trusts a manifest acts on the data that it names: reads it, and deletes it where a copy lies. */
const isItsData = (key: string, id: string): boolean => partsOfDataKey(dataKeyBeside('', key))?.id === id;

function foreign({ backup: { bucket } }: Cluster, { object, ...file }: Listed<'foreign'>): Backup {
  const { kind, stem, id, takenAt, form } = file;
  return { kind, stem, id, takenAt, form, dataAt: { bucket, key: object.key }, storedBytes: object.sizeBytes };
}

function loadVerification(
  cluster: Cluster,
  listed: ListedBackup,
  object: ObjectFacts,
  read: ReadText,
): Promise<Loaded<Verification>> {
  return load(object, read, parseVerification, (parsed) => {
    if (parsed.cluster !== cluster.name) return `it is of ${parsed.cluster}`;
    if (!isOf(listed, parsed)) return `it is of another backup, ${parsed.backup}`;
    if (partsOfVerificationKey(object.key)?.passed !== parsed.passed) return 'its key says otherwise than its content';
    // Others may write a file anew under its name.
    const isOutdated =
      listed.kind === 'foreign' && parsed.verifiedAt.getTime() < listed.object.modifiedAt.getTime() - clockSkewMs;
    return isOutdated ? 'the file was stored anew since' : undefined;
  });
}

/** The stem of a foreign file is that of its key, which a result does not name. */
const isOf = (listed: ListedBackup, { backup }: Verification): boolean =>
  listed.kind === 'own' ? stemOf({ ...listed, id: backup }) === listed.stem : backup === listed.id;

/** `misplaced` says what is wrong with an object that can be read. */
async function load<T>(
  object: ObjectFacts,
  read: ReadText,
  parse: (text: string) => T,
  misplaced: (parsed: T) => string | undefined,
): Promise<Loaded<T>> {
  const { key } = object;
  try {
    const text = await read(object);
    if (text === undefined) return { key, why: 'it was removed meanwhile' };
    const value = parse(text);
    const why = misplaced(value);
    return why === undefined ? { value } : { key, why };
  } catch (error) {
    const why = whyNot(error);
    if (why === undefined) throw error;
    return { key, why };
  }
}

function whyNot(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return 'it is no JSON';
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return `it is of no form this version knows (${issue?.path.join('.')}: ${issue?.message})`;
  }
  return error instanceof Fault && !error.retryable ? error.message.replace(/\.$/, '') : undefined;
}

const latest = (results: readonly Verification[]): Verification | undefined =>
  results.toSorted((a, b) => b.verifiedAt.getTime() - a.verifiedAt.getTime())[0];
