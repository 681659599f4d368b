import { expect, it } from 'vitest';
import { downtimesIn } from '../../../../src/ops/harbor/upgrade/downtimes.ts';
import type { JournalEntry } from '../../../../src/ports/journal.ts';
import { decidedOf } from './decided.ts';

type Line = readonly [minute: number, event: JournalEntry['event'], step: string];
const minuteMs = 60_000;
const journalOf = (lines: readonly Line[]): readonly JournalEntry[] =>
  lines.map(([minute, event, step]) => ({ at: new Date(minute * minuteMs), step, event, run: 'r-1', fence: 1 }));

const first: readonly Line[] = [
  [1, 'started', 'Make 2.10.3 read-only'],
  [5, 'started', 'Stop 2.10.3'],
  [6, 'ended', 'Stop 2.10.3'],
  [11, 'started', 'Wait until 2.12.4 is healthy'],
  [12, 'ended', 'Wait until 2.12.4 is healthy'],
  [13, 'ended', 'Compare what 2.12.4 holds'],
];
const second: readonly Line[] = [
  [100, 'started', 'Stop 2.12.4'],
  [103, 'ended', 'Wait until 2.14.1 is healthy'],
];

it.each<readonly [string, readonly Line[], Record<string, number>]>([
  ['none before anything is stopped', first.slice(0, 1), {}],
  ['none of a version that has not become healthy', first.slice(0, 4), {}],
  ['from the stop until it is healthy; being read-only is none', first, { '2.12.4': 7 }],
  ['each hop by itself; a pause between is none', [...first, ...second], { '2.12.4': 7, '2.14.1': 3 }],
  [
    'what lies between two attempts as well',
    [
      ...first.slice(0, 3),
      [7, 'failed', 'Set 2.10.3 aside'],
      [40, 'started', 'Stop 2.10.3'],
      [50, 'ended', 'Wait until 2.12.4 is healthy'],
    ],
    { '2.12.4': 45 },
  ],
  [
    'until it was healthy for the last time',
    [...first, [20, 'started', 'Install 2.12.4'], [25, 'ended', 'Wait until 2.12.4 is healthy']],
    { '2.12.4': 20 },
  ],
])('counts %s', (_, lines, minutes) => {
  const found = downtimesIn(decidedOf(), journalOf(lines)).map(({ to, ms }) => [to, ms / minuteMs]);
  expect(Object.fromEntries(found)).toEqual(minutes);
});
