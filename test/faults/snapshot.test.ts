import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import { type Stored, startWorld, type World } from '../e2e/world.ts';

/**
 * Bad days of a snapshot, from the outside: real etcd, Redis, S3 and processes. After each there must be no visible backup that is
 * not whole, no lost run, nothing left half uploaded, and a message that says what happened.
 */
let world: World;
let bot: SalvorProcess;
let worker: SalvorProcess;

// Retries wait seconds in production; here a test would.
const quick = { SALVOR_RETRY_BASE_MS: '200' };

beforeAll(async () => {
  world = await startWorld({
    megabytes: 120,
    members: 3,
    // Compressed, all of it would fit into what waits for a slow store, and the stream would be over at once.
    cluster: { backup: { compression: 'none' } },
  });
  bot = await world.start('bot');
  worker = await world.start('worker', quick);
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
    expect((await world.ended(run.id)).state).toBe('done');
    expect(await newBackups()).toBe(1);
  });

  it('cutting the connection in a part is overcome', async () => {
    world.s3.knobs.cut({ operation: 'UploadPart', part: 1, afterBytes: 1_000_000 });
    const run = await world.starts('/salvor snapshot prod-1');
    expect((await world.ended(run.id)).state).toBe('done');
    expect(await newBackups()).toBe(1);
  });
});

describe('a worker', () => {
  it('killed in the middle is noticed, and its run is done by another one, once', async () => {
    world.s3.knobs.slow(2_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    await world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
    await worker.kill('SIGKILL');
    world.s3.knobs.slow(undefined);
    worker = await world.start('worker', quick);
    const ended = await world.ended(run.id, 90_000);
    expect(ended.state).toBe('done');
    expect(ended.attempt).toBe(2);
    expect(await newBackups()).toBe(1);
  });

  it('told to stop hands its run over at once', async () => {
    world.s3.knobs.slow(2_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    await world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
    const other = await world.start('worker', quick);
    await worker.kill('SIGTERM');
    world.s3.knobs.slow(undefined);
    worker = other;
    const ended = await world.ended(run.id, 60_000);
    expect(ended.state).toBe('done');
    expect(await newBackups()).toBe(1);
  });
});

describe('a person', () => {
  it('cancelling in the middle ends the run and leaves nothing', async () => {
    world.s3.knobs.slow(1_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    await world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
    const card = await world.card(run, /run\.cancel/);
    await world.slack.clicks('alice', { channel: 'prod-1', ts: card.ts }, 'run.cancel', undefined, { confirm: true });
    const ended = await world.ended(run.id);
    expect(ended.state).toBe('cancelled');
    await world.card(run, /ancelled by alice/i);
    expect(await newBackups()).toBe(0);
  });

  it('asking twice at once is told about the first', async () => {
    world.s3.knobs.slow(2_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    await world.slack.types('alice', 'prod-1', '/salvor snapshot prod-1');
    const reply = await world.privately('alice', new RegExp(run.id));
    expect(JSON.stringify(reply)).toMatch(/under way/);
    world.s3.knobs.slow(undefined);
    await world.ended(run.id);
    expect(await newBackups()).toBe(1);
  });
});

describe('etcd', () => {
  it('dying in the middle of the stream makes the next try use another member', async () => {
    world.s3.knobs.slow(2_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    const streaming = await world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
    const detail = streaming.steps.map((step) => step.detail ?? '').join(' ');
    const member = world.etcd.members.find(({ name }) => detail.includes(name));
    expect(member).toBeDefined();
    await member?.kill('SIGKILL');
    world.s3.knobs.slow(undefined);
    const ended = await world.ended(run.id, 60_000);
    expect(ended.state).toBe('done');
    expect(ended.attempt).toBeGreaterThan(1);
    await member?.restart();
    expect(await newBackups()).toBe(1);
  });
});

describe('Redis', () => {
  it('restarting in the middle loses no run', async () => {
    world.s3.knobs.slow(2_000_000);
    const run = await world.starts('/salvor snapshot prod-1');
    await world.until(run.id, (one) => (one.progress?.done ?? 0) > 0);
    await world.redis.restart('SIGKILL');
    world.s3.knobs.slow(undefined);
    const ended = await world.ended(run.id, 60_000);
    expect(ended.state).toBe('done');
    expect(await newBackups()).toBe(1);
    await world.card(run, /is saved/);
  });

  it('being down is said to the person within Slack’s three seconds', async () => {
    await world.redis.kill();
    const outcome = await world.slack.types('alice', 'prod-1', '/salvor snapshot prod-1');
    expect(outcome.ok).toBe(true);
    await world.privately('alice', /Redis|nothing was/i);
    const ready = await fetch(`http://127.0.0.1:${bot.httpPort}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('redis');
    await world.redis.restart();
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
    expect(await newBackups()).toBe(1);
  });
});
