import { beforeEach, expect, it } from 'vitest';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import type { Shelf } from '../../src/ports/shelf.ts';
import type { Takeovers } from '../../src/ports/takeovers.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';

const minuteMs = 60_000;
let clock: FakeClock;
let shelf: Shelf;
let one: Takeovers;
let other: Takeovers;

beforeEach(() => {
  clock = createFakeClock();
  shelf = memoryShelf(() => clock.now().getTime());
  [one, other] = [createTakeovers({ shelf, clock }), createTakeovers({ shelf, clock })];
});

const takeover = (at = clock.now(), times = 1) => ({ cluster: 'prod-1', component: 'kube-scheduler', times, at });
const timesBy = async (by: Takeovers) => (await by.lately('prod-1'))?.byComponent.get('kube-scheduler');

it('knows nothing of a cluster that nobody watches, nor of one that nobody has watched for five minutes', async () => {
  expect(await one.lately('prod-1')).toBeUndefined();
  await one.watched('prod-1');
  clock.advance(5 * minuteMs);
  expect(await one.lately('prod-1')).toMatchObject({ since: new Date(clock.now().getTime() - 5 * minuteMs) });
  clock.advance(1);
  expect(await one.lately('prod-1')).toBeUndefined();
});

it('counts what any worker saw, once', async () => {
  await one.watched('prod-1');
  for (const by of [one, other, one]) await by.note(takeover());
  clock.advance(minuteMs);
  await other.note(takeover(clock.now(), 2));
  expect(await timesBy(one)).toBe(3);
  expect(await timesBy(createTakeovers({ shelf, clock }))).toBe(3);
  expect((await one.lately('prod-2'))?.byComponent).toBeUndefined();
});

it('forgets after an hour, however long it is watched', async () => {
  await one.note(takeover());
  for (let minutes = 0; minutes < 62; minutes += 2) {
    clock.advance(2 * minuteMs);
    await one.watched('prod-1');
    if (minutes === 30) await one.note(takeover());
  }
  expect(await timesBy(one)).toBe(1);
  expect((await one.lately('prod-1'))?.since).toEqual(new Date(clock.now().getTime() - 60 * minuteMs));
});

it('begins anew where what lies on the shelf cannot be read', async () => {
  await shelf.set('takeovers:prod-1', '{"since":', minuteMs);
  await one.note(takeover());
  expect(await timesBy(other)).toBe(1);
});
