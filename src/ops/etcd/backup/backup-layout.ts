import type { BackupTarget } from '../../../ports/catalogue.ts';

/**
 * Where backups lie under a prefix:
 *
 *   <prefix>/manifests/<9999999999999 - ms since 1970>-<UTC time>-<id>.json   the time it was asked for
 *   <prefix>/data/<UTC time>-<id>-<nonce>.db[.zst|.gz][.age]
 *   <prefix>/verified/<as the manifest>-<id>.<passed|failed>.json   what trying it out came to; where both stand the later one counts
 *   <prefix>/index.json                                             a cache of manifests and verifications; nothing is lost with it
 *
 * Object stores list keys in ascending order only: the first number makes the newest manifest come first, so that the newest twenty
 * of a hundred thousand are one page of a listing. What something else made has no manifest, and results under the time and the name of its
 * file and a digest of its key: see foreign-files. Data keys hold a nonce, so that two attempts never write the same one.
 * A copy in a second bucket has the same names under that bucket's prefix, its manifest written last too.
 */
export interface BackupName {
  /** Without a slash at either end; may be empty. */
  readonly prefix: string;
  readonly takenAt: Date;
  /** Unique for each backup; letters, digits, '.', '_' and '-'. */
  readonly id: string;
}

const endOfTime = 9_999_999_999_999;

export const manifestsPrefix = (prefix: string): string => under(prefix, 'manifests/');
export const verifiedPrefix = (prefix: string): string => under(prefix, 'verified/');
export const indexKey = (prefix: string): string => under(prefix, 'index.json');
export const dataPrefix = (prefix: string): string => under(prefix, 'data/');

/** What the keys of a backup's manifest and of its verifications share. Stems sort newest first. */
export const stemOf = ({ takenAt, id }: Omit<BackupName, 'prefix'>): string =>
  `${inverted(takenAt)}-${compact(takenAt)}-${safe(id)}`;

export const manifestKey = ({ prefix, ...name }: BackupName): string => manifestKeyOf(prefix, stemOf(name));

/** Where the manifest of a known backup lies, or that of its copy under another prefix. */
export const manifestKeyOf = (prefix: string, stem: string): string => `${manifestsPrefix(prefix)}${stem}.json`;

/** Where a verification lies: right where the manifest's key is in another listing, so that both can be read side by side. */
export function verificationKey(prefix: string, stem: string, passed: boolean): string {
  return `${verifiedPrefix(prefix)}${stem}.${passed ? 'passed' : 'failed'}.json`;
}

export interface KeyParts {
  readonly stem: string;
  /** As it is in keys: letters, digits, '.', '_' and '-'. */
  readonly id: string;
  readonly takenAt: Date;
}

/** Which backup a manifest is of, from its key; undefined for keys of another kind. */
export const partsOfManifestKey = (key: string): KeyParts | undefined =>
  partsOfStem(/(?:^|\/)manifests\/([^/]+)\.json$/.exec(key)?.[1]);

/** Which backup a verification is of and how it ended, from its key; undefined for keys of another kind. */
export function partsOfVerificationKey(key: string): (KeyParts & { readonly passed: boolean }) | undefined {
  const [, stem, ending] = /(?:^|\/)verified\/([^/]+)\.(passed|failed)\.json$/.exec(key) ?? [];
  const parts = partsOfStem(stem);
  return parts && { ...parts, passed: ending === 'passed' };
}

function partsOfStem(stem = ''): KeyParts | undefined {
  const [, time, id] = /^(\d{13})-\d{8}T\d{6}Z-(.+)$/.exec(stem) ?? [];
  return id === undefined ? undefined : { stem, id, takenAt: new Date(endOfTime - Number(time)) };
}

export function dataKey(
  { prefix, takenAt, id }: BackupName,
  nonce: string,
  form: { readonly compression: BackupTarget['compression']; readonly isAgeEncrypted: boolean },
): string {
  const endings = { zstd: '.zst', gzip: '.gz', none: '' };
  const age = form.isAgeEncrypted ? '.age' : '';
  return `${dataPrefix(prefix)}${compact(takenAt)}-${safe(id)}-${safe(nonce)}.db${endings[form.compression]}${age}`;
}

/**
 * Where the data of a manifest lies that stands under `prefix`: its data is beside it, also where both were moved or copied to another
 * prefix since. So no manifest leads out of its own prefix either.
 */
export const dataKeyBeside = (prefix: string, storedKey: string): string =>
  `${dataPrefix(prefix)}${storedKey.slice(storedKey.lastIndexOf('/') + 1)}`;

/** The key after which, in a listing, come the data objects begun at `instant` or later. */
export const dataSince = (prefix: string, instant: Date): string => `${dataPrefix(prefix)}${compact(instant)}`;

/** When a data object was begun and for which backup, from its key; undefined for keys of another kind. */
export function partsOfDataKey(key: string): { readonly takenAt: Date; readonly id: string } | undefined {
  const [, time, id] = /(?:^|\/)data\/(\d{8}T\d{6}Z)-([^/]+)-[0-9a-f]{12}\.db[^/]*$/.exec(key) ?? [];
  if (time === undefined || id === undefined) return undefined;
  return { takenAt: new Date(time.replace(/^(.{4})(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')), id };
}

const under = (prefix: string, rest: string): string => (prefix === '' ? rest : `${prefix}/${rest}`);
const inverted = (instant: Date): string => String(endOfTime - instant.getTime()).padStart(13, '0');
const compact = (instant: Date): string => instant.toISOString().replaceAll(/[-:]|\.\d+/g, '');
/** What is safe in a key, a URL, a shell and a file name alike. */
const safe = (id: string): string => id.replaceAll(/[^A-Za-z0-9._-]/g, '-');
