import { listInWords } from './format.ts';

const names = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];
const aliases = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * 'every 15 min', 'every 6 h at :00'; '30 2 * * *' -> 'daily at 02:30', '0 3 * * 1-5' -> 'Mondays to Fridays at 03:00'. What takes
 * more words than it is worth is named as it is: 'by cron (0 3 * 1 *)'.
 */
export function cronInWords(cron: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(' ');
  const days = month === '*' ? daysOf(day, weekday) : undefined;
  const often = oftenInWords(minute, hour);
  const times = timesInWords(minute, hour);
  if (days && often !== undefined) return `${often}${days.after}`;
  if (days && times !== undefined) return `${days.before} at ${times}`;
  return `by cron (${cron})`;
}

/** With the time zone that its hours are of: minutes are the same everywhere. */
export function whenInWords({ cron, timezone }: { readonly cron: string; readonly timezone: string }): string {
  const words = cronInWords(cron);
  return /^every (?:minute|\d+ min)$/.test(words) ? words : `${words} in ${timezone}`;
}

/** 'every 15 min', 'every hour at :00 and :30' */
function oftenInWords(minute: string, hour: string): string | undefined {
  const minutes = stepOf(minute, 60);
  if (minutes !== undefined) return hour !== '*' ? undefined : minutes === 1 ? 'every minute' : `every ${minutes} min`;
  const past = numbersOf(minute);
  const hours = stepOf(hour, 24);
  if (!past || hours === undefined) return undefined;
  const at = listInWords(past.map((one) => `:${padded(one)}`));
  return hours === 1 ? `every hour at ${at}` : `every ${hours} h at ${at}`;
}

/** '02:30', '06:00 and 18:00' */
function timesInWords(minute: string, hour: string): string | undefined {
  const past = numbersOf(minute);
  const times = numbersOf(hour)?.flatMap((at) => past?.map((one) => `${padded(at)}:${padded(one)}`) ?? []);
  return times?.length ? listInWords(times) : undefined;
}

interface Days {
  /** 'Mondays', before times. */
  readonly before: string;
  /** ', Mondays', after how often; nothing of every day. */
  readonly after: string;
}

function daysOf(day: string, weekday: string): Days | undefined {
  if (day === '*' && weekday === '*') return { before: 'daily', after: '' };
  if (day === '*') return weekdaysOf(weekday);
  const dates = weekday === '*' ? numbersOf(day) : undefined;
  if (!dates) return undefined;
  const monthly = `on day ${listInWords(dates.map(String))} of each month`;
  return { before: monthly, after: `, ${monthly}` };
}

function weekdaysOf(field: string): Days | undefined {
  const [from = '', to, more] = field.split('-');
  const all = to === undefined ? from.split(',').map(numberOf) : daysBetween(numberOf(from), numberOf(to));
  const said = all.flatMap((one) => names[one] ?? []);
  if (more !== undefined || said.length === 0 || said.length < all.length) return undefined;
  const before = to !== undefined && all.join('') === '12345' ? 'Mondays to Fridays' : listInWords(said);
  return { before, after: `, ${before}` };
}

/** Nothing where a week ends between. */
const daysBetween = (from: number, to: number): readonly number[] =>
  from < 0 || to >= names.length ? [] : names.flatMap((_, day) => (day >= from && day <= to ? [day] : []));

function numberOf(weekday: string): number {
  const alias = aliases.indexOf(weekday.toLowerCase());
  return alias < 0 && /^\d$/.test(weekday) ? Number(weekday) : alias;
}

/** Of a field that comes round evenly: 45 min do not, as each hour begins anew. */
function stepOf(field: string, of: number): number | undefined {
  if (field === '*') return 1;
  const [, step] = /^\*\/([1-9]\d?)$/.exec(field) ?? [];
  return step !== undefined && of % Number(step) === 0 ? Number(step) : undefined;
}

function numbersOf(field: string): readonly number[] | undefined {
  return /^\d{1,2}(?:,\d{1,2})*$/.test(field) ? field.split(',').map(Number) : undefined;
}

const padded = (number: number): string => String(number).padStart(2, '0');
