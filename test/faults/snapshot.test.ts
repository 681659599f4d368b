import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { keys } from '../../src/queue/keys.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { type Stored, startWorld, type World } from '../e2e/world.ts';

/**
 * Bad days of a snapshot, from the outside: real etcd, Redis, S3 and processes. After each there must be no visible backup that is
 * not whole, no lost run, nothing left half uploaded, and a message that says what happened.
 */
let world: World;
let bot: SalvorProcess;
let worker: SalvorProcess;

beforeAll(async () => {
  world = await startWorld({
    // More than parts and windows hold in memory (48 MiB), so that a slow store keeps the stream waiting.
    megabytes: 64,
    members: 3,
    // Compressed, all of it would fit into what waits for a slow store, and the stream would be over at once.
    cluster: { backup: { compression: 'none' } },
  });
  bot = await world.start('bot');
  worker = await world.start('worker', ['--grace', '1']);
});
afterAll(() => world.stop());

let before: Stored;
beforeEach(async () => {
  before = await world.stored();
});
afterEach(async () => {
  world.s3.knobs.clear();
  const after = await world.stored();
  expect(after.data.length - before.data.length).toBe(after.manifests.length - before.manifests.length);
  expect(after.uploads).toBe(0);
});

/** A run whose first parts are on their way to a slow store: there is something to leave behind. */
async function copying(): Promise<RunRecord> {
  world.s3.knobs.slow(2_000_000);
  const run = await world.starts('/salvor snapshot prod-1');
  await expect.poll(async () => (await world.stored()).uploads).toBe(1);
  return world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
}

/** A copy for which the store would take a quarter of an hour from now on: it ends only if it is stopped. */
async function copyingForLong(): Promise<RunRecord> {
  const run = await copying();
  world.s3.knobs.slow(20_000);
  return run;
}

/**
 * As if the seconds after which a lock ends by itself were over, and its worker missed at the first of the two looks that BullMQ takes.
 * How long both would take is read here; that they come, with shorter times, is proved in queue.test.ts.
 */
async function letItsLockLapse(run: RunRecord): Promise<void> {
  const redis = connectPatient({ url: world.redis.url });
  const queue = `${keys.queues}:main-write`;
  const lockLeftMs = await redis.pttl(`${queue}:${run.id}:lock`);
  expect(lockLeftMs).toBeGreaterThan(0);
  expect(lockLeftMs).toBeLessThanOrEqual(20_000);
  // The next look is due when this is gone, as it may be already.
  expect(await redis.pttl(`${queue}:stalled-check`)).toBeLessThanOrEqual(5_000);
  await redis.del(`${queue}:${run.id}:lock`, `${queue}:stalled-check`);
  await redis.sadd(`${queue}:stalled`, run.id);
  disconnect(redis);
}

const logOf = async (run: RunRecord) => (await world.runs.logs(run.id)).map(({ line }) => line).join('\n');
const newBackups = async () => (await world.stored()).manifests.length - before.manifests.length;

describe('S3', () => {
  it('refusing for good ends the run with the permission that is missing', async () => {
    world.s3.knobs.fail('CreateMultipartUpload', { status: 403, code: 'AccessDenied', times: 100 });
    const run = await world.starts('/salvor snapshot prod-1');
    const ended = await world.ended(run.id);
    expect(ended.state).toBe('failed');
    await world.card(run, /AccessDenied|S3_ACCESS_DENIED/);
    await world.card(run, /nothing/);
    expect(await newBackups()).toBe(0);
  });

  it('failing now and then is overcome', async () => {
    world.s3.knobs.fail('UploadPart', { status: 500, code: 'InternalError', times: 2 });
    const run = await world.starts('/salvor snapshot prod-1');
    expect(await world.ended(run.id)).toMatchObject({ state: 'done', attempt: 1 });
    expect(world.s3.knobs.waiting()).toBe(0);
    expect(await newBackups()).toBe(1);
  });

  it('cutting the connection in part 3 is overcome', async () => {
    world.s3.knobs.cut({ operation: 'UploadPart', part: 3, afterBytes: 1_000_000 });
    const run = await world.starts('/salvor snapshot prod-1');
    expect(await world.ended(run.id)).toMatchObject({ state: 'done', attempt: 1 });
    expect(world.s3.knobs.waiting()).toBe(0);
    expect(await newBackups()).toBe(1);
  });
});

