import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { all, noon, refusal, useS3 } from './s3-fixture.ts';
import type { Ask } from './s3-request.ts';

const minutes = 60_000;
const s3 = useS3();

describe('an object', () => {
  it('is read in ranges', async () => {
    await s3.put('key', '0123456789');
    const range = async (value: string) => {
      const { status, text, headers } = await s3.get('key', { range: value });
      return [status, text, headers['content-range']];
    };
    expect(await range('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await range('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10']);
    expect(await range('bytes=8-100')).toEqual([206, '89', 'bytes 8-9/10']);
    expect(await range('bytes=4-2')).toEqual([200, '0123456789', undefined]);
    expect(refusal(await s3.get('key', { range: 'bytes=10-' }))).toEqual([416, 'InvalidRange']);
  });

  it('is read on conditions', async () => {
    const tag = (await s3.put('key', 'x')).headers.etag ?? '';
    expect((await s3.get('key', { 'if-match': tag })).status).toBe(200);
    expect(refusal(await s3.get('key', { 'if-match': '"other"' }))).toEqual([412, 'PreconditionFailed']);
    expect((await s3.get('key', { 'if-none-match': tag })).status).toBe(304);
    expect((await s3.get('key', { 'if-modified-since': noon.toUTCString() })).status).toBe(304);
    expect(
      (await s3.get('key', { 'if-unmodified-since': new Date(noon.getTime() - minutes).toUTCString() })).status,
    ).toBe(412);
  });

  it('is written only where none is, when told so, also by two at once', async () => {
    const both = await Promise.all([
      s3.put('key', 'one', { 'if-none-match': '*' }),
      s3.put('key', 'two', { 'if-none-match': '*' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(refusal(await s3.put('key', 'three', { 'if-none-match': '*' }))).toEqual([412, 'PreconditionFailed']);
    expect((await s3.files()).length).toBe(1);
  });

  it('keeps its headers and tells them with HEAD, which has no body', async () => {
    const headers = { 'content-type': 'application/zstd', 'cache-control': 'no-cache', 'x-amz-meta-cluster': 'prod-1' };
    await s3.put('key', '12345', headers);
    const head = await s3.ask({ method: 'HEAD', path: '/bucket/key' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers).toMatchObject({ ...headers, 'content-length': '5', 'last-modified': noon.toUTCString() });
    const absent = await s3.ask({ method: 'HEAD', path: '/bucket/absent' });
    expect([absent.status, absent.text]).toEqual([404, '']);
  });

  it('remembers how it is encrypted', async () => {
    await s3.put('own', 'x', { 'x-amz-server-side-encryption': 'AES256' });
    await s3.put('kms', 'x', {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    });
    expect((await s3.get('own')).headers['x-amz-server-side-encryption']).toBe('AES256');
    expect((await s3.get('kms')).headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    });
    expect(refusal(await s3.put('bad', 'x', { 'x-amz-server-side-encryption': 'rot13' }))).toEqual([
      400,
      'InvalidArgument',
    ]);
  });

  it.each(['x-amz-tagging', 'x-amz-copy-source', 'x-amz-server-side-encryption-customer-key'])(
    'with %s is refused rather than half understood',
    async (header) => expect(refusal(await s3.put('key', 'x', { [header]: 'x' }))).toEqual([501, 'NotImplemented']),
  );

  it.each(['acl', 'tagging', 'torrent'])('has no sub-resource %s', async (name) => {
    expect(refusal(await s3.ask({ path: '/bucket/key', query: { [name]: '' } }))).toEqual([501, 'NotImplemented']);
  });

  it('is deleted whether it is there or not', async () => {
    await s3.put('key', 'x');
    expect((await s3.ask({ method: 'DELETE', path: '/bucket/key' })).status).toBe(204);
    expect((await s3.ask({ method: 'DELETE', path: '/bucket/key' })).status).toBe(204);
    expect(await s3.files()).toEqual([]);
  });

  it('is deleted with others only by a list that carries its digest', async () => {
    for (const key of ['a', 'b', 'c']) await s3.put(key, key);
    const body =
      '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object><Object><Key>absent</Key></Object></Delete>';
    const asked: Ask = { method: 'POST', path: '/bucket', query: { delete: '' }, body };
    expect(refusal(await s3.ask(asked))).toEqual([400, 'InvalidRequest']);
    const md5 = createHash('md5').update(body).digest('base64');
    expect(all(await s3.ask({ ...asked, headers: { 'content-md5': md5 } }), 'Key')).toEqual(['a', 'b', 'absent']);
    expect(all(await s3.list({}), 'Key')).toEqual(['c']);
  });

  it('is kept while it is told to, alone and in a batch, and the rest of the batch goes', async () => {
    for (const key of ['a', 'b']) await s3.put(key, key);
    s3.server.knobs.keep('a');
    expect(refusal(await s3.ask({ method: 'DELETE', path: '/bucket/a' }))).toEqual([403, 'AccessDenied']);
    const body = '<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>';
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    const batch = await s3.ask({ method: 'POST', path: '/bucket', query: { delete: '' }, body, headers });
    expect([batch.status, all(batch, 'Key'), all(batch, 'Code')]).toEqual([200, ['a'], ['AccessDenied']]);
    expect(all(await s3.list({}), 'Key')).toEqual(['a']);
  });

  it('has a key of at most a KiB and metadata of at most two', async () => {
    expect(refusal(await s3.put('k'.repeat(1_025), 'x'))).toEqual([400, 'KeyTooLongError']);
    expect(refusal(await s3.put('key', 'x', { 'x-amz-meta-long': 'v'.repeat(2_050) }))).toEqual([
      400,
      'MetadataTooLarge',
    ]);
  });
});
