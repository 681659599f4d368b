import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import { isThorough } from '../cases.ts';
import { channel, startWorld, type World } from '../e2e/world.ts';

type Role = 'bot' | 'worker';

/** Three bots and four workers, replaced one after the other while people go on asking: at length alone, as a process takes seconds of a core to start. */
let world: World;
let processes: { readonly role: Role; readonly salvor: SalvorProcess }[];

beforeAll(async () => {
  if (!isThorough) return;
  world = await startWorld();
  const roles: readonly Role[] = ['bot', 'bot', 'bot', 'worker', 'worker', 'worker', 'worker'];
  processes = await Promise.all(roles.map(async (role) => ({ role, salvor: await world.start(role) })));
});
afterAll(async () => {
  if (isThorough) await world.stop();
});

/** One after the other is told to stop, and another one takes its place. */
async function roll(): Promise<void> {
  for (const { role, salvor } of processes) {
    const [, code] = await Promise.all([world.start(role), salvor.kill().then(() => salvor.exited)]);
    expect(code).toBe(0);
  }
}

/** Asks one after the other until told to stop; answers how many. A snapshot now and then, which only one at a time can have. */
async function keepAsking(isOver: () => boolean): Promise<number> {
  let asked = 0;
  while (!isOver() || asked < 20) {
    asked += 1;
    const words = asked % 5 === 0 ? 'snapshot prod-1' : `backups prod-1 --limit ${asked}`;
    await isTaken(`/salvor ${words}`);
    if (asked % 5 === 0) await snapshotsEnded(asked / 5);
  }
  return asked;
}

/** What Slack gives to a bot that is just ending it shows as failed: then it has started nothing, and people type it again. */
async function isTaken(command: string): Promise<void> {
  const taken = async () => (await world.slack.types('alice', channel, command)).ok;
  expect((await taken()) || (await taken()) || (await taken())).toBe(true);
}

const runs = () => world.runs.list({ limit: 1000 });

const snapshotsEnded = (count: number): Promise<unknown> =>
  vi.waitFor(
    async () => {
      const ended = (await runs()).filter(({ job, endedAt }) => job === 'snapshot' && endedAt);
      expect(ended).toHaveLength(count);
    },
    { timeout: 60_000, interval: 50 },
  );

it.runIf(isThorough)('loses nothing and does nothing twice while all of them are replaced under load', async () => {
  let isOver = false;
  const rolling = roll().finally(() => {
    isOver = true;
  });
  const [asked] = await Promise.all([keepAsking(() => isOver), rolling]);
  await expect.poll(async () => (await runs()).filter(({ endedAt }) => !endedAt)).toEqual([]);
  const all = await runs();
  expect(all.map(({ state }) => state).filter((state) => state !== 'done')).toEqual([]);
  // Each command that people typed is one run: those that list, by their number.
  const wanted = Array.from({ length: asked }, (_, nth) => nth + 1).filter((nth) => nth % 5 !== 0);
  const listed = all.flatMap(({ words }) => /--limit (\d+)$/.exec(words)?.[1] ?? []).map(Number);
  expect(listed.toSorted((a, b) => a - b)).toEqual(wanted);
  const snapshots = all.filter(({ job }) => job === 'snapshot');
  expect(snapshots).toHaveLength(Math.floor(asked / 5));
  const { manifests, data, uploads } = await world.stored();
  expect([manifests.length, data.length, uploads]).toEqual([snapshots.length, snapshots.length, 0]);
  // Each run is one message, and says its end once there.
  // A run may end before Slack has taken its message.
  const roots = await vi.waitFor(
    async () => {
      const known = (await runs()).flatMap(({ thread }) => thread?.ts ?? []);
      expect(known).toHaveLength(all.length);
      return known;
    },
    { timeout: 60_000, interval: 50 },
  );
  expect(new Set(roots).size).toBe(all.length);
  await expect
    .poll(() =>
      world.slack
        .messages(channel)
        .map(({ ts }) => ts)
        .toSorted(),
    )
    .toEqual(roots.toSorted());
  for (const { id } of snapshots) {
    const { thread } = (await world.runs.find(id)) ?? {};
    const said = () => world.slack.messages(channel, { thread: thread?.ts ?? '' }).slice(1);
    await expect.poll(() => said().filter(({ text }) => text.includes('is saved')).length).toBe(1);
  }
});
