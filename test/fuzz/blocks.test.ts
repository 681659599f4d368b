import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateBlocks, validateView } from '../../sandbox/slack/validate.ts';
import { AlertThread } from '../../src/chatops/alerts/alert-thread.ts';
import { Approval } from '../../src/chatops/approval.ts';
import { Action, Report, Table, Text } from '../../src/chatops/report.ts';
import { RunRecord } from '../../src/chatops/run.ts';
import { languagesBeside } from '../../src/languages/all.ts';
import { cardHalf } from '../../src/slack/render/halves.ts';
import {
  approveDialog,
  formDialog,
  rejectDialog,
  renderAlert,
  renderApproval,
  renderCard,
  renderHome,
  renderReport,
  threadHalf,
} from '../../src/slack/render.ts';
import { cases } from '../cases.ts';
import { rule } from '../chatops/alerts/alerts.ts';
import { expectMessage, expectNothingEscaped } from './markup.ts';
import { ofShape } from './of-shape.ts';
import { anyText } from './texts.ts';

const now = new Date('2026-11-27T12:00:00Z');
/** Ids are ours. */
const id = 'r-k7m2p9x4tq';
const all = (name: string, usual: number, property: fc.IRawProperty<unknown>) =>
  it(name, () => fc.assert(property, cases(usual)));

describe.each(Object.values(languagesBeside([])))(
  'whatever is to be said is taken by Slack and mentions nobody, in $code',
  (language) => {
    const layout = { id, calledAs: '/salvor', filesFollow: true, language };

    all(
      'a report, whole and in its halves',
      200,
      fc.property(ofShape(Report), (report) => {
        for (const half of [report, cardHalf(report), threadHalf(report)]) expectMessage(renderReport(half, layout));
        expectMessage(renderReport(report, { ...layout, filesFollow: false, prefix: 'Failed' }));
      }),
    );

    all(
      'the card of a run',
      150,
      fc.property(ofShape(RunRecord), (run) => expectMessage(renderCard({ ...run, id }, '/salvor', now, language))),
    );

    all(
      'the card and the dialogs of an approval',
      200,
      fc.property(ofShape(Approval), (approval) => {
        expectMessage(renderApproval(approval, '/salvor', now, language));
        const shown = { approval: 'a-k7m2p9x4tq', digest: 'f'.repeat(64), channel: 'C0PROD1' };
        for (const dialog of [approveDialog(approval, shown, language), rejectDialog(approval, shown, language)]) {
          expect(validateView(dialog)).toEqual([]);
          expectNothingEscaped(dialog.blocks);
        }
      }),
    );

    all(
      'the message of alerts',
      150,
      fc.property(ofShape(AlertThread), anyText, (thread, advice) =>
        expectMessage(
          renderAlert({ ...thread, id: 'g-7c2e9a41d0-1' }, [rule({ advice: advice || 'x' })], '/salvor', now, language),
        ),
      ),
    );

    const section = fc.record({
      title: anyText,
      lines: fc.array(ofShape(Text), { maxLength: 12 }),
      table: ofShape(Table),
      actions: fc.array(ofShape(Action), { maxLength: 12 }),
    });
    all(
      'Home',
      100,
      fc.property(fc.array(section, { minLength: 1, maxLength: 6 }), (sections) => {
        const home = renderHome({ sections }, '/salvor', now, language);
        expect(validateView(home)).toEqual([]);
        expect(validateBlocks(home.blocks, 'home')).toEqual([]);
        expectNothingEscaped(home.blocks);
      }),
    );

    const name = fc.stringMatching(/^[a-z]{1,10}$/);
    const field = fc.record({
      name,
      isOptional: fc.boolean(),
      options: fc.uniqueArray(fc.record({ value: anyText, label: anyText }), {
        ...{ selector: (one) => one.value, maxLength: 250 },
      }),
    });
    all(
      'a form, where what was said already fits one',
      100,
      fc.property(
        fc.record({
          command: name,
          title: name,
          summary: anyText,
          given: fc.dictionary(name, anyText, { maxKeys: 6 }),
          fields: fc.uniqueArray(field, { selector: (one) => one.name, minLength: 1, maxLength: 6 }),
        }),
        (form) => {
          const dialog = formDialog(form, 'C0PROD1', language);
          if (JSON.stringify(form.given).length < 2500) expect(dialog).toBeDefined();
          if (!dialog) return;
          expect(validateView(dialog)).toEqual([]);
          expectNothingEscaped(dialog.blocks);
        },
      ),
    );
  },
);
