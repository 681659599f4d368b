import { z } from 'zod';
import { defineAnswer } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';
import { cancelRun } from '../src/chatops/reception.ts';

export default defineAnswer({
  name: 'cancel',
  title: 'Stop a run',
  summary: 'ask a run to stop at its next safe place',
  usage: 'cancel <run>',
  role: 'operator',
  examples: ['cancel r-k7m2p9x4tq'],
  input: z.strictObject({ run: Name }),
  async answer({ run }, desk) {
    return cancelRun(desk, await desk.find(run, 'operator'), desk.actor);
  },
});
