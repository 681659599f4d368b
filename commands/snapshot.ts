import { z } from 'zod';
import snapshot from '../jobs/snapshot.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name, Reason } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'snapshot',
  title: 'Take a snapshot',
  summary: 'save etcd to S3, now',
  usage: 'snapshot <cluster> [--reason <text>] [--despite-alarm]',
  examples: ['snapshot prod-1', 'snapshot prod-1 --reason "before the CNI change"'],
  input: z.strictObject({ cluster: Name, reason: Reason.optional(), 'despite-alarm': z.literal(true).optional() }),
  job: snapshot,
  payload: (input) => ({
    cluster: input.cluster,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    despiteAlarm: input['despite-alarm'] ?? false,
  }),
});
