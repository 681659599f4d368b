import { KubernetesObject } from './json.ts';

/** An object as of one revision: its JSON without kind and apiVersion, made only when it is wanted where a template makes it. */
export interface Stored {
  /** 'namespace/name', or 'name' for what lies in no namespace. */
  readonly key: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  text(): string;
  /** The part of it that says what it is called and who wrote it. */
  metadata(): string;
}

export interface Change {
  readonly revision: number;
  readonly atMs: number;
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
}

interface Collection {
  readonly keys: string[];
  readonly stored: Map<string, Stored>;
  readonly changes: Change[];
  readonly watchers: Set<(change: Change) => void>;
  /** The newest revision whose changes are forgotten: no watch may start before it. */
  forgotten: number;
}

/** Objects as of one revision, in the order of etcd. */
export interface View {
  readonly keys: readonly string[];
  get(key: string): Stored | undefined;
}

export interface Store {
  revision(): number;
  get(collection: string, key: string): Stored | undefined;
  /** Undefined when that revision is compacted away. */
  view(collection: string, revision?: number): View | undefined;
  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  since(collection: string, revision: number): readonly Change[] | undefined;
  oldest(collection: string): number;
  watch(collection: string, watcher: (change: Change) => void): () => void;
  /** Gives the object the next revision. */
  put(collection: string, key: string, object: KubernetesObject): Stored;
  remove(collection: string, key: string): Stored | undefined;
  /** Many at once, as they were at the start: nobody is told, and nothing before is remembered. */
  load(collection: string, objects: readonly Stored[]): void;
  /** The next revision is after this one. */
  advance(revision: number): void;
  /** Forgets what was before now, as etcd's compaction and a restart of the API server do. */
  compact(): void;
  /** Names of the collections with how many objects each has. */
  counts(): ReadonlyMap<string, number>;
}

/** An API server keeps as many changes, and etcd is compacted every five minutes. */
const mostChanges = 20_000;
const rememberedMs = 5 * 60_000;

/** What an API server writes while it starts is behind it already, and forgotten. */
const firstRevision = 100;

export function createStore(now: () => number = Date.now): Store {
  const collections = new Map<string, Collection>();
  let revision = firstRevision;

  const of = (name: string): Collection => {
    const known = collections.get(name);
    if (known) return known;
    const made = {
      keys: [],
      stored: new Map(),
      changes: [],
      watchers: new Set<(c: Change) => void>(),
      forgotten: firstRevision,
    };
    collections.set(name, made);
    return made;
  };
  const tell = (collection: Collection, change: Change) => {
    collection.changes.push(change);
    forget(collection, now());
    for (const watcher of collection.watchers) watcher(change);
  };
  return {
    revision: () => revision,
    get: (name, key) => of(name).stored.get(key),
    view: (name, at = revision) => viewAt(of(name), at),
    since: (name, from) => {
      const { forgotten, changes } = of(name);
      return from < forgotten ? undefined : changes.slice(firstAfter(changes, from));
    },
    oldest: (name) => of(name).forgotten,
    watch(name, watcher) {
      const { watchers } = of(name);
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    put(name, key, object) {
      revision += 1;
      const collection = of(name);
      const before = collection.stored.get(key);
      const after = storedOf(key, revision, object);
      if (!before) collection.keys.splice(place(collection.keys, key), 0, key);
      collection.stored.set(key, after);
      tell(collection, { revision, atMs: now(), before, after });
      return after;
    },
    remove(name, key) {
      const collection = of(name);
      const before = collection.stored.get(key);
      if (!before) return undefined;
      revision += 1;
      collection.keys.splice(place(collection.keys, key), 1);
      collection.stored.delete(key);
      tell(collection, { revision, atMs: now(), before, after: undefined });
      return withRevision(before, revision);
    },
    load(name, objects) {
      const collection = of(name);
      for (const one of objects) {
        if (!collection.stored.has(one.key)) collection.keys.push(one.key);
        collection.stored.set(one.key, one);
        revision = Math.max(revision, one.revision);
      }
      collection.keys.sort(inOrder);
      collection.forgotten = revision;
      collection.changes.length = 0;
    },
    advance: (to) => {
      revision = Math.max(revision, to);
    },
    compact() {
      for (const collection of collections.values()) {
        collection.changes.length = 0;
        collection.forgotten = revision;
      }
    },
    counts: () => new Map([...collections].map(([name, { stored }]) => [name, stored.size])),
  };
}

/** Drops kind and apiVersion, which an answer has only once. */
export function storedOf(key: string, revision: number, object: KubernetesObject): Stored {
  const { kind: _, apiVersion: __, metadata, ...rest } = object;
  const { name, generateName, namespace, uid, resourceVersion: ___, ...others } = metadata;
  // In the order in which an API server writes them; what is undefined is not written.
  const ordered = { name, generateName, namespace, uid, resourceVersion: String(revision), ...others };
  const text = JSON.stringify({ metadata: ordered, ...rest });
  return { key, revision, labels: metadata.labels ?? {}, text: () => text, metadata: () => JSON.stringify(ordered) };
}

/** The same object, as it is told of when it goes. */
export const withRevision = (stored: Stored, revision: number): Stored =>
  storedOf(stored.key, revision, KubernetesObject.parse(JSON.parse(stored.text())));

function viewAt(collection: Collection, at: number): View | undefined {
  const undone = collection.changes.slice(firstAfter(collection.changes, at));
  if (undone.length === 0) return at < collection.forgotten ? undefined : current(collection);
  if (at < collection.forgotten) return undefined;
  const then = new Map<string, Stored | undefined>();
  for (const { before, after } of undone) {
    const key = before?.key ?? after?.key ?? '';
    if (!then.has(key)) then.set(key, before);
  }
  const gone = [...then].filter(([key, stored]) => stored && !collection.stored.has(key)).map(([key]) => key);
  const kept = collection.keys.filter((key) => !then.has(key) || then.get(key) !== undefined);
  const keys = gone.length === 0 ? kept : [...kept, ...gone].sort(inOrder);
  return { keys, get: (key) => (then.has(key) ? then.get(key) : collection.stored.get(key)) };
}

const current = ({ keys, stored }: Collection): View => ({ keys, get: (key) => stored.get(key) });

function forget(collection: Collection, nowMs: number): void {
  const { changes } = collection;
  // Seldom and many at once, because it moves the rest.
  const isFull = changes.length > mostChanges * 1.1;
  const isOld = changes.length > 256 && (changes[255]?.atMs ?? nowMs) < nowMs - rememberedMs;
  if (!isFull && !isOld) return;
  const dropped = changes.splice(0, isFull ? changes.length - mostChanges : 256);
  collection.forgotten = dropped.at(-1)?.revision ?? collection.forgotten;
}

/** Where the first change after that revision is. */
function firstAfter(changes: readonly Change[], revision: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.revision ?? 0) > revision) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where a key is, or belongs. */
export function place(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
