type Attributes = Readonly<Record<string, string | number>>;

/** An SVG element. Attributes are ours and taken as they are; `inside` is made of elements and `words`. */
export function element(name: string, attributes: Attributes, ...inside: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : value}"`,
  );
  return `<${name}${written.join('')}>${inside.join('')}</${name}>`;
}

/** Text that others may have written. */
export function words(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A line through points, in pixels. */
export const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('');

const rounded = (value: number): number => Math.round(value * 10) / 10;
