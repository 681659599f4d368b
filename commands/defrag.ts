import { z } from 'zod';
import defrag from '../jobs/defrag.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'defrag',
  summary: 'compact databases and clear NOSPACE, member by member',
  usage: 'defrag <cluster> [--confirm <code>]',
  examples: ['defrag prod-1', 'defrag prod-1 --confirm 3f9a0c51d2e8'],
  input: z.strictObject({
    cluster: Name,
    confirm: z
      .string()
      .regex(/^[0-9a-f]{12}$/, 'must be the code under the plan; leave it away to see the plan')
      .optional(),
  }),
  job: defrag,
  payload: ({ cluster, confirm }) => ({ cluster, ...(confirm === undefined ? {} : { confirm }) }),
});
