import { expect, it } from 'vitest';
import { terminalWidth } from '../../src/config/program.ts';

it('takes a terminal for as wide as it is', () => {
  expect(terminalWidth(80, { COLUMNS: '200' })).toBe(80);
});

it('takes 100 columns where there is no terminal, or as many as COLUMNS says', () => {
  expect(terminalWidth(undefined, {})).toBe(100);
  expect(terminalWidth(undefined, { COLUMNS: '200' })).toBe(200);
  expect(terminalWidth(undefined, { COLUMNS: 'wide' })).toBe(100);
  expect(terminalWidth(0, {})).toBe(100);
});
