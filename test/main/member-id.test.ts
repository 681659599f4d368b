import { expect, it } from 'vitest';
import { memberId } from '../../src/main/member-id.ts';

const typed = 'node src/main.ts run "runs" --as U024BE7LH';

it('takes a Slack member id', () => {
  expect(memberId('U0123', typed)).toBe('U0123');
  expect(memberId('W0123', typed)).toBe('W0123');
});

it.each(['alice', '@alice', 'u0123', 'C0123', ''])('says of "%s" what is wanted, and where to find it', (as) => {
  const refused = expect.objectContaining({
    message: `"${as}" is no Slack member id: that is U or W, then capitals and digits, such as U024BE7LH.`,
    next: expect.stringMatching(/in your profile, .*"Copy member ID".* in salvor\.yaml, under people\. Then: node /),
  });
  expect(() => memberId(as, typed)).toThrow(refused);
});

it('asks who it is where nobody is named', () => {
  expect(() => memberId(undefined, typed)).toThrow('Say as whom: --as and your Slack member id.');
});
