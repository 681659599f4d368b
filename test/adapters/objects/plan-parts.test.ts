import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostParts, planParts } from '../../../src/adapters/objects/plan-parts.ts';
import { cases } from '../../cases.ts';

const mebibyte = 1024 * 1024;
const tebibyte = mebibyte * mebibyte;

describe('a plan for parts', () => {
  it.each([
    ['nothing', 0, 8, 5],
    ['2 GiB, the default quota of etcd', 2 * 1024 * mebibyte, 8, 5],
    ['8 GiB, the most etcd recommends', 8 * 1024 * mebibyte, 8, 5],
    ['80 GiB, which 10,000 parts of 8 MiB do not hold', 80 * 1024 * mebibyte, 9, 5],
    ['5 TiB, the most S3 holds', 5 * tebibyte, 525, 2],
  ])('for %s', (_, atMostBytes, partMebibytes, buffers) => {
    expect(planParts(atMostBytes)).toEqual({ partSizeBytes: partMebibytes * mebibyte, buffers });
  });

  it('always holds the body in 10,000 parts, and lets one part travel while the next is filled', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((bytes) => bytes % (5 * tebibyte)),
        (atMostBytes) => {
          const { partSizeBytes, buffers } = planParts(atMostBytes);
          expect(partSizeBytes * mostParts).toBeGreaterThanOrEqual(atMostBytes);
          expect(buffers).toBeGreaterThanOrEqual(2);
        },
      ),
      cases(1_000),
    );
  });

  it('keeps no more than 48 MiB in memory for anything up to 234 GiB', () => {
    fc.assert(
      fc.property(fc.nat({ max: 234 }), (gibibytes) => {
        const { partSizeBytes, buffers } = planParts(gibibytes * 1024 * mebibyte);
        expect(partSizeBytes * buffers).toBeLessThanOrEqual(48 * mebibyte);
      }),
      cases(1_000),
    );
  });
});
