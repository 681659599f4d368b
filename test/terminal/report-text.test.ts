import { expect, it } from 'vitest';
import { reportText } from '../../src/terminal/report-text.ts';

it('prints a report as aligned lines', () => {
  const text = reportText({
    tone: 'good',
    title: 'prod-1 is saved',
    facts: [
      { label: 'Size', value: '507 MiB' },
      { label: 'Taken', value: [{ time: '2026-11-23T03:00:00.000Z' }, ', by ', { person: 'U1' }] },
    ],
    table: {
      caption: 'Steps',
      columns: ['Step', 'Took'],
      rows: [
        ['stream', '4.5 s'],
        ['store', '1 s'],
      ],
    },
    changed: 'nothing',
    next: 'sleep well',
  });
  expect(text).toBe(`[ok] prod-1 is saved
  Size   507 MiB
  Taken  2026-11-23 03:00:00 UTC, by U1
Step    Took
stream  4.5 s
store   1 s
  Changed  nothing
  Next     sleep well
`);
});

it('prints what was found in a few lines each, and what is to be done about several once', () => {
  const found = [
    { means: 'blocker', about: [{ subject: 'etcd', seen: 'It runs 3.4.23.' }], next: 'Raise it.' },
    { means: 'not seen', about: [{ subject: 'w-1' }, { subject: 'w-2', seen: 'silent\nsince noon' }], next: 'Ask it.' },
  ];
  expect(reportText({ tone: 'warning', title: 'x', found, changed: 'nothing' })).toBe(`[look] x
blocker: etcd
  It runs 3.4.23.
  Next: Raise it.
not seen: w-1
not seen: w-2
  silent since noon
  Next: Ask it.
  Changed  nothing
`);
});

it('says commands as they must be typed there', () => {
  const next = ['See ', { command: 'runs r-1' }];
  const asTyped = (words: string) => `salvor run "${words}" --as U1`;
  expect(reportText({ tone: 'neutral', title: 'x', next }, asTyped)).toBe(
    'x\n  Next  See salvor run "runs r-1" --as U1\n',
  );
});

it('drops what would repaint the terminal', () => {
  const text = reportText({ tone: 'bad', title: 'a\u001b[2Jb\u0007c\u202ed\u2066e' });
  expect(text).toBe('[failed] abcde\n');
});
