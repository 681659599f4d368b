import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createEtcd, type EtcdConnection } from '../../src/adapters/etcd.ts';
import { snapshotMessage, snapshotStream } from '../adapters/etcd/snapshot-messages.ts';
import {
  type Answering,
  answerAndBreakOff,
  answerAndStop,
  answerForEver,
  answerWith,
  type BrokenEtcd,
  refuseWith,
  startBrokenEtcd,
} from './broken-etcd.ts';
import { readAll } from './etcd.ts';

const database = randomBytes(300 * 1024);
const file = Buffer.concat([database, createHash('sha256').update(database).digest()]);
const blobBytes = 32 * 1024;
const whole = snapshotStream(file, blobBytes, '3.6.4');
const ok = { 'grpc-status': '0' };

let server: BrokenEtcd | undefined;
let close: (() => void) | undefined;
afterEach(async () => {
  close?.();
  await server?.close();
});

async function snapshot(answer: Answering, timings: EtcdConnection['timings'] = {}, timeLimitMs?: number) {
  server = await startBrokenEtcd(answer);
  const { endpoint } = server;
  const etcd = createEtcd({ one: { endpoints: [endpoint], timings } });
  close = () => etcd.close();
  return etcd.snapshot('one', endpoint, timeLimitMs === undefined ? {} : { timeLimitMs });
}

const read = async (...told: Parameters<typeof snapshot>) => readAll(await snapshot(...told));

describe('a snapshot stream', () => {
  it('is read whole, and tells the version where the member does', async () => {
    const source = await snapshot(answerWith(whole, ok));
    expect((await readAll(source)).equals(file)).toBe(true);
    expect(source).toMatchObject({ expectedBytes: file.length, version: '3.6.4' });
  });

  it('is not kept by the member waiting for a window far smaller than the database', async () => {
    server = await startBrokenEtcd(answerWith(whole, ok));
    const { endpoint } = server;
    const etcd = createEtcd({ one: { endpoints: [endpoint], windowBytes: 64 * 1024 } });
    close = () => etcd.close();
    expect((await readAll(await etcd.snapshot('one', endpoint), 10_000)).equals(file)).toBe(true);
  });

  it('waits for a reader that is slower than the member, however little there is room for', async () => {
    const source = await snapshot(answerWith(whole, ok), {
      keepaliveMs: 300,
      keepaliveTimeoutMs: 300,
      progressMs: 300,
    });
    const into = Buffer.alloc(1_000);
    expect(await source.read(into)).toBe(1_000);
    // Five times as long as any of them: it is not the member that is slow.
    const since = performance.now();
    await expect.poll(() => performance.now() - since).toBeGreaterThan(1_500);
    expect((await readAll(source)).length).toBe(file.length - 1_000);
  });

  it.each<[string, Answering, string, RegExp]>([
    [
      'that ends without a status',
      answerWith(whole, undefined),
      'ETCD_STREAM_ENDED',
      /without saying that it was whole/,
    ],
    [
      'that ends well in the middle of a message',
      answerWith(whole.subarray(0, 99_999), ok),
      'ETCD_STREAM_ENDED',
      /middle of a message/,
    ],
    ['that ends well before it began', answerWith(Buffer.alloc(0), ok), 'ETCD_STREAM_ENDED', /before it began/],
    ['that is broken off', answerAndBreakOff(whole.subarray(0, 50_000)), 'ETCD_STREAM_ENDED', /connection broke/],
    [
      'that ends with an error',
      answerWith(whole.subarray(0, 70_000), { 'grpc-status': '2', 'grpc-message': 'read%20error%3A EOF' }),
      'ETCD_ANSWER',
      /said: read error: EOF/,
    ],
    ['that is text', answerWith(Buffer.from('<html>Bad Gateway</html>'), ok), 'ETCD_ANSWER', /no snapshot stream/],
    [
      'that a proxy answers',
      (stream) => stream.respond({ ':status': 502 }, { endStream: true }),
      'ETCD_ANSWER',
      /HTTP 502/,
    ],
    [
      'for which the user lacks the right',
      refuseWith({ 'grpc-status': '7', 'grpc-message': 'etcdserver: permission denied' }),
      'ETCD_PERMISSION',
      /permission denied/,
    ],
    [
      'of a learner',
      refuseWith({ 'grpc-status': '14', 'grpc-message': 'etcdserver: rpc not supported for learner' }),
      'ETCD_LEARNER',
      /is a learner/,
    ],
    [
      'without a user where one is needed',
      refuseWith({ 'grpc-status': '3', 'grpc-message': 'etcdserver: user name is empty' }),
      'ETCD_AUTH',
      /user name is empty/,
    ],
  ])('%s fails by its name', async (_, answer, code, message) => {
    await expect(read(answer)).rejects.toMatchObject({
      name: 'Fault',
      port: 'etcd',
      code,
      message: expect.stringMatching(message),
      next: expect.stringMatching(/\.$/),
    });
  });

  it('of endless empty messages is given up at once', async () => {
    const begun = snapshotStream(file.subarray(0, blobBytes + 32), blobBytes);
    await expect(read(answerForEver(begun, snapshotMessage({ remaining: 12_345 })))).rejects.toMatchObject({
      code: 'ETCD_NO_PROGRESS',
      message: expect.stringMatching(/empty messages instead of its database/),
    });
  });

  it('that stands still while the member lives is given up after the time for that', async () => {
    const begun = performance.now();
    const timings = { keepaliveMs: 50, keepaliveTimeoutMs: 50, progressMs: 300 };
    await expect(read(answerAndStop(whole.subarray(0, 50_000)), timings)).rejects.toMatchObject({
      code: 'ETCD_NO_PROGRESS',
      message: expect.stringMatching(/nothing of its database for 300 ms/),
    });
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it('that does not even begin is given up too', async () => {
    await expect(snapshot(() => undefined, { progressMs: 200 })).rejects.toMatchObject({ code: 'ETCD_NO_PROGRESS' });
  });

  it('is given up when it takes longer than it may', async () => {
    await expect(read(answerAndStop(whole.subarray(0, 50_000)), {}, 200)).rejects.toMatchObject({
      code: 'ETCD_TIME_LIMIT',
      retryable: false,
    });
  });
});
