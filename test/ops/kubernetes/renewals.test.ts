import { expect, it } from 'vitest';
import { createRenewals } from '../../../src/ops/kubernetes/renewals.ts';

const second = (at: number) => new Date(Date.UTC(2026, 0, 1) + at * 1000);
/** Whether it counts at each look: what it was renewed at, and the API server's clock. */
const seen = (...looks: readonly (readonly [number | undefined, number])[]) => {
  const isRenewed = createRenewals();
  return looks.map(([renewed, now]) =>
    isRenewed('x', renewed === undefined ? undefined : second(renewed), second(now)),
  );
};

it('what lies there from before does not count, until it is renewed', () => {
  expect(seen([-3600, 0], [-3600, 2], [3, 4], [3, 6])).toEqual([false, false, true, true]);
});

it('what was renewed since the API server answered first counts at once', () => {
  expect(seen([1, 0])).toEqual([true]);
});

it('who renews by a clock that is behind is alive all the same', () => {
  expect(seen([-300, 0], [-298, 2])).toEqual([false, true]);
});

it('what nobody has ever renewed does not count', () => {
  expect(seen([undefined, 0], [undefined, 2], [3, 4])).toEqual([false, false, true]);
});

it('what is there only from the second look on must be renewed as well', () => {
  const isRenewed = createRenewals();
  isRenewed('x', undefined, second(0));
  expect(isRenewed('y', second(-50), second(2))).toBe(false);
});
