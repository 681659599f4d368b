import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ slackMode: 'http' });
  await world.start('all');
});
afterAll(() => world.stop());

it('answers Slack’s challenge and takes a snapshot where Slack delivers over HTTP', async () => {
  expect(await world.slack.verifyUrl()).toBe(true);
  const run = await world.starts('/salvor snapshot prod-1');
  expect((await world.ended(run.id)).state).toBe('done');
  await world.card(run, /is saved/);
});

it('hears nothing that Slack did not sign', async () => {
  world.slack.signature = 'wrong';
  const outcome = await world.slack.types('alice', 'prod-1', '/salvor snapshot prod-1');
  expect(outcome.ok).toBe(false);
  world.slack.signature = 'stale';
  expect((await world.slack.types('alice', 'prod-1', '/salvor snapshot prod-1')).ok).toBe(false);
  expect(await world.runs.list({ limit: 10 })).toHaveLength(1);
});
