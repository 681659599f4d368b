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
 * of a hundred thousand are one page of a listing. Data keys hold a nonce, so that two attempts never write the same one.
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

export function manifestKey({ prefix, takenAt, id }: BackupName): string {
  return `${manifestsPrefix(prefix)}${inverted(takenAt)}-${compact(takenAt)}-${safe(id)}.json`;
}

/** Where a verification lies: right where the manifest's key is in another listing, so that both can be read side by side. */
export function verificationKey({ prefix, takenAt, id }: BackupName, passed: boolean): string {
  return `${verifiedPrefix(prefix)}${inverted(takenAt)}-${compact(takenAt)}-${safe(id)}.${passed ? 'passed' : 'failed'}.json`;
}

/** Which backup a verification is of and how it ended, from its key; undefined for keys of another kind. */
export function partsOfVerificationKey(key: string): { readonly id: string; readonly passed: boolean } | undefined {
  const [, id, ending] = /(?:^|\/)verified\/\d{13}-\d{8}T\d{6}Z-([^/]+)\.(passed|failed)\.json$/.exec(key) ?? [];
  return id === undefined ? undefined : { id, passed: ending === 'passed' };
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

/** The key after which, in a listing, come the manifests of backups taken before `instant`. */
export function manifestsBefore(prefix: string, instant: Date): string {
  return `${manifestsPrefix(prefix)}${inverted(instant)}~`;
}

/** When a backup was taken, from the key of its manifest; undefined for keys of another kind. */
export function takenAtOf(key: string): Date | undefined {
  const found = /\/?manifests\/(\d{13})-\d{8}T\d{6}Z-[^/]+\.json$/.exec(key)?.[1];
  return found === undefined ? undefined : new Date(endOfTime - Number(found));
}

/** The key after which, in a listing, come the data objects begun at `instant` or later. */
export const dataSince = (prefix: string, instant: Date): string => `${dataPrefix(prefix)}${compact(instant)}`;

/** When a data object was begun and for which backup, from its key; undefined for keys of another kind. */
export function partsOfDataKey(key: string): { readonly takenAt: Date; readonly id: string } | undefined {
  const [, time, id] = /(?:^|\/)data\/(\d{8}T\d{6}Z)-([^/]+)-[0-9a-f]{12}\.db[^/]*$/.exec(key) ?? [];
  if (time === undefined || id === undefined) return undefined;
  return { takenAt: new Date(time.replace(/^(.{4})(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')), id };
}

/** The backup's id in the key of its manifest. */
export function runOfManifestKey(key: string): string | undefined {
  return /(?:^|\/)manifests\/\d{13}-\d{8}T\d{6}Z-([^/]+)\.json$/.exec(key)?.[1];
}

const under = (prefix: string, rest: string): string => (prefix === '' ? rest : `${prefix}/${rest}`);
const inverted = (instant: Date): string => String(endOfTime - instant.getTime()).padStart(13, '0');
const compact = (instant: Date): string => instant.toISOString().replaceAll(/[-:]|\.\d+/g, '');
/** What is safe in a key, a URL, a shell and a file name alike. */
const safe = (id: string): string => id.replaceAll(/[^A-Za-z0-9._-]/g, '-');
