import type { Hop } from '../path/hop.ts';

/** '2.10.3 → 2.12.4 → 2.15.2'. */
export const plainPath = (hops: readonly Pick<Hop, 'from' | 'to'>[]): string =>
  [hops[0]?.from ?? '', ...hops.map(({ to }) => to)].join(' → ');
