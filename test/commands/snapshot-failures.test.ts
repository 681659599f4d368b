import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { startedRun } from '../bot.ts';
import type { Flaw } from '../fakes/etcd/flaws.ts';
import { people } from '../people.ts';
import { type House, openHouse } from './snapshot-house.ts';

let house: House;
afterEach(() => {
  house.bot.done();
  expect(house.etcd.openStreams).toBe(0);
});

const lines = (says: string) => says.split('\n');
const facts = { port: 'objects', operation: 'store' };
const forNow = new Fault('The store is busy (SlowDown, HTTP 503).', {
  ...facts,
  retryable: true,
  code: 'S3_SLOW_DOWN',
});

describe('a snapshot that arrives with', () => {
  it.each<[Flaw, string, string]>([
    ['a flipped byte', 'ETCD_DIGEST', 'do not match its digest'],
    ['no digest', 'ETCD_DIGEST', 'has no digest at its end'],
    ['a digest cut short', 'ETCD_DIGEST', 'digest is cut off after 20 of 32 bytes'],
    ['an end too early that says all is well', 'ETCD_DIGEST', 'has no digest at its end'],
    ['a dropped frame', 'ETCD_DIGEST', '4096 bytes less than it promised'],
    ['a doubled frame', 'ETCD_DIGEST', '4096 bytes more than it promised'],
    ['data after the digest', 'ETCD_DIGEST', '512 bytes more than it promised'],
    ['an error in mid-stream', 'ETCD_ANSWER', 'read past the end of the file'],
    ['a broken connection', 'ETCD_STREAM_ENDED', 'ended because the connection broke'],
    ['empty messages for ever', 'ETCD_NO_PROGRESS', 'sends empty messages instead of its database'],
  ])('%s fails with %s, and nothing is kept', async (flaw, code, what) => {
    house = await openHouse();
    house.prod.sends('etcd-2', flaw);
    const { run, says } = await house.lastAttempt();
    expect(run).toMatchObject({ state: 'failed', attempt: 3 });
    expect(lines(says)[0]).toMatch(/^\[failed\] snapshot prod-1: /);
    expect(lines(says)[0]).toContain(what);
    expect(says).toMatch(/^ {2}Step +2 of 4: Copy to the store$/m);
    expect(says).toMatch(new RegExp(`^ {2}Code +${code}$`, 'm'));
    expect(says).toMatch(/^ {2}Changed +nothing$/m);
    expect(says).toMatch(/^ {2}Next +.*another member/m);
    expect(house.keys()).toEqual([]);
  });
});

describe('a member that sends', () => {
  it.each<[Flaw, string]>([
    ['a flipped byte', 'sent bad bytes'],
    ['a broken connection', 'broke off its stream'],
    ['empty messages for ever', 'stopped sending'],
    ['an error in mid-stream', 'failed with ETCD_ANSWER'],
  ])('%s is passed over by the next attempt, which says why', async (flaw, how) => {
    house = await openHouse();
    house.prod.sends('etcd-2', flaw);
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    expect(says).toMatch(/^ {2}From +etcd-3: a follower, up to date; etcd-2 passed over: it .* in attempt 1; etcd /m);
    expect(says).toContain(`it ${how} in attempt 1`);
    expect(house.keys()).toHaveLength(2);
  });

  it('bad bytes, as all others do, is followed by each of them until the last attempt', async () => {
    house = await openHouse();
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) house.prod.sends(member, 'a flipped byte');
    const { run } = await house.snapshot();
    expect(run).toMatchObject({ state: 'failed', attempt: 3 });
    const chosen = (await house.bot.runs.logs(run.id)).map(({ line }) => line.split(':')[0]);
    expect(chosen.filter((word) => word?.startsWith('etcd-'))).toEqual(['etcd-2', 'etcd-3', 'etcd-1']);
    expect(house.keys()).toEqual([]);
  });
});

