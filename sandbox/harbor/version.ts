/** Whether '2.10.3' is '2.9' or later. */
export function isAtLeast(version: string, other: string): boolean {
  const [one = [], two = []] = [version, other].map((text) => text.split('.').map(Number));
  const at = two.findIndex((number, place) => number !== one[place]);
  return at < 0 || (one[at] ?? 0) > (two[at] ?? 0);
}
