import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected, connectFailFast, disconnect } from '../../src/queue/redis.ts';
import { channel, startWorld, type World } from '../e2e/world.ts';

/** Real Redis with a replica and three sentinels, whose master dies while a snapshot is on its way to a slow store. */
let world: World;

beforeAll(async () => {
  world = await startWorld({ replicas: 1, megabytes: 64, cluster: { backup: { compression: 'none' } } });
  await Promise.all([world.start('bot'), world.start('worker')]);
});
afterAll(() => world.stop());

/** Whether another server answers as the master by now. */
async function isTakenOver(): Promise<boolean> {
  const redis = connectFailFast(world.redisAccess);
  try {
    await connected(redis, 1000);
    return (await redis.info('replication')).includes('role:master');
  } catch {
    return false;
  } finally {
    disconnect(redis);
  }
}

describe('a Redis master that is killed in the middle of a run', () => {
  it('is followed by its replica: the run ends once, its card is one, and people are answered again', async () => {
    world.s3.knobs.slow(2_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    await world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
    await world.redis.kill('SIGKILL');
    await expect.poll(isTakenOver).toBe(true);
    world.s3.knobs.slow(undefined);
    expect(await world.ended(run.id, 60_000)).toMatchObject({ state: 'done' });
    await world.card(run, /is saved/);
    const replies = await world.thread(run, /is saved/);
    expect(replies.filter(({ text }) => /is saved/.test(text))).toHaveLength(1);
    const { manifests, data, uploads } = await world.stored();
    expect([manifests.length, data.length, uploads]).toEqual([1, 1, 0]);
    const cards = world.slack.messages(channel).filter((message) => JSON.stringify(message).includes(run.id));
    expect(cards).toHaveLength(1);
    const next = await world.starts('/salvor backups prod-1');
    expect(await world.ended(next.id)).toMatchObject({ state: 'done', attempt: 1 });
  });

  it('comes back as a replica of the new one, which nobody notices', async () => {
    await world.redis.restart();
    const old = connectFailFast({ url: world.redis.url });
    await connected(old);
    await expect.poll(() => old.info('replication')).toContain('role:slave');
    disconnect(old);
    const run = await world.starts('/salvor backups prod-1');
    expect(await world.ended(run.id)).toMatchObject({ state: 'done', attempt: 1 });
    expect((await world.stored()).manifests).toHaveLength(1);
  });
});
