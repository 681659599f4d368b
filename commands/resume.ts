import { z } from 'zod';
import { defineAnswer } from '../src/chatops/command.ts';
import { ApprovalId } from '../src/chatops/interpret.ts';

export default defineAnswer({
  name: 'resume',
  title: 'Go on with work',
  summary: 'go on with approved work that paused, or stopped in the middle',
  usage: 'resume <approval>',
  role: 'operator',
  examples: ['resume a-k7m2p9x4tq'],
  input: z.strictObject({ approval: ApprovalId }),
  answer: ({ approval }, desk) => desk.again(approval, 'resume'),
});
