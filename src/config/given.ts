/** Leaves away what is undefined or empty: exactOptionalPropertyTypes tells absent from undefined. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined | ''> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined | ''> };
}
