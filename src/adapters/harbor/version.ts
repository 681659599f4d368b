/** Whether '2.1.4' is before '2.2'. */
export function isBefore(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split('.').map(Number));
  const at = two?.findIndex((number, place) => number !== one?.[place]) ?? -1;
  return at >= 0 && (one?.[at] ?? 0) < (two?.[at] ?? 0);
}
