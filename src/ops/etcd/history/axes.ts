import { colours, frame, type Plot } from './plot.ts';
import { element, words } from './svg.ts';

/** Sizes on the left, a fine line across for each. */
export function sizeAxis({ sizes, y }: Plot): readonly string[] {
  const { left, right } = frame;
  return sizes.flatMap(({ value, label }) => [
    element('line', {
      x1: left,
      x2: right,
      y1: y(value),
      y2: y(value),
      stroke: value === 0 ? colours.gap : colours.grid,
      'stroke-width': 1.5,
    }),
    element(
      'text',
      { x: left - 12, y: y(value) + 6, 'text-anchor': 'end', 'font-size': 18, fill: colours.quiet },
      words(label),
    ),
  ]);
}

/** How long ago, which people ask for, above the date, which they look up. */
export function ageAxis({ ages, x }: Plot): readonly string[] {
  const { bottom, right } = frame;
  const zone = element('text', { x: right + 60, y: bottom + 56, 'font-size': 16, fill: colours.quiet }, 'UTC');
  const ticks = ages.flatMap(({ label, at, date }) => [
    element('line', { x1: x(at), x2: x(at), y1: bottom, y2: bottom + 8, stroke: colours.gap, 'stroke-width': 1.5 }),
    element(
      'text',
      { x: x(at), y: bottom + 32, 'text-anchor': 'middle', 'font-size': 18, fill: colours.ink },
      words(label),
    ),
    element(
      'text',
      { x: x(at), y: bottom + 56, 'text-anchor': 'middle', 'font-size': 16, fill: colours.quiet },
      words(date),
    ),
  ]);
  return [...ticks, zone];
}
