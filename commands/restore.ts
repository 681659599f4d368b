import { z } from 'zod';
import restore from '../jobs/restore.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { BackupOrFile, Name, Reason } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'restore',
  title: 'Plan a restore',
  summary: 'plan a restore of etcd, which others must approve before anything is changed',
  usage: 'restore <cluster> [backup] --reason <text> [--unverified]',
  examples: [
    'restore prod-1 latest --reason "bad RBAC rollout"',
    'restore prod-1 --reason "cp-2 has lost its disk"',
    'restore prod-1 etcd-20260301T030000Z.tar.gz --unverified --reason "all else is gone"',
  ],
  input: z.strictObject({
    cluster: Name,
    backup: BackupOrFile.optional(),
    reason: Reason,
    unverified: z.literal(true).optional(),
  }),
  job: restore.planning,
  payload: (input) => ({
    cluster: input.cluster,
    ...(input.backup === undefined ? {} : { backup: input.backup }),
    unverified: input.unverified ?? false,
    reason: input.reason,
  }),
});
