import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { all, refusal, useS3 } from './s3-fixture.ts';
import type { Reply } from './s3-request.ts';

const largeEnough = Buffer.alloc(5 * 1024 * 1024, 'part');
const s3 = useS3();

describe('a multipart upload', () => {
  const begin = async (key: string, headers: Record<string, string> = {}) => {
    const reply = await s3.ask({ method: 'POST', path: `/bucket/${key}`, query: { uploads: '' }, headers });
    return all(reply, 'UploadId')[0] ?? '';
  };
  const sendPart = async (
    key: string,
    uploadId: string,
    number: number,
    body: Uint8Array | string,
    headers: Record<string, string> = {},
  ) =>
    s3.ask({ method: 'PUT', path: `/bucket/${key}`, query: { uploadId, partNumber: String(number) }, body, headers });
  const etag = ({ headers }: Reply) => headers.etag ?? '';
  const completing = (
    key: string,
    uploadId: string,
    parts: readonly (readonly [number, string, string?])[],
    headers: Record<string, string> = {},
  ) => {
    const listed = parts.map(
      ([number, tag, more = '']) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag>${more}</Part>`,
    );
    const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
    return s3.ask({ method: 'POST', path: `/bucket/${key}`, query: { uploadId }, body, headers });
  };

  it('becomes one object of its parts in order, with an ETag that counts them', async () => {
    const uploadId = await begin('key', { 'x-amz-meta-a': '1', 'content-type': 'text/plain' });
    const second = await sendPart('key', uploadId, 2, 'end');
    const first = await sendPart('key', uploadId, 1, largeEnough);
    expect((await s3.get('key')).status).toBe(404);
    expect(
      (
        await completing('key', uploadId, [
          [1, etag(first)],
          [2, etag(second)],
        ])
      ).status,
    ).toBe(200);
    const stored = await s3.get('key');
    expect(stored.text).toBe(`${largeEnough}end`);
    expect(stored.headers).toMatchObject({
      'x-amz-meta-a': '1',
      'content-type': 'text/plain',
      etag: expect.stringMatching(/^"[\da-f]{32}-2"$/),
    });
  });

  it('takes the last of several versions of a part', async () => {
    const uploadId = await begin('key');
    const old = await sendPart('key', uploadId, 1, 'old');
    const renewed = await sendPart('key', uploadId, 1, 'new');
    expect(refusal(await completing('key', uploadId, [[1, etag(old)]]))).toEqual([400, 'InvalidPart']);
    await completing('key', uploadId, [[1, etag(renewed)]]);
    expect((await s3.get('key')).text).toBe('new');
    expect((await s3.files()).length).toBe(1);
  });

  it('refuses parts under 5 MiB but the last', async () => {
    const uploadId = await begin('key');
    const parts = [
      await sendPart('key', uploadId, 1, largeEnough.subarray(1)),
      await sendPart('key', uploadId, 2, 'x'),
    ];
    const reply = await completing(
      'key',
      uploadId,
      parts.map((part, index) => [index + 1, etag(part)]),
    );
    expect(refusal(reply)).toEqual([400, 'EntityTooSmall']);
    expect(all(reply, 'ProposedSize')).toEqual([String(largeEnough.length - 1)]);
  });

  it('refuses parts that are out of order, unknown or badly written', async () => {
    const uploadId = await begin('key');
    const part = etag(await sendPart('key', uploadId, 1, largeEnough));
    expect(
      refusal(
        await completing('key', uploadId, [
          [1, part],
          [1, part],
        ]),
      ),
    ).toEqual([400, 'InvalidPartOrder']);
    expect(
      refusal(
        await completing('key', uploadId, [
          [1, part],
          [2, part],
        ]),
      ),
    ).toEqual([400, 'InvalidPart']);
    expect(refusal(await completing('key', uploadId, []))).toEqual([400, 'MalformedXML']);
    const open = { method: 'POST', path: '/bucket/key', query: { uploadId } };
    expect(refusal(await s3.ask({ ...open, body: '<CompleteMultipartUpload><Part>' }))).toEqual([400, 'MalformedXML']);
  });

  it.each(['0', '10001', 'one', '1.5'])('has no part number %s', async (number) => {
    const uploadId = await begin('key');
    const query = { uploadId, partNumber: number };
    expect(refusal(await s3.ask({ method: 'PUT', path: '/bucket/key', query, body: 'x' }))).toEqual([
      400,
      'InvalidArgument',
    ]);
  });

  it('is gone once it is complete or aborted, and belongs to one key', async () => {
    const uploadId = await begin('key');
    const part = etag(await sendPart('key', uploadId, 1, 'x'));
    expect(refusal(await sendPart('other', uploadId, 1, 'x'))).toEqual([404, 'NoSuchUpload']);
    await completing('key', uploadId, [[1, part]]);
    expect(refusal(await completing('key', uploadId, [[1, part]]))).toEqual([404, 'NoSuchUpload']);
    const dropped = await begin('key');
    await sendPart('key', dropped, 1, 'x');
    const abort = () => s3.ask({ method: 'DELETE', path: '/bucket/key', query: { uploadId: dropped } });
    expect((await abort()).status).toBe(204);
    expect(refusal(await abort())).toEqual([404, 'NoSuchUpload']);
    expect((await s3.files()).length).toBe(1);
  });

  it('begun with a checksum wants it of every part', async () => {
    const uploadId = await begin('key', { 'x-amz-checksum-algorithm': 'CRC32' });
    const crc = 'y/Q5Jg==';
    expect(
      refusal(
        await sendPart('key', uploadId, 1, 'x', {
          'x-amz-checksum-sha1': createHash('sha1').update('x').digest('base64'),
        }),
      ),
    ).toEqual([400, 'InvalidRequest']);
    const part = await sendPart('key', uploadId, 1, '123456789', { 'x-amz-checksum-crc32': crc });
    expect(refusal(await completing('key', uploadId, [[1, etag(part)]]))).toEqual([400, 'InvalidRequest']);
    expect(
      refusal(await completing('key', uploadId, [[1, etag(part), '<ChecksumCRC32>AAAAAA==</ChecksumCRC32>']])),
    ).toEqual([400, 'InvalidPart']);
    const done = await completing('key', uploadId, [[1, etag(part), `<ChecksumCRC32>${crc}</ChecksumCRC32>`]]);
    expect(all(done, 'ChecksumCRC32')[0]).toMatch(/-1$/);
  });

  it('with a checksum of the whole computes it over all parts', async () => {
    const uploadId = await begin('key', { 'x-amz-checksum-algorithm': 'CRC64NVME' });
    const part = await sendPart('key', uploadId, 1, '123456789');
    const done = await completing('key', uploadId, [[1, etag(part)]]);
    expect(all(done, 'ChecksumCRC64NVME')).toEqual([Buffer.from('ae8b14860a799888', 'hex').toString('base64')]);
    expect(all(done, 'ChecksumType')).toEqual(['FULL_OBJECT']);
  });

  it('keeps off a key that is taken when told so', async () => {
    await s3.put('key', 'first');
    const uploadId = await begin('key');
    const part = etag(await sendPart('key', uploadId, 1, 'second'));
    expect(refusal(await completing('key', uploadId, [[1, part]], { 'if-none-match': '*' }))).toEqual([
      412,
      'PreconditionFailed',
    ]);
    expect((await s3.get('key')).text).toBe('first');
  });

  it('lists its parts in pages', async () => {
    const uploadId = await begin('key');
    for (const number of [3, 1, 10_000]) await sendPart('key', uploadId, number, 'x');
    const page = (query: Record<string, string>) =>
      s3.ask({ path: '/bucket/key', query: { uploadId, 'max-parts': '2', ...query } });
    const first = await page({});
    expect([all(first, 'PartNumber'), all(first, 'IsTruncated'), all(first, 'NextPartNumberMarker')]).toEqual([
      ['1', '3'],
      ['true'],
      ['3'],
    ]);
    const second = await page({ 'part-number-marker': '3' });
    expect([all(second, 'PartNumber'), all(second, 'IsTruncated')]).toEqual([['10000'], ['false']]);
  });

  it('is listed with the others in pages, by key and start', async () => {
    const open: string[] = [];
    for (const key of ['b', 'a/1', 'b', 'a/2', 'c']) {
      s3.now = new Date(s3.now.getTime() + 1_000);
      open.push(await begin(key));
    }
    const [early, , late] = open;
    const page = (query: Record<string, string>) => s3.ask({ path: '/bucket', query: { uploads: '', ...query } });
    const first = await page({ 'max-uploads': '3' });
    expect(all(first, 'Key')).toEqual(['a/1', 'a/2', 'b']);
    expect([all(first, 'NextKeyMarker'), all(first, 'NextUploadIdMarker')]).toEqual([['b'], [early]]);
    const second = await page({ 'key-marker': 'b', 'upload-id-marker': early ?? '' });
    expect([all(second, 'Key'), all(second, 'UploadId')[0], all(second, 'IsTruncated')]).toEqual([
      ['b', 'c'],
      late,
      ['false'],
    ]);
    const folders = await page({ delimiter: '/' });
    expect([all(folders, 'Key'), all(folders, 'Prefix').filter(Boolean)]).toEqual([['b', 'b', 'c'], ['a/']]);
    expect(all(await page({ prefix: 'a/' }), 'Key')).toEqual(['a/1', 'a/2']);
  });
});
