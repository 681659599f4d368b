import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ cluster: { backup: { keep: { last: 1 } } } });
  await Promise.all([world.start('bot'), world.start('worker')]);
  await world.ended((await world.starts('/salvor snapshot prod-1')).id);
});
afterAll(() => world.stop());

const left = async () => (await readdir(world.directory)).filter((name) => name.startsWith('salvor-scratch'));

describe('a backup', () => {
  it('is restored into a scratch etcd and compared, and the channel reads how long a recovery takes', async () => {
    const run = await world.starts('/salvor verify prod-1');
    expect((await world.ended(run.id)).state).toBe('done');
    await world.card(run, /restores, in .* keys at revision/);
    const said = JSON.stringify(await world.thread(run, /this is your RTO/));
    for (const fact of ['MiB/s', 'etcd 3', 'objects read']) expect(said).toContain(fact);
    expect(await left()).toEqual([]);
  });

  it('is listed as verified then', async () => {
    const run = await world.starts('/salvor backups prod-1', 'vera');
    await world.card(run, /the target is met/);
  });

  it('that no rule keeps is removed by the button under the plan, once that is confirmed, and no other one', async () => {
    for (const _ of ['goes', 'stays']) await world.ended((await world.starts('/salvor snapshot prod-1')).id);
    const before = await world.stored();
    const plan = await world.starts('/salvor prune prod-1');
    const { ts } = await world.card(plan, /1 of 3 backups would go, .*; nothing is removed yet/);
    const presses = async (user: string, confirm: boolean) =>
      world.slack.clicks(user, { channel, ts }, 'Remove them', undefined, { confirm });
    await presses('alice', false);
    await presses('vera', true);
    await world.privately('vera', /operator right on prod-1/);
    expect(await world.stored()).toEqual(before);
    await presses('alice', true);
    const card = await world.slack.waitFor(() =>
      world.slack.messages(channel).find((message) => /removed 1 backup \(/.test(JSON.stringify(message.blocks))),
    );
    expect(JSON.stringify(card)).toMatch(/1 backup \([^)]+\) removed/);
    // Manifests come newest first, to the millisecond; data of one second in any order.
    const goes = /-(r-\w+)\.json$/.exec(before.manifests[1] ?? '')?.[1] ?? '';
    expect((await world.stored()).data).toEqual(before.data.filter((key) => !key.includes(goes)));
    expect((await world.stored()).manifests).toHaveLength(2);
    await world.slack.clicks('alice', { channel, ts: card.ts }, 'Logs');
    await world.privately('alice', /removed: r-/);
  });

  it('that was changed in the store is bad news, which the channel hears of aloud', async () => {
    await world.damages();
    const run = await world.starts('/salvor verify prod-1 --bytes-only');
    expect((await world.ended(run.id)).state).toBe('done');
    await world.card(run, /is no backup to rely on/);
    const replies = await world.thread(run, /is no backup to rely on/);
    expect(replies.map(({ subtype }) => subtype)).toContain('thread_broadcast');
  });
});
