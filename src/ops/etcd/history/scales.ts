const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const steps = [1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000];

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round sizes from 0 to at least `mostBytes`, about four of them. */
export function sizeTicks(mostBytes: number): readonly [Tick, ...Tick[]] {
  const unit = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, mostBytes)) / 10)));
  const unitBytes = 1024 ** unit;
  const step = steps.find((each) => each * 4 >= mostBytes / unitBytes) ?? 1000;
  const count = Math.max(1, Math.ceil(mostBytes / unitBytes / step));
  const ticks = Array.from({ length: count }, (_, index) => (index + 1) * step);
  return [
    { value: 0, label: '0' },
    ...ticks.map((value) => ({ value: value * unitBytes, label: `${value} ${units[unit]}` })),
  ];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const ageSteps = [
  ...[5 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour],
  ...[day, 2 * day, 3 * day, 5 * day, 7 * day, 14 * day, 30 * day, 90 * day, 180 * day, 365 * day],
];
const mostAges = 7;

/** Round ages from 0 up to `mostMs`, at most seven and 0. */
export function ageTicks(mostMs: number): readonly Tick[] {
  const step = ageSteps.find((each) => mostMs / each <= mostAges) ?? Math.ceil(mostMs / mostAges / day) * day;
  const count = Math.floor(mostMs / step) + 1;
  return Array.from({ length: count }, (_, index) => ({ value: index * step, label: ageInWords(index * step) }));
}

function ageInWords(ageMs: number): string {
  if (ageMs === 0) return 'now';
  if (ageMs < hour) return `${ageMs / minute} min ago`;
  return ageMs < day ? `${ageMs / hour} h ago` : `${ageMs / day} d ago`;
}
