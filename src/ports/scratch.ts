import type { AskOptions } from './etcd.ts';

export interface ScratchRequest extends AskOptions {
  /** How big the database file is about to be; its digest may be counted or not. */
  readonly databaseBytes: number;
  /** The etcd that wrote it, such as '3.5.21': nothing older than its minor version is used. Unknown for what something else saved. */
  readonly etcdVersion?: string | undefined;
}

/** What restores, and the etcd that is started on it. Versions such as '3.5.30'. */
export interface ScratchTool {
  readonly name: 'etcdutl' | 'etcdctl';
  readonly version: string;
  readonly etcdVersion: string;
  /** What people should know of restoring with this one, as a sentence. */
  readonly remark?: string;
}

export interface ScratchKey {
  readonly key: string;
  readonly valueBytes: number;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  /** How often it was written since it was made. */
  readonly version: bigint;
  /** Kept only as long as its lease lives. */
  readonly hasLease: boolean;
}

export interface ScratchObject extends ScratchKey {
  readonly value: Uint8Array;
}

export interface ScratchKeys {
  /** In the order of their names. */
  readonly keys: readonly ScratchKey[];
  /** Whether more follow the last one: ask again with `after` its name. */
  readonly hasMore: boolean;
}

export interface AtRevision extends AskOptions {
  /**
   * As things stood at this revision; as they stand now unless given. A restored etcd goes on counting down leases: what depends on one
   * disappears when it ends, and only questions about the backup's own revision are answered the same for ever.
   */
  readonly revision?: bigint | undefined;
}

/**
 * An etcd on a restored database, for us alone. Every method throws Fault (port 'scratch') SCRATCH_ANSWER, and the signal's reason when aborted.
 */
export interface ScratchEtcd {
  /** The newest revision it knows. */
  revision(options?: AskOptions): Promise<bigint>;
  /** How many keys exist whose names begin so; all for the empty prefix. Nothing is read for it but etcd's index. */
  count(prefix: string, options?: AtRevision): Promise<number>;
  /** Keys whose names begin so, with their sizes and revisions, from the first one after `after` on. Values are read for it. */
  keysUnder(
    prefix: string,
    options: AtRevision & { readonly limit: number; readonly after?: string | undefined },
  ): Promise<ScratchKeys>;
  /** A key with its value; undefined where there is none. */
  valueOf(key: string, options?: AtRevision): Promise<ScratchObject | undefined>;
}

/** A throw-away directory with one database in it. `write`, `restore` and `start` come once each, in this order. */
export interface ScratchPlace {
  readonly tool: ScratchTool;
  /**
   * Takes the database file. Throws what `bytes` throws, Fault SCRATCH_DISK when the disk fails or is full, and Refusal, before the disk is
   * full, when the file turns out larger than there is room for: how large one is that was compressed only unpacking it tells.
   * A piece is used up before the next one is asked for.
   */
  write(bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Restores it with etcd's own tool, which checks the digest where there is one, and turns authentication off in the restored copy, so that
   * it can be asked without anybody's password. Throws Fault SCRATCH_RESTORE with the tool's words when it does not take the file,
   * SCRATCH_KILLED or SCRATCH_DISK when something else hindered it, SCRATCH_SLOW when it takes longer than it may, after it was ended.
   */
  restore(how: { readonly hasDigest: boolean }): Promise<void>;
  /**
   * Starts etcd on what was restored and waits until it answers. Throws Fault, with its last words, SCRATCH_START when it ends instead,
   * SCRATCH_KILLED when the system ended it, SCRATCH_SLOW when it takes longer than it may.
   */
  start(): Promise<ScratchEtcd>;
  /** Stops etcd and removes the directory. Does nothing the second time; never throws. */
  close(): Promise<void>;
}

/** A database on the worker's disk, for a program that reads it there. */
export interface ScratchFile {
  readonly path: string;
  /** As ScratchPlace.write does. Answers the SHA-256 of the file, in hexadecimal. Once at most. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly sha256: string }>;
  /** Removes it and its directory. Does nothing the second time; never throws. */
  close(): Promise<void>;
}

/**
 * Where backups are tried out: on the worker's own disk, with etcd programs of its own, in a process that listens on no network. It is never
 * told where a real member is.
 */
export interface Scratch {
  /**
   * A place for one database. Waits while this worker has as many open as it can bear, or has promised them the room that this one needs, and
   * removes what dead workers of this machine left behind. Throws Refusal when the disk has no room for it, or when etcd or its tools are
   * missing or too old, that says what is needed and how to get it. The signal ends whatever is under way in the place; `close` must be called
   * all the same.
   */
  open(request: ScratchRequest): Promise<ScratchPlace>;
  /** Room for a database and no more. Waits for nobody and needs no programs; refuses for want of room as `open` does. */
  file(request: Pick<ScratchRequest, 'databaseBytes' | 'signal'>): Promise<ScratchFile>;
}
