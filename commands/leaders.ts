import { z } from 'zod';
import leaders from '../jobs/leaders.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'leaders',
  title: 'Show the leaders',
  summary: 'tell who leads, and how etcd and the API servers are',
  usage: 'leaders <cluster>',
  examples: ['leaders prod-1'],
  input: z.strictObject({ cluster: Name }),
  job: leaders,
  payload: (input) => input,
});
