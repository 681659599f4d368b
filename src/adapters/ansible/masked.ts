/** Short ones would hide parts of every other word. */
const shortest = 4;

/** Hides secrets in all texts of a value, longest first, so that none leaves its tail. */
export function hideIn<T>(value: T, secrets: readonly string[]): T;
export function hideIn(value: unknown, secrets: readonly string[]): unknown {
  const known = secrets.filter(({ length }) => length >= shortest).toSorted((a, b) => b.length - a.length);
  return known.length === 0 ? value : hidden(value, known);
}

function hidden(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '•••'), value);
  if (Array.isArray(value)) return value.map((one) => hidden(one, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hidden(one, secrets)]));
}
