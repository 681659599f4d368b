import { z } from 'zod';
import defrag from '../jobs/defrag.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { confirmed } from '../src/chatops/confirmation.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'defrag',
  title: 'Defragment etcd',
  summary: 'compact databases and clear NOSPACE, member by member',
  usage: 'defrag <cluster> [--confirm <code>]',
  examples: ['defrag prod-1', 'defrag prod-1 --confirm 3f9a0c51d2e8'],
  input: z.strictObject({ cluster: Name, confirm: z.string().optional() }),
  job: defrag,
  payload: ({ cluster, confirm }) => ({ cluster, ...confirmed(confirm, `defrag ${cluster}`) }),
});
