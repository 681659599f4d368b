import { beforeEach, describe, expect, it } from 'vitest';
import { all, refusal, useS3 } from './s3-fixture.ts';
import type { Reply } from './s3-request.ts';

const s3 = useS3();

describe('a listing', () => {
  beforeEach(async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/1', 'c/2', 'd']) await s3.put(key, key);
  });

  it('goes by pages with a token', async () => {
    const first = await s3.list({ 'max-keys': '4' });
    expect([all(first, 'Key'), all(first, 'IsTruncated'), all(first, 'KeyCount')]).toEqual([
      ['a/1', 'a/2', 'b', 'c/1'],
      ['true'],
      ['4'],
    ]);
    const token = all(first, 'NextContinuationToken')[0] ?? '';
    const second = await s3.list({ 'continuation-token': token });
    expect([all(second, 'Key'), all(second, 'IsTruncated')]).toEqual([['c/2', 'd'], ['false']]);
  });

  it('counts a folder as one entry, on whichever page it ends', async () => {
    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const page: Reply = await s3.list({
        delimiter: '/',
        'max-keys': '1',
        ...(token ? { 'continuation-token': token } : {}),
      });
      seen.push(...all(page, 'Key'), ...all(page, 'Prefix').filter(Boolean));
      token = all(page, 'NextContinuationToken')[0];
      pages += 1;
    } while (token);
    expect([seen, pages]).toEqual([['a/', 'b', 'c/', 'd'], 4]);
  });

  it('begins after a key, and only looks under a prefix', async () => {
    expect(all(await s3.list({ 'start-after': 'a/2' }), 'Key')).toEqual(['b', 'c/1', 'c/2', 'd']);
    expect(all(await s3.list({ prefix: 'c/', 'start-after': 'c/1' }), 'Key')).toEqual(['c/2']);
  });

  it('knows at once what was added and removed since the last one', async () => {
    await s3.list({});
    await s3.put('b/2', 'x');
    await s3.put('b', 'replaced');
    await s3.put('0', 'first');
    await s3.ask({ method: 'DELETE', path: '/bucket/c/1' });
    await s3.ask({ method: 'DELETE', path: '/bucket/never' });
    expect(all(await s3.list({}), 'Key')).toEqual(['0', 'a/1', 'a/2', 'b', 'b/2', 'c/2', 'd']);
    expect(all(await s3.list({ prefix: 'b' }), 'Key')).toEqual(['b', 'b/2']);
    expect(all(await s3.list({ prefix: 'b', 'start-after': 'z' }), 'Key')).toEqual([]);
  });

  it('comes in pages as small as the server is told', async () => {
    s3.server.knobs.pages(2);
    const page = await s3.list({ 'max-keys': '4' });
    expect([all(page, 'Key'), all(page, 'IsTruncated'), all(page, 'MaxKeys')]).toEqual([
      ['a/1', 'a/2'],
      ['true'],
      ['2'],
    ]);
  });

  it('refuses a made-up token, a number that is none, and the first version', async () => {
    expect(refusal(await s3.list({ 'continuation-token': 'made-up' }))).toEqual([400, 'InvalidArgument']);
    expect(refusal(await s3.list({ 'max-keys': 'many' }))).toEqual([400, 'InvalidArgument']);
    expect(refusal(await s3.ask({ path: '/bucket' }))).toEqual([501, 'NotImplemented']);
  });

  it('writes keys for XML, percent-encoded when asked', async () => {
    await s3.put('z%3C%26%20%2B', 'x');
    expect(all(await s3.list({ prefix: 'z' }), 'Key')).toEqual(['z&lt;&amp; +']);
    expect(all(await s3.list({ prefix: 'z', 'encoding-type': 'url' }), 'Key')).toEqual(['z%3C%26+%2B']);
  });
});

describe('a bucket', () => {
  it('is made once, found, and deleted when empty', async () => {
    const bucket = (method: string) => s3.ask({ method, path: '/another' });
    expect((await bucket('HEAD')).status).toBe(404);
    expect((await bucket('PUT')).status).toBe(200);
    expect(refusal(await bucket('PUT'))).toEqual([409, 'BucketAlreadyOwnedByYou']);
    expect((await bucket('HEAD')).status).toBe(200);
    expect(all(await s3.ask({ path: '/' }), 'Name')).toEqual(['another', 'bucket']);
    expect((await bucket('DELETE')).status).toBe(204);
    expect((await bucket('HEAD')).status).toBe(404);
    await s3.put('key', 'x');
    expect(refusal(await s3.ask({ method: 'DELETE', path: '/bucket' }))).toEqual([409, 'BucketNotEmpty']);
  });

  it.each(['Upper', 'ab', 'under_score', '-dash', '127.0.0.1'])('is not called %s', async (name) => {
    expect(refusal(await s3.ask({ method: 'PUT', path: `/${name}` }))).toEqual([400, 'InvalidBucketName']);
  });

  it('that is absent is an error everywhere', async () => {
    expect(refusal(await s3.ask({ path: '/absent/key' }))).toEqual([404, 'NoSuchBucket']);
    expect(refusal(await s3.ask({ method: 'PUT', path: '/absent/key', body: 'x' }))).toEqual([404, 'NoSuchBucket']);
    expect(refusal(await s3.ask({ path: '/absent', query: { 'list-type': '2' } }))).toEqual([404, 'NoSuchBucket']);
  });
});

describe('an error', () => {
  it('is XML with the ids of the request in it and in its headers', async () => {
    const reply = await s3.get('absent');
    expect(reply.headers['content-type']).toBe('application/xml');
    expect(all(reply, 'RequestId')).toEqual([reply.headers['x-amz-request-id']]);
    expect(all(reply, 'HostId')).toEqual([reply.headers['x-amz-id-2']]);
    expect(all(reply, 'Key')).toEqual(['absent']);
  });
});
