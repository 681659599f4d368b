const days = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

/** 'every 15 min', 'every 6 h at :00'; '30 2 * * *' -> 'daily at 02:30', '0 3 * * 0' -> 'Sundays at 03:00'; anything else as it is. */
export function cronInWords(cron: string): string {
  const [minute = '', hour = '', day, month, weekday = ''] = cron.split(' ');
  if (day !== '*' || month !== '*') return cron;
  const everyMinutes = stepOf(minute);
  if (everyMinutes !== undefined && hour === '*' && weekday === '*') return `every ${everyMinutes} min`;
  if (!isNumber(minute)) return cron;
  const past = `:${minute.padStart(2, '0')}`;
  const everyHours = hour === '*' ? 1 : stepOf(hour);
  if (everyHours !== undefined && weekday === '*')
    return `every ${everyHours === 1 ? '' : `${everyHours} `}h at ${past}`;
  if (!isNumber(hour)) return cron;
  const at = `${hour.padStart(2, '0')}${past}`;
  if (weekday === '*') return `daily at ${at}`;
  const name = isNumber(weekday) ? days[Number(weekday)] : undefined;
  return name === undefined ? cron : `${name} at ${at}`;
}

const isNumber = (text: string): boolean => /^\d{1,2}$/.test(text);

function stepOf(field: string): number | undefined {
  const [, step] = /^\*\/(\d{1,2})$/.exec(field) ?? [];
  return step === undefined ? undefined : Number(step);
}
