import { expect, it } from 'vitest';
import { validateView } from '../../sandbox/slack/validate.ts';
import { formDialog } from '../../src/slack/render.ts';

it.each([
  ['longer than Slack takes', 'x'.repeat(76)],
  ['empty', ''],
])('asks in writing where all there is to pick from is %s', (_, value) => {
  const fields = [{ name: 'backup', isOptional: false, options: [{ value, label: 'one' }] }];
  const dialog = formDialog({ command: 'restore', summary: 'puts back', given: {}, fields }, 'C0PROD1');
  expect(validateView(dialog)).toEqual([]);
  expect(JSON.stringify(dialog?.blocks)).toContain('plain_text_input');
});
