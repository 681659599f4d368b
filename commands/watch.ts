import { z } from 'zod';
import watch from '../jobs/watch.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'watch',
  title: 'Check the backups',
  summary: 'tell whether the backups can be relied upon, and what to do',
  usage: 'watch <cluster>',
  examples: ['watch prod-1'],
  input: z.strictObject({ cluster: Name }),
  job: watch,
  payload: (input) => input,
});
