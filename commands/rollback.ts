import { z } from 'zod';
import { defineAnswer } from '../src/chatops/command.ts';
import { ApprovalId } from '../src/chatops/interpret.ts';

export default defineAnswer({
  name: 'rollback',
  title: 'Take work back',
  summary: 'take back approved work that paused, or stopped in the middle',
  usage: 'rollback <approval>',
  role: 'operator',
  examples: ['rollback a-k7m2p9x4tq'],
  input: z.strictObject({ approval: ApprovalId }),
  answer: ({ approval }, desk) => desk.again(approval, 'rollback'),
});
