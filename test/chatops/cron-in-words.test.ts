import { expect, it } from 'vitest';
import { cronInWords } from '../../src/chatops/cron-in-words.ts';

it.each([
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 min'],
  ['*/15 * * * 1', 'every 15 min, Mondays'],
  ['0 */6 * * *', 'every 6 h at :00'],
  ['0 */6 * * 1', 'every 6 h at :00, Mondays'],
  ['5 * * * *', 'every hour at :05'],
  ['0,30 * * * *', 'every hour at :00 and :30'],
  ['30 2 * * *', 'daily at 02:30'],
  ['0 6,12,18 * * *', 'daily at 06:00, 12:00 and 18:00'],
  ['0 3 * * 0', 'Sundays at 03:00'],
  ['0 3 * * 7', 'Sundays at 03:00'],
  ['0 3 * * 1', 'Mondays at 03:00'],
  ['0 3 * * thu', 'Thursdays at 03:00'],
  ['0 3 * * 1-5', 'Mondays to Fridays at 03:00'],
  ['0 3 * * MON-FRI', 'Mondays to Fridays at 03:00'],
  ['0 3 * * 1-3', 'Mondays, Tuesdays and Wednesdays at 03:00'],
  ['0 3 * * 2,4,sat', 'Tuesdays, Thursdays and Saturdays at 03:00'],
  ['0 3 1 * *', 'on day 1 of each month at 03:00'],
  ['0 3 1,15 * *', 'on day 1 and 15 of each month at 03:00'],
])('says %s as people do: %s', (cron, words) => {
  expect(cronInWords(cron)).toBe(words);
});

it.each([
  '0 3 * 1 *',
  '0 3 1 * 1',
  '0 3 L * *',
  '0 9-17 * * *',
  '*/15 9 * * *',
  // Not every 45 minutes: each hour begins anew.
  '*/45 * * * *',
  '0 */5 * * *',
  '0 3 * * 9',
  '0 3 * * 5-9',
  '0 3 * * 6-1',
  '0 3 * * 1#2',
  '0 3 * * 1-5/2',
  '0 3 * * 1-3,5',
])('names %s as it is', (cron) => {
  expect(cronInWords(cron)).toBe(`by cron (${cron})`);
});
