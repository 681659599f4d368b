import { z } from 'zod';
import { FilePath, Variable } from './pieces.ts';

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const file = FilePath.optional().catch(undefined);
/** Nothing else: whoever wrote the secret itself there must not see it printed. */
const variable = Variable.optional().catch(undefined);
const texts = z.array(text).optional().catch(undefined);
const section = <T extends z.ZodRawShape>(shape: T) => z.object(shape).optional().catch(undefined);
/** Of everything that work is done to. */
const whoAndWhere = {
  environment: text,
  site: z.string().default('main').optional().catch(undefined),
  viewers: texts,
  operators: texts,
  approvers: texts,
  approval: section({ votes: number, stepUp: flag }),
};
const ssh = section({ key: variable, knownHosts: file });
const login = section({ username: text, password: variable });
const named = <T extends z.ZodType>(value: T) => z.record(z.string(), value).optional().catch(undefined);
/** Left out, there are none; what cannot be read may hold some. */
const some = <T extends z.ZodType>(value: T) => z.record(z.string(), value).default({}).optional().catch(undefined);

/**
 * As much of salvor.yaml as can be read, whatever else in it is wrong, for what goes across its sections: names that must exist, secrets
 * it asks for. What cannot be read is undefined. Every Settings is one.
 */
export const Outline = z
  .object({
    slack: section({ mode: z.enum(['socket', 'http']).default('socket').optional().catch(undefined) }),
    redis: section({
      sentinels: section({ password: variable }),
      password: variable,
      tls: section({ ca: file, certificate: file, key: file }),
    }),
    people: named(section({ users: texts, groups: texts })),
    buckets: named(
      section({
        bucket: text,
        endpoint: text,
        ca: file,
        credentials: section({ accessKeyId: variable, secretAccessKey: variable, sessionToken: variable }),
      }),
    ),
    clusters: some(
      section({
        ...whoAndWhere,
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
        restore: section({
          ssh,
          connection: text,
          members: z
            .array(section({ name: text, host: text, peerUrl: text, clientUrl: text, dataDir: file, walDir: file }))
            .optional()
            .catch(undefined),
        }),
      }),
    ),
    registries: some(
      section({
        ...whoAndWhere,
        url: text,
        allowHttp: flag,
        ca: file,
        api: login,
        admin: login,
        probe: login,
        host: text,
        ssh,
        installDir: file,
        dataDir: file,
        workDir: file,
        wrapper: file,
        packages: file,
      }),
    ),
    schedules: named(section({ job: text, clusters: texts, registries: texts })),
    audit: section({ copy: section({ bucket: text, prefix: text }) }),
    alerts: section({
      token: variable,
      tls: section({ certificate: file, key: file, clientCa: file }),
      alertmanager: section({ url: text, ca: file, token: variable }),
      include: z.array(file).optional().catch(undefined),
      rules: named(section({ facts: texts, action: text, mode: text })),
    }),
    oidc: section({ clientSecret: variable, people: named(text) }),
    traces: section({ endpoint: text, token: variable }),
    queuePage: section({ password: variable, token: variable }),
  })
  .catch({});
export type Outline = z.infer<typeof Outline>;
export type ClusterOutline = NonNullable<NonNullable<Outline['clusters']>[string]>;
export type RegistryOutline = NonNullable<NonNullable<Outline['registries']>[string]>;
/** A cluster or a registry. */
export type TargetOutline = Pick<ClusterOutline & RegistryOutline, keyof typeof whoAndWhere>;
export type RestoreOutline = NonNullable<ClusterOutline['restore']>;
export type BucketOutline = NonNullable<NonNullable<Outline['buckets']>[string]>;
