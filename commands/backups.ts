import { z } from 'zod';
import backups from '../jobs/backups.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Age, ageInMs, Count, Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'backups',
  title: 'List backups',
  summary: 'list backups from the bucket, with a picture',
  usage: 'backups <cluster> [--since <age>] [--limit <n>]',
  examples: ['backups prod-1', 'backups prod-1 --since 7d', 'backups prod-1 --limit 100'],
  input: z.strictObject({ cluster: Name, since: Age.optional(), limit: Count(1000).optional() }),
  job: backups,
  payload: ({ cluster, since, limit }) => ({
    cluster,
    ...(since === undefined ? {} : { sinceMs: ageInMs(since) }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  }),
});
