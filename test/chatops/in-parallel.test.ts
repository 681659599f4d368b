import { expect, it } from 'vitest';
import { inParallel } from '../../src/chatops/in-parallel.ts';

it('works on as many at once as it may, and answers in order', async () => {
  let running = 0;
  let most = 0;
  const answers = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect(answers).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

it('begins nothing further after a failure', async () => {
  const begun: number[] = [];
  const work = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('broken');
    await new Promise((resolve) => setImmediate(resolve));
  });
  await expect(work).rejects.toThrow('broken');
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([1, 2]);
});

it('throws the first failure once nothing is under way', async () => {
  let underWay = 0;
  const work = inParallel([3, 1], 2, async (turns) => {
    underWay += 1;
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    throw new Error(`after ${turns}`);
  });
  await expect(work).rejects.toThrow('after 1');
  expect(underWay).toBe(0);
});
