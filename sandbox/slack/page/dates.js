const date = (options) => (instant, reader) =>
  new Intl.DateTimeFormat(reader.locale ?? 'en-GB', { timeZone: reader.timeZone, ...options }).format(instant);

const numeric = date({ year: 'numeric', month: '2-digit', day: '2-digit' });
const tokens = {
  date_num: (instant, reader) => numeric(instant, { ...reader, locale: 'en-CA' }),
  date_slash: numeric,
  date: date({ month: 'long', day: 'numeric' }),
  date_short: date({ month: 'short', day: 'numeric', year: 'numeric' }),
  date_long: date({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
  date_long_full: date({ month: 'long', day: 'numeric', year: 'numeric' }),
  time: date({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  time_secs: date({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  ago: (instant, reader) => ago(instant.getTime() / 1000, reader.now),
};
const pretty = {
  date_pretty: 'date',
  date_short_pretty: 'date_short',
  date_long_pretty: 'date_long',
  day_divider_pretty: 'date_long',
};

export function formatDate(timestampSeconds, format, reader) {
  const instant = new Date(timestampSeconds * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name) => {
    const plain = pretty[name];
    if (plain) return nearDay(instant, reader) ?? tokens[plain](instant, reader);
    return Object.hasOwn(tokens, name) ? tokens[name](instant, reader) : token;
  });
}

function nearDay(instant, reader) {
  const dayOf = (time) => Date.parse(tokens.date_num(new Date(time), reader)) / 86_400_000;
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[dayOf(instant.getTime()) - dayOf(reader.now)];
}

const steps = [
  [60, 'second', 1],
  [3600, 'minute', 60],
  [86_400, 'hour', 3600],
  [Number.POSITIVE_INFINITY, 'day', 86_400],
];

export function ago(timestampSeconds, now) {
  const seconds = Math.round(now / 1000 - timestampSeconds);
  const distance = Math.abs(seconds);
  if (distance < 10) return 'just now';
  const [, unit, size] = steps.find(([limit]) => distance < limit);
  const count = Math.round(distance / size);
  const amount = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${amount}` : `${amount} ago`;
}
