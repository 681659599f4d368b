import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `state.json` in the state directory, as README.md beside this room has it: the API tells of it, `docker` changes it. */
export interface HarborState {
  /** '2.10.3'. */
  readonly version: string;
  readonly isUp: boolean;
  readonly readOnly: boolean;
  readonly components: Readonly<Record<string, string>>;
  readonly healthyAfterMs?: number;
  readonly startedAt?: string;
  readonly jobs?: readonly { readonly kind: string; readonly id: number; readonly since: string }[];
  /** The directory of the database that is in use. */
  readonly database: string | null;
}

/** What Docker itself knows, `docker.json` in the state directory, and how it is to behave. */
export interface DockerState {
  readonly dockerVersion: string;
  readonly composeVersion: string;
  readonly rootDir: string;
  /** 'goharbor/harbor-core:v2.10.3'. */
  readonly images: readonly string[];
  /** Of images that have another id than the one their name gives them. */
  readonly ids?: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  /** Images that `docker pull` would get; all others cannot be had, as on hosts without a way out. */
  readonly pullable: readonly string[];
  /** Where the database lies when it is external. */
  readonly externalDatabase?: string;
  /** Who may ask the external one for its version. */
  readonly externalPostgres?: {
    readonly version: string;
    readonly host: string;
    readonly user: string;
    readonly password: string;
  };
  /** The migrator of databases is killed once it has deleted what was there, once. */
  readonly killsMigrator?: boolean;
  /** Core is killed in the middle of its next migration of the schema, once. */
  readonly killsCore?: boolean;
  readonly healthyAfterMs?: number;
  /** How long `compose up` does not come back, once everything has started. */
  readonly pauseMs?: number;
  /** A command that does not come back while this stands here: by some of its words, before it does anything or once it has done it. */
  readonly held?: { readonly when: 'before' | 'after'; readonly words: string };
  /** That command has come there, and waits. */
  readonly isHolding?: boolean;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly status: string;
}

/** `registry.json` in a directory of PostgreSQL: what Harbor holds. */
export interface RegistryContents {
  readonly projects: readonly Project[];
  readonly users: readonly string[];
  readonly charts: readonly { readonly project: string; readonly name: string; readonly version: string }[];
  readonly schema: { readonly version: string; readonly dirty: boolean };
  /** The release of the migrator that made PostgreSQL of MariaDB. */
  readonly migratedBy?: string;
}

export interface Project {
  readonly name: string;
  readonly repositories: readonly { readonly name: string; readonly artifacts: readonly Artifact[] }[];
}

export interface Artifact {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly size: number;
  readonly signed?: boolean;
}

/** A directory of JSON files, each replaced whole: others read them meanwhile. */
export interface StateDirectory {
  readonly path: string;
  harbor(): HarborState;
  docker(): DockerState;
  setHarbor(changes: Partial<HarborState>): void;
  setDocker(changes: Partial<DockerState>): void;
}

export function stateIn(path: string): StateDirectory {
  const [harborFile, dockerFile] = [join(path, 'state.json'), join(path, 'docker.json')];
  const harbor = (): HarborState => readJson(harborFile);
  const docker = (): DockerState => readJson(dockerFile);
  return {
    path,
    harbor,
    docker,
    setHarbor: (changes) => writeJson(harborFile, { ...(existsSync(harborFile) ? harbor() : {}), ...changes }),
    setDocker: (changes) => writeJson(dockerFile, { ...(existsSync(dockerFile) ? docker() : {}), ...changes }),
  };
}

export const contentsOf = (database: string): RegistryContents => readJson(join(database, 'registry.json'));

export function writeContents(database: string, contents: RegistryContents): void {
  writeJson(join(database, 'registry.json'), contents);
}

function readJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: unknown): void {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(value, null, 1)}\n`);
  renameSync(beside, file);
}
