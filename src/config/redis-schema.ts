import { z } from 'zod';
import { FilePath, HostName, Port, Variable } from './pieces.ts';

const Nodes = z
  .array(z.strictObject({ host: HostName, port: Port }))
  .min(1)
  .max(100);

/** Where Redis is, when it is more than one server: else REDIS_URL says it all. */
export const RedisSection = z
  .strictObject({
    /** Ask these who the master is, now and after each fail-over. `group` is the name under `sentinel monitor`. */
    sentinels: z.strictObject({ group: z.string().min(1), nodes: Nodes, password: Variable.optional() }).optional(),
    /** A Redis Cluster: some of its nodes, which tell of the others. */
    cluster: z.strictObject({ nodes: Nodes }).optional(),
    username: z.string().min(1).optional(),
    /** The variable that holds the password. */
    password: Variable.optional(),
    /** Empty: TLS by the system's authorities. */
    tls: z
      .strictObject({
        ca: FilePath.optional(),
        certificate: FilePath.optional(),
        key: FilePath.optional(),
        serverName: HostName.optional(),
      })
      .optional(),
  })
  .refine(({ sentinels, cluster }) => (sentinels === undefined) !== (cluster === undefined), {
    message: 'must have sentinels or cluster, and not both; for a single Redis leave it away and set REDIS_URL',
  })
  .refine(({ tls = {} }) => (tls.certificate === undefined) === (tls.key === undefined), {
    path: ['tls'],
    message: 'must have certificate and key, or neither',
  });
