import { expect, it } from 'vitest';
import { z } from 'zod';
import { keep } from '../../src/slack/kept.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock } from '../fakes/clock.ts';

it.each(['{"broken', 'null', '[]', '{"atMs":"now"}'])('asks anew where %s lies on the shelf', async (garbage) => {
  const clock = createFakeClock();
  const shelf = memoryShelf(() => clock.now().getTime());
  await shelf.set('name:U1', garbage, 60_000);
  const names = keep({
    name: 'name',
    schema: z.string(),
    shelf,
    clock,
    isPassing: () => false,
    ask: async (key) => `asked of ${key}`,
    onTrouble: () => undefined,
  });
  expect(await names.of('U1')).toBe('asked of U1');
  expect(await shelf.get('name:U1')).toContain('asked of U1');
});