describe('a worker', () => {
  it('killed in the middle is noticed, and its run is done by another one, once', async () => {
    const run = await copying();
    await worker.kill('SIGKILL');
    expect((await world.stored()).uploads).toBe(1);
    world.s3.knobs.slow(undefined);
    await letItsLockLapse(run);
    worker = await world.start('worker', ['--grace', '1']);
    const ended = await world.ended(run.id, 90_000);
    expect(ended).toMatchObject({ state: 'done', attempt: 2, handovers: 0 });
    expect(await logOf(run)).toContain('ended an upload that was left half done');
    expect(await newBackups()).toBe(1);
  });

  it('told to stop hands over what it cannot end in its grace', async () => {
    const run = await copyingForLong();
    const other = await world.start('worker', ['--grace', '1']);
    await worker.kill('SIGTERM');
    world.s3.knobs.slow(undefined);
    worker = other;
    const ended = await world.ended(run.id, 60_000);
    expect(ended).toMatchObject({ state: 'done', attempt: 2, handovers: 1 });
    expect(await newBackups()).toBe(1);
  });
});

describe('a person', () => {
  it('cancelling in the middle ends the run and leaves nothing', async () => {
    const run = await copyingForLong();
    const card = await world.card(run, /run\.cancel/);
    await world.slack.clicks('alice', { channel: 'prod-1', ts: card.ts }, 'run.cancel', undefined, { confirm: true });
    const ended = await world.ended(run.id);
    expect(ended.state).toBe('cancelled');
    await world.card(run, /stopped by alice/);
    expect(await newBackups()).toBe(0);
  });

  it('asking twice at once is told about the first', async () => {
    world.s3.knobs.slow(2_000_000);
    const [run] = await Promise.all([
      world.starts('/salvor snapshot prod-1'),
      world.slack.types('alice', 'prod-1', '/salvor snapshot prod-1'),
    ]);
    const reply = await world.privately('alice', new RegExp(`under way: run ${run.id}`));
    expect(JSON.stringify(reply)).toContain(`/p${run.thread?.ts?.replace('.', '')}`);
    world.s3.knobs.slow(undefined);
    await world.ended(run.id);
    expect(await newBackups()).toBe(1);
  });
});

describe('etcd', () => {
  it('dying in the middle of the stream makes the next try use another member', async () => {
    const run = await copying();
    const detail = run.steps.map((step) => step.detail ?? '').join(' ');
    const member = world.etcd.members.find(({ name }) => detail.includes(name));
    expect(member).toBeDefined();
    await member?.kill('SIGKILL');
    world.s3.knobs.slow(undefined);
    const ended = await world.ended(run.id, 60_000);
    expect(ended.state).toBe('done');
    expect(await logOf(run)).toMatch(
      /^Attempt 2 of 3 in .*: The snapshot from .* ended because the connection broke$/m,
    );
    const from = ended.report?.facts?.find(({ label }) => label === 'From')?.value;
    expect(from).toMatch(/^etcd-\d: /);
    expect(from).not.toContain(`${member?.name}:`);
    await member?.restart();
    expect(await newBackups()).toBe(1);
  });
});

describe('Redis', () => {
  it('restarting in the middle loses no run', async () => {
    const run = await copying();
    await world.redis.restart('SIGKILL');
    world.s3.knobs.slow(undefined);
    const ended = await world.ended(run.id, 60_000);
    expect(ended.state).toBe('done');
    expect(await newBackups()).toBe(1);
    await world.card(run, /is saved/);
  });

  it('being down is said to the person within Slack’s three seconds, and over soon after', async () => {
    await world.redis.kill();
    const typedAtMs = performance.now();
    const outcome = await world.slack.types('alice', 'prod-1', '/salvor snapshot prod-1');
    expect(outcome.ok).toBe(true);
    await world.privately('alice', /Redis|nothing was/i);
    expect(performance.now() - typedAtMs).toBeLessThan(3_000);
    const ready = () => fetch(`http://127.0.0.1:${bot.httpPort}/readyz`);
    expect((await ready()).status).toBe(503);
    expect(await (await ready()).text()).toContain('redis');
    await world.redis.restart();
    await expect.poll(async () => (await ready()).status).toBe(200);
  });
});

describe('Slack', () => {
  it('being down while the work is done does not stop it; the card says so when Slack is back', async () => {
    world.s3.knobs.slow(4_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    world.slack.down(true);
    world.s3.knobs.slow(undefined);
    const ended = await world.ended(run.id);
    expect(ended.state).toBe('done');
    world.slack.down(false);
    await world.card(run, /is saved/, 60_000);
    const replies = await world.thread(run, /is saved/, 60_000);
    expect(replies.filter((message) => /is saved/.test(message.text)).length).toBe(1);
    await world.slack.waitFor(() => world.slack.connections() === 2);
    await world.slack.types('alice', 'prod-1', '/salvor runs');
    await world.privately('alice', new RegExp(run.id));
    expect(await newBackups()).toBe(1);
  });
});
