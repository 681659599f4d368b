import { expect, it } from 'vitest';
import { validateView } from '../../sandbox/slack/validate.ts';
import { chinese } from '../../src/languages/chinese.ts';
import { formDialog } from '../../src/slack/render.ts';

it.each([
  ['longer than Slack takes', 'x'.repeat(76)],
  ['empty', ''],
])('asks in writing where all there is to pick from is %s', (_, value) => {
  const fields = [{ name: 'backup', isOptional: false, options: [{ value, label: 'one' }] }];
  const dialog = formDialog(
    { command: 'restore', title: 'Plan a restore', summary: 'puts back', given: {}, fields },
    'C0PROD1',
  );
  expect(validateView(dialog)).toEqual([]);
  expect(JSON.stringify(dialog?.blocks)).toContain('plain_text_input');
});

it('says above it and on its button what comes of it, in the language of its reader', () => {
  const form = { command: 'restore', title: 'Plan a restore', summary: 'puts back', given: {}, fields: [] };
  const said = (dialog: ReturnType<typeof formDialog>) => [dialog?.title.text, dialog?.submit?.text];
  expect(said(formDialog(form, 'C0PROD1'))).toEqual(['Plan a restore', 'Plan a restore']);
  expect(said(formDialog(form, 'C0PROD1', chinese))).toEqual(['制定恢复计划', '制定恢复计划']);
});
