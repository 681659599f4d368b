import { z } from 'zod';

/** What is no sum is none of what was published. */
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/i);

/**
 * It is told to Ansible by people who run a bundle, on their own machine: what stands between {{ and }} would be carried out there. A host that somebody
 * has taken over can tell anything.
 */
const PackageFile = z.string().regex(/^\/[^{}\p{Cc}]*\/harbor-offline-installer-v\d+\.\d+\.\d+\.tgz$/u);
const PackageVersion = z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/);

/** What the tag `look` of playbooks/harbor-migrate tells of a host. Nothing was changed for it. */
export const HostFacts = z.object({
  install_dir: z.object({ exists: z.boolean(), is_mount: z.boolean() }),
  version: z.string().nullable(),
  config_file: z.enum(['harbor.yml', 'harbor.cfg']).nullable(),
  config_version: z.string().nullable(),
  config: z
    .object({
      hostname: z.string().nullable(),
      storage: z.string(),
      external_database: z.boolean(),
      internal_tls: z.boolean(),
    })
    .nullable(),
  components: z.array(z.string()).readonly(),
  /** `dir` is empty for files at the top of the database's directory. */
  pg: z.array(z.object({ dir: z.string(), version: z.string() })).readonly(),
  /** Where the running Harbor has its bundled database, if that is not where it was looked for. */
  database_elsewhere: z.string().nullish(),
  /** Null where none lies in the database's directory. */
  mariadb: z.object({ password: z.enum(['works', 'missing', 'refused', 'differs', 'unusable', 'untried']) }).nullable(),
  /** Null where there is none, or nobody could ask it from there. */
  external_postgres: z.string().nullable(),
  database_bytes: z.number(),
  free_bytes: z.object({ data: z.number(), install: z.number(), work: z.number() }),
  memory_bytes: z.number(),
  docker: z.object({ version: z.string().nullable(), free_bytes: z.number().nullable() }),
  compose: z.object({ version: z.string().nullable() }),
  wrapper_flags: z.array(z.string()).readonly(),
  packages: z
    .array(z.object({ file: PackageFile, version: PackageVersion, bytes: z.number(), sha256: Sha256.nullable() }))
    .readonly(),
  schema: z.object({ version: z.string(), dirty: z.boolean() }).nullable(),
  leftovers: z.array(z.string()).readonly(),
  /** Seconds since 1970, as its clock has it. */
  clock: z.number(),
});
export type HostFacts = z.infer<typeof HostFacts>;
