import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** What runs: `<stateDir>/state.json`. README.md says what the fields mean; whatever else lies in it stays. */
export const State = z.looseObject({
  version: z.string(),
  isUp: z.boolean(),
  startedAt: z.iso.datetime().optional(),
  healthyAfterMs: z.number().optional(),
  readOnly: z.boolean(),
  components: z.record(z.string(), z.string()),
  database: z.string().nullable(),
  storage: z.string().optional(),
  jobs: z
    .array(z.object({ kind: z.enum(['replication', 'gc', 'scan']), id: z.number(), since: z.iso.datetime() }))
    .default([]),
  partners: z.array(z.object({ name: z.string(), url: z.string(), type: z.string() })).default([]),
});
export type State = z.infer<typeof State>;

export const Artifact = z.looseObject({
  digest: z.string(),
  tags: z.array(z.string()),
  size: z.number().default(0),
  signed: z.boolean().default(false),
});
export type Artifact = z.infer<typeof Artifact>;

export const Repository = z.looseObject({ name: z.string(), artifacts: z.array(Artifact) });
export type Repository = z.infer<typeof Repository>;

export const Project = z.looseObject({
  name: z.string(),
  isPublic: z.boolean().default(false),
  repositories: z.array(Repository),
});
export type Project = z.infer<typeof Project>;

/** A system robot's rights hold for all projects; `project` makes it one of a project. */
export const Robot = z.looseObject({
  name: z.string(),
  secret: z.string(),
  project: z.string().optional(),
  rights: z.array(z.string()),
});
export type Robot = z.infer<typeof Robot>;

const User = z.union([z.string(), z.looseObject({ name: z.string(), password: z.string(), isAdmin: z.boolean() })]);

/** What Harbor knows: `<database>/registry.json`. */
export const Database = z.looseObject({
  projects: z.array(Project),
  users: z.array(User),
  robots: z.array(Robot).default([]),
  charts: z.array(z.looseObject({ project: z.string(), name: z.string(), version: z.string() })).default([]),
  schema: z.looseObject({ version: z.string(), dirty: z.boolean() }).optional(),
});
export type Database = z.infer<typeof Database>;

/** What Harbor makes of an empty database at its first start: one project, and nothing in it. */
export const emptyDatabase: Database = {
  projects: [{ name: 'library', isPublic: true, repositories: [] }],
  ...{ users: ['admin'], robots: [], charts: [] },
};

export const readState = (stateDir: string): State => State.parse(read(join(stateDir, 'state.json')));

export const writeState = (stateDir: string, state: z.input<typeof State>): void =>
  write(join(stateDir, 'state.json'), state);

export const changeState = (stateDir: string, change: Partial<State>): void =>
  writeState(stateDir, { ...readState(stateDir), ...change });

export function readDatabase(directory: string): Database {
  const file = join(directory, 'registry.json');
  return existsSync(file) ? Database.parse(read(file)) : structuredClone(emptyDatabase);
}

export const writeDatabase = (directory: string, database: z.input<typeof Database>): void =>
  write(join(directory, 'registry.json'), database);

/** Where blobs and manifests lie: `registry` beside `database` in the data directory unless told. */
export const storageOf = ({ storage, database }: State): string =>
  storage ?? join((database ?? '/').replace(/\/database(\/.*)?$/, ''), 'registry');

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Whoever reads meanwhile sees what was before. */
function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(content, undefined, 2)}\n`);
  renameSync(fresh, file);
}
