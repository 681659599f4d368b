import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ageTicks, sizeTicks } from '../../../../src/ops/etcd/history/scales.ts';
import { cases } from '../../../cases.ts';

const gib = 1024 ** 3;
const labels = (ticks: readonly { readonly label: string }[]) => ticks.map(({ label }) => label);

it('sizes are round numbers of one unit, from 0 to at least the largest', () => {
  expect(labels(sizeTicks(507 * 1024 ** 2))).toEqual(['0', '200 MiB', '400 MiB', '600 MiB']);
  expect(labels(sizeTicks(7.9 * gib))).toEqual(['0', '2 GiB', '4 GiB', '6 GiB', '8 GiB']);
  expect(labels(sizeTicks(0))).toEqual(['0', '1 B']);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 44 }), (most) => {
      const ticks = sizeTicks(most);
      expect(ticks.at(-1)?.value).toBeGreaterThanOrEqual(most);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
    }),
    cases(1_000),
  );
});

it('ages are round and few', () => {
  expect(labels(ageTicks(5 * 3_600_000))).toEqual(['now', '1 h ago', '2 h ago', '3 h ago', '4 h ago', '5 h ago']);
  expect(labels(ageTicks(15 * 86_400_000))).toEqual(['now', '3 d ago', '6 d ago', '9 d ago', '12 d ago', '15 d ago']);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 42 }), (most) => {
      expect(ageTicks(most).length).toBeLessThanOrEqual(8);
    }),
    cases(1_000),
  );
});
