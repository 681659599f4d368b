import { z } from 'zod';
import verify from '../jobs/verify.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { BackupName, Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'verify',
  title: 'Try out a backup',
  summary: 'restore a backup into a scratch etcd and compare it',
  usage: 'verify <cluster> [backup] [--bytes-only]',
  examples: ['verify prod-1', 'verify prod-1 latest', 'verify prod-1 etcd-20260301T030000Z.tar.gz --bytes-only'],
  input: z.strictObject({
    cluster: Name,
    backup: BackupName.default('latest'),
    'bytes-only': z.literal(true).optional(),
  }),
  job: verify,
  payload: (input) => ({
    cluster: input.cluster,
    backup: input.backup,
    bytesOnly: input['bytes-only'] ?? false,
  }),
});
