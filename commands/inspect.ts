import { z } from 'zod';
import inspect from '../jobs/inspect.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { BackupName, Name } from '../src/chatops/interpret.ts';

/** A key of etcd's: Kubernetes' begin with a slash. */
const Key = z
  .string()
  .max(1024, 'must be at most 1024 characters')
  .regex(/^\/[^\p{Cc}\p{Co}\p{Cs}]*$/u, 'must begin with a slash, such as /registry/configmaps/default/app');

export default defineCommand({
  name: 'inspect',
  title: 'Look into a backup',
  summary: 'look into a backup, without restoring it anywhere real',
  usage: 'inspect <cluster> <backup> [--prefix <prefix>] [--key <key>]',
  examples: [
    'inspect prod-1 latest',
    'inspect prod-1 latest --prefix /registry/configmaps/',
    'inspect prod-1 r-k7m2p9x4tq --key /registry/configmaps/default/app',
  ],
  input: z
    .strictObject({ cluster: Name, backup: BackupName, prefix: Key.optional(), key: Key.optional() })
    .refine(({ prefix, key }) => prefix === undefined || key === undefined, '--prefix and --key: give one of them'),
  job: inspect,
  payload: ({ cluster, backup, prefix, key }) => ({
    cluster,
    backup,
    ...(prefix === undefined ? {} : { wanted: { prefix } }),
    ...(key === undefined ? {} : { wanted: { key } }),
  }),
});
