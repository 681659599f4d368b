import type { AtRevision, ScratchEtcd, ScratchKey } from '../../../ports/scratch.ts';

export interface Sample {
  /** How many objects were read. */
  readonly objects: number;
  readonly bytes: number;
  /** What is wrong with them, a sentence each. */
  readonly findings: readonly string[];
}

const sampleSize = 20;
const neighbours = 16;
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Reads objects here and there under the given prefixes, so that more of the database is touched than its index. `random` answers from 0 up
 * to 1, as Math.random does.
 */
export async function readSample(
  etcd: ScratchEtcd,
  prefixes: readonly string[],
  options: AtRevision,
  random: () => number,
): Promise<Sample> {
  const pick = <T>(from: ArrayLike<T>): T | undefined => from[Math.floor(random() * from.length)];
  const found = new Map<string, ScratchKey>();
  for (let count = 0; count < sampleSize; count++) {
    // First a namespace, then a name in it, which often begins like those around it.
    const [part] = await keysNear(etcd, pick(prefixes) ?? '', `${pick(letters)}${pick(letters)}`, 1, options);
    const folder = part?.key.slice(0, part.key.lastIndexOf('/') + 1) ?? '';
    const key = pick(await keysNear(etcd, folder, `${pick(letters)}`, neighbours, options));
    if (key) found.set(key.key, key);
  }
  const read = [...found.values()].map(async (listed) => ({ listed, object: await etcd.valueOf(listed.key, options) }));
  const objects = await Promise.all(read);
  const findings = objects.flatMap(({ listed, object }) => {
    if (!object) return [`etcd lists ${listed.key} and does not have it.`];
    return object.value.length === listed.valueBytes ? [] : [`etcd answers ${listed.key} in two different sizes.`];
  });
  const bytes = objects.reduce((sum, { object }) => sum + (object?.value.length ?? 0), 0);
  return { objects: objects.length, bytes, findings };
}

/** The first keys of a prefix that come after those letters, or else its first ones. */
async function keysNear(
  etcd: ScratchEtcd,
  prefix: string,
  place: string,
  limit: number,
  options: AtRevision,
): Promise<readonly ScratchKey[]> {
  const { keys } = await etcd.keysUnder(prefix, { limit, after: `${prefix}${place}`, ...options });
  return keys.length > 0 ? keys : (await etcd.keysUnder(prefix, { limit, ...options })).keys;
}
