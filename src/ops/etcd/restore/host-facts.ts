import { z } from 'zod';

const Directory = z.object({
  exists: z.boolean(),
  /** It is where a file system begins: such a directory cannot be renamed. */
  is_mount: z.boolean(),
  /** Of its file system, or of the nearest parent's that exists. */
  free_bytes: z.number(),
});

/** A program of etcd's on a host. */
const Tool = z.object({
  name: z.enum(['etcdutl', 'etcdctl', 'etcd']),
  /** Told by the host: it becomes a word of commands. */
  path: z.string().regex(/^\/[\w./+-]+$/),
  /** Such as '3.5.21'. */
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** Whether its help of `snapshot restore` names --bump-revision. */
  bumps: z.boolean().default(false),
});
export type HostTool = z.infer<typeof Tool>;

/** What the tag `look` tells of a host. Nothing was changed for it. */
export const HostFacts = z.object({
  data_dir: Directory.extend({
    /** `<data dir>/member/snap/db` is there. */
    has_data: z.boolean(),
    /** Of `<data dir>/member/snap/db`; 0 where there is none. */
    database_bytes: z.number(),
    /** `before-…`, `restored-…` and `failed-…` in it. */
    leftovers: z.array(z.string()).readonly(),
  }),
  wal_dir: Directory.nullable(),
  work_dir: Directory,
  /** Where etcd is to listen, and the process that does now: null for nobody, empty where it may not be seen. Ours has the database of `data_dir` open. */
  ports: z
    .array(z.object({ port: z.number(), held_by: z.string().nullable(), is_ours: z.boolean() }))
    .readonly()
    .default([]),
  etcd_runs: z.boolean(),
  /** Null where none is configured. */
  apiserver_runs: z.boolean().nullable(),
  /** In order of preference: those in `restore_programs`, then those on the PATH. */
  tools: z.array(Tool).readonly(),
  /** Seconds since 1970, as its clock has it. */
  clock: z.number(),
});
export type HostFacts = z.infer<typeof HostFacts>;