describe('the bucket', () => {
  it('being absent fails at once, with its name', async () => {
    house = await openHouse({ bucket: 'absent' });
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(lines(says)[0]).toBe('[failed] snapshot prod-1: There is no bucket main (NoSuchBucket, HTTP 404).');
    expect(says).toMatch(/^ {2}Changed +nothing$/m);
    expect(says).toMatch(/^ {2}Next +\S/m);
  });

  it.each([
    ['the copy', 'store'],
    ['the reading back', 'head'],
    ['the manifest', 'put'],
  ] as const)('failing for a moment in %s is overcome by the next attempt', async (_, method) => {
    house = await openHouse();
    house.objects.fail(method, forNow);
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    expect(lines(says)[0]).toContain('prod-1 is saved');
    expect(says).not.toContain('passed over');
    expect(house.keys()).toHaveLength(2);
    expect(house.manifests()).toMatchObject([{ runId: run.id }]);
    const log = (await house.bot.runs.logs(run.id)).map(({ line }) => line);
    expect(log).toContain(`Attempt 2 of 3 in 5.0 s, because: ${forNow.message}`);
  });

  it.each([
    ['the copy', 'store', '2 of 4: Copy to the store'],
    ['the reading back', 'head', '3 of 4: Read back'],
    ['the manifest', 'put', '4 of 4: Commit'],
  ] as const)('refusing for good in %s ends the run and leaves nothing', async (_, method, step) => {
    house = await openHouse();
    const message = 'The keys may not do this (AccessDenied, HTTP 403).';
    const forGood = new Fault(message, { ...facts, retryable: false, next: 'Allow it in the bucket’s policy.' });
    house.objects.fail(method, forGood);
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(lines(says)[0]).toBe(`[failed] snapshot prod-1: ${message}`);
    expect(says).toMatch(new RegExp(`^ {2}Step +${step}$`, 'm'));
    expect(says).toMatch(/^ {2}Next +Allow it in the bucket’s policy\.$/m);
    expect(house.keys()).toEqual([]);
  });

  it('holding less than was stored is no backup', async () => {
    house = await openHouse({
      between: (objects) => ({
        ...objects,
        head: async (at) => {
          const found = await objects.head(at);
          return found && { ...found, sizeBytes: found.sizeBytes - 1 };
        },
      }),
    });
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'failed', attempt: 3 });
    expect(lines(says)[0]).toMatch(/The store holds (\d+) bytes where \d+ bytes were stored$/);
    expect(house.keys()).toEqual([]);
  });

  it('holding other bytes than were stored is no backup', async () => {
    house = await openHouse({
      between: (objects) => ({
        ...objects,
        store: async (...asked) => ({ ...(await objects.store(...asked)), checksum: 'AAAAAA==' }),
        head: async (at) => {
          const found = await objects.head(at);
          return found && { ...found, checksum: 'BBBBBB==' };
        },
      }),
    });
    const { run, says } = await house.lastAttempt();
    expect(run.state).toBe('failed');
    expect(lines(says)[0]).toContain(
      'The store holds bytes with checksum BBBBBB== where bytes with AAAAAA== were stored',
    );
    expect(house.keys()).toEqual([]);
  });

  it('that does not let uploads be listed still takes the backup', async () => {
    house = await openHouse();
    house.objects.fail('openUploads', new Fault('may not list uploads', { ...facts, retryable: false }));
    const { run } = await house.snapshot();
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    const log = (await house.bot.runs.logs(run.id)).map(({ line }) => line);
    expect(log).toContain('what dead workers left could not be cleared away: may not list uploads');
  });

  it('is freed of what a killed attempt left half uploaded, and of nothing else', async () => {
    house = await openHouse();
    const { id } = startedRun(await house.bot.types(people.alice, '/salvor snapshot prod-1'));
    house.bot.reply();
    const own = house.objects.abandonUpload({ bucket: 'main', key: `etcd/prod-1/data/20260301T085900Z-${id}-ab.db` });
    const young = house.objects.abandonUpload({ bucket: 'main', key: 'etcd/prod-1/data/20260301T085900Z-r-x-ab.db' });
    await house.bot.works();
    expect(await Array.fromAsync(house.objects.openUploads('main', ''))).toEqual([young]);
    const log = (await house.bot.runs.logs(id)).map(({ line }) => line);
    expect(log).toContain(`ended an upload that was left half done: ${own.key}`);
  });
});

