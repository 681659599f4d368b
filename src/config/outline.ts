import { z } from 'zod';
import { FilePath, Variable } from './schema.ts';

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const file = FilePath.optional().catch(undefined);
/** Nothing else: whoever wrote the secret itself there must not see it printed. */
const variable = Variable.optional().catch(undefined);
const texts = z.array(text).optional().catch(undefined);
const section = <T extends z.ZodRawShape>(shape: T) => z.object(shape).optional().catch(undefined);
const named = <T extends z.ZodType>(value: T) => z.record(z.string(), value).optional().catch(undefined);

/**
 * As much of salvor.yaml as can be read, whatever else in it is wrong, for what goes across its sections: names that must exist, secrets
 * it asks for. What cannot be read is undefined. Every Settings is one.
 */
export const Outline = z
  .object({
    slack: section({ mode: z.enum(['socket', 'http']).default('socket').optional().catch(undefined) }),
    people: named(section({ users: texts, groups: texts })),
    buckets: named(
      section({
        bucket: text,
        endpoint: text,
        ca: file,
        credentials: section({ accessKeyId: variable, secretAccessKey: variable, sessionToken: variable }),
      }),
    ),
    clusters: named(
      section({
        environment: text,
        site: z.string().default('main').optional().catch(undefined),
        viewers: texts,
        operators: texts,
        approvers: texts,
        etcd: section({
          endpoints: texts,
          allowHttp: flag,
          ca: file,
          certificate: file,
          key: file,
          username: text,
          password: variable,
        }),
        backup: section({
          bucket: text,
          prefix: text,
          copy: section({ bucket: text, prefix: text }),
          encryption: section({ identity: variable }),
        }),
        approval: section({ votes: number, stepUp: flag }),
        restore: section({
          ssh: section({ key: variable, knownHosts: file }),
          connection: text,
          members: z
            .array(section({ name: text, host: text, peerUrl: text, clientUrl: text, dataDir: file, walDir: file }))
            .optional()
            .catch(undefined),
        }),
      }),
    ),
    schedules: named(section({ job: text, clusters: texts })),
    audit: section({ copy: section({ bucket: text, prefix: text }) }),
    oidc: section({ clientSecret: variable, people: named(text) }),
  })
  .catch({});
export type Outline = z.infer<typeof Outline>;
export type ClusterOutline = NonNullable<NonNullable<Outline['clusters']>[string]>;
export type RestoreOutline = NonNullable<ClusterOutline['restore']>;
export type BucketOutline = NonNullable<NonNullable<Outline['buckets']>[string]>;
