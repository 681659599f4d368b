import { CronExpressionParser } from 'cron-parser';

const fields = [
  'minutes from 0 to 59',
  'hours from 0 to 23',
  'days of the month from 1 to 31',
  'months from 1 to 12, or jan to dec',
  'weekdays from 0 (Sunday) to 7, or sun to sat',
] as const;
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'] as const;

/** What is wrong with a cron expression, as what it must be; undefined when it comes around. */
export function cronProblem(cron: string): string | undefined {
  if (!/^\S+(?: \S+){4}$/.test(cron)) return 'must be five fields, such as "0 */6 * * *"';
  // The parser takes an H for a moment drawn by lot, another one each time it is read.
  if (/(?:^|[\s,])H/.test(cron))
    return 'must name its moments; for a moment of its own for each cluster say jitterSeconds';
  if (comes(cron)) return undefined;
  const parts = cron.split(' ');
  const wrong = parts.findIndex((part, index) => !comes(everyTime.with(index, part).join(' ')));
  if (wrong < 0) return 'must be of a time that comes: none of its months has such a day';
  return `must have ${fields[wrong]}, in its ${ordinals[wrong]} field: "${parts[wrong]}" is not that`;
}

const everyTime: readonly string[] = ['*', '*', '*', '*', '*'];

/** The parser's own messages are for programmers, and name no field. */
function comes(cron: string): boolean {
  try {
    CronExpressionParser.parse(cron).next();
    return true;
  } catch {
    return false;
  }
}
