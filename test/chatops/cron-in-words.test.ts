import { expect, it } from 'vitest';
import { cronInWords } from '../../src/chatops/cron-in-words.ts';

it.each([
  ['*/15 * * * *', 'every 15 min'],
  ['0 */6 * * *', 'every 6 h at :00'],
  ['5 * * * *', 'every h at :05'],
  ['30 2 * * *', 'daily at 02:30'],
  ['0 3 * * 0', 'Sundays at 03:00'],
  ['0 3 * * 7', 'Sundays at 03:00'],
  ['0 3 * * 1', 'Mondays at 03:00'],
])('says %s as people do: %s', (cron, words) => {
  expect(cronInWords(cron)).toBe(words);
});

it.each([
  '0 3 1 * *',
  '0 3 * 1 *',
  '0 3 * * 1-5',
  '0,30 * * * *',
  '*/15 9 * * *',
  '*/15 * * * 1',
  '0 */6 * * 1',
  '0 3 * * 9',
])('leaves %s as it is', (cron) => {
  expect(cronInWords(cron)).toBe(cron);
});