describe('etcd', () => {
  it('failing once is overcome by the next attempt', async () => {
    house = await openHouse();
    house.prod.sends('etcd-2', 'a broken connection', 1);
    const { run } = await house.snapshot();
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    expect(house.manifests()).toHaveLength(1);
  });

  it('not giving snapshots to our user fails at once and says what to do', async () => {
    house = await openHouse();
    const next = 'Snapshots need the root user.';
    const code = 'ETCD_PERMISSION';
    const denied = { port: 'etcd', operation: 'snapshot', retryable: false, code, next };
    house.etcd.fail('snapshot', new Fault('The etcd user may not do this', denied));
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toMatch(/^ {2}Next +Snapshots need the root user\.$/m);
  });

  it('taking longer than it may is given up for good', async () => {
    house = await openHouse();
    const pause = house.prod.pause('etcd-2', 40_000);
    const snapshot = house.snapshot();
    await pause.reached;
    house.bot.clock.advance(1_800_001);
    pause.goOn();
    const { run, says } = await snapshot;
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toMatch(/^ {2}Code +ETCD_TIME_LIMIT$/m);
    expect(house.keys()).toEqual([]);
  });

  it('has all the time it may take in each attempt, and no more in the second than in the first', async () => {
    house = await openHouse();
    house.prod.sends('etcd-2', 'a broken connection');
    const first = house.prod.pause('etcd-2', 20_000);
    const second = house.prod.pause('etcd-3', 40_000);
    const snapshot = house.snapshot();
    await first.reached;
    house.bot.clock.advance(1_700_000);
    first.goOn();
    await second.reached;
    house.bot.clock.advance(1_700_000);
    second.goOn();
    expect((await snapshot).run).toMatchObject({ state: 'done', attempt: 2 });

    const third = house.prod.pause('etcd-3', 40_000);
    const again = house.snapshot();
    await third.reached;
    house.bot.clock.advance(1_800_001);
    third.goOn();
    const { run, says } = await again;
    expect(run).toMatchObject({ state: 'failed', attempt: 2 });
    expect(says).toMatch(/^ {2}Code +ETCD_TIME_LIMIT$/m);
  });

  it('being out of reach altogether is said with what to check', async () => {
    house = await openHouse();
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) house.prod.silence(member);
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'failed', attempt: 3 });
    expect(says).toMatch(/^ {2}Step +1 of 4: Choose a member$/m);
    expect(says).toMatch(/^ {2}Next +Check that the member runs/m);
  });
});

describe('a run that is no longer ours', () => {
  it('commits nothing when another worker took it over meanwhile', async () => {
    house = await openHouse({
      between: (objects) => ({
        ...objects,
        async head(at) {
          for (const { id } of await house.bot.runs.list({ limit: 1 })) await house.bot.runs.begin(id, 'worker-2');
          return objects.head(at);
        },
      }),
    });
    const { id } = startedRun(await house.bot.types(people.alice, '/salvor snapshot prod-1'));
    house.bot.reply();
    await house.bot.works();
    expect(await house.bot.runs.find(id)).toMatchObject({ state: 'running', worker: 'worker-2', attempt: 2 });
    expect(house.keys()).toEqual([]);
  });

  it('leaves nothing when it is cancelled in the middle of the copy', async () => {
    house = await openHouse();
    const pause = house.prod.pause('etcd-2', 40_000);
    const { id } = startedRun(await house.bot.types(people.alice, '/salvor snapshot prod-1'));
    house.bot.reply();
    const working = house.bot.works();
    await pause.reached;
    await house.bot.types(people.alice, `/salvor cancel ${id}`);
    house.bot.reply();
    pause.goOn();
    await working;
    expect(await house.bot.runs.find(id)).toMatchObject({ state: 'cancelled' });
    expect(await house.bot.result(id)).toContain('snapshot prod-1: stopped by Alice.');
    expect(house.keys()).toEqual([]);
  });
});
