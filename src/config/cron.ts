import { CronExpressionParser } from 'cron-parser';

/** What is wrong with a cron expression, as what it must be; undefined when it comes around. */
export function cronProblem(cron: string): string | undefined {
  if (!/^\S+(?: \S+){4}$/.test(cron)) return 'must be five fields, such as "0 */6 * * *"';
  // The parser takes an H for a moment drawn by lot, another one each time it is read.
  if (/(?:^|[\s,])H/.test(cron))
    return 'must name its moments; for a moment of its own for each cluster say jitterSeconds';
  try {
    CronExpressionParser.parse(cron).next();
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `must be minute, hour, day, month and weekday of a time that comes: ${why}`;
  }
}
