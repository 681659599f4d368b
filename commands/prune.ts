import { z } from 'zod';
import prune from '../jobs/prune.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { confirmed } from '../src/chatops/confirmation.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'prune',
  title: 'Prune backups',
  summary: 'show which backups no rule keeps; remove them once confirmed',
  usage: 'prune <cluster> [--confirm <code>]',
  examples: ['prune prod-1', 'prune prod-1 --confirm 5f2a90c41be7'],
  input: z.strictObject({ cluster: Name, confirm: z.string().optional() }),
  job: prune,
  payload: ({ cluster, confirm }) => ({ cluster, ...confirmed(confirm, `prune ${cluster}`) }),
});
