const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** 1536 -> '1.5 KiB'. Three significant digits at most, never a lone digit of MiB hidden behind a rounded GiB. */
export function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** 40 ms -> '40 ms', 4500 ms -> '4.5 s', 252000 -> '4 min 12 s', 26100000 -> '7 h 15 min', 200000000 -> '2 d 7 h'. */
export function durationInWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(whole, 60, 'min', 's');
  if (whole < 86_400) return pair(Math.round(whole / 60), 60, 'h', 'min');
  return pair(Math.round(whole / 3600), 24, 'd', 'h');
}

function pair(amount: number, base: number, large: string, small: string): string {
  const rest = amount % base;
  return rest === 0
    ? `${Math.floor(amount / base)} ${large}`
    : `${Math.floor(amount / base)} ${large} ${rest} ${small}`;
}

/** 48211907n -> '48 211 907', with thin groups people can read aloud. */
export function numberInWords(value: number | bigint): string {
  return value.toString().replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/** '2026-11-23 22:05', of UTC: for columns whose title says so. */
export const minuteInWords = (instant: Date): string => instant.toISOString().slice(0, 16).replace('T', ' ');

/** '2026-11-23 22:05 UTC': for sentences; where a reader's own time helps more, use a `time` of a report. */
export const timeInWords = (instant: Date): string => `${minuteInWords(instant)} UTC`;

/** One or many: counted(2, 'member') -> '2 members'. */
export function counted(amount: number, noun: string, nouns = `${noun}s`): string {
  return `${numberInWords(amount)} ${amount === 1 ? noun : nouns}`;
}

const mostNamed = 3;

/** The first three, and how many more: 'a; b; c; and 2 more'. Empty where there are none. */
export function firstFew(all: readonly string[]): string {
  const named = all.slice(0, mostNamed).join('; ');
  return all.length > mostNamed ? `${named}; and ${all.length - mostNamed} more` : named;
}

/** 'a', 'a and b', 'a, b and c'. */
export function listInWords(all: readonly string[]): string {
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}
