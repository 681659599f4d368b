import { z } from 'zod';
import registry from '../jobs/registry.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'registry',
  title: 'Look at a registry',
  summary: 'tell how a Harbor registry is, and to which versions it may go',
  usage: 'registry <registry>',
  examples: ['registry reg-eu'],
  input: z.strictObject({ registry: Name }),
  job: registry,
  payload: (input) => input,
});
