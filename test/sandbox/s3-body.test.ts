import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal, useS3 } from './s3-fixture.ts';
import { type Ask, chunked, send, signed } from './s3-request.ts';

const s3 = useS3();

describe('a body', () => {
  it('that is not what was signed is not stored', async () => {
    const payload = createHash('sha256').update('what was meant').digest('hex');
    const reply = await s3.ask({ method: 'PUT', path: '/bucket/key', body: 'what arrived', payload });
    expect(refusal(reply)).toEqual([400, 'XAmzContentSHA256Mismatch']);
    expect((await s3.get('key')).status).toBe(404);
    expect(await s3.files()).toEqual([]);
  });

  it('may go unsigned', async () => {
    expect(
      (await s3.ask({ method: 'PUT', path: '/bucket/key', body: 'free', payload: 'UNSIGNED-PAYLOAD' })).status,
    ).toBe(200);
    expect((await s3.get('key')).text).toBe('free');
  });

  it.each([
    ['another MD5', { 'content-md5': createHash('md5').update('other').digest('base64') }, 'BadDigest'],
    ['an MD5 that is none', { 'content-md5': 'bm90IGFuIG1kNQ==' }, 'InvalidDigest'],
    ['another CRC32', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    ['another CRC32C', { 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'BadDigest'],
    ['another CRC64NVME', { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 'BadDigest'],
    ['another SHA-1', { 'x-amz-checksum-sha1': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 'BadDigest'],
    ['another SHA-256', { 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` }, 'BadDigest'],
    ['a checksum of the wrong length', { 'x-amz-checksum-crc32': 'AAAAAAAAAAA=' }, 'InvalidRequest'],
    ['two checksums', { 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-sha1': 'x' }, 'InvalidRequest'],
    ['an algorithm without its checksum', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
  ])('with %s is refused', async (_, headers, code) => {
    expect(refusal(await s3.put('key', '123456789', headers))).toEqual([400, code]);
    expect((await s3.get('key')).status).toBe(404);
  });

  // The check values of the CRC catalogue for the text 123456789.
  it.each([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['sha1', createHash('sha1').update('123456789').digest('hex')],
    ['sha256', createHash('sha256').update('123456789').digest('hex')],
  ])('with the right %s is stored, and the checksum told when asked for', async (name, hex) => {
    const value = Buffer.from(hex, 'hex').toString('base64');
    const header = `x-amz-checksum-${name}`;
    expect((await s3.put('key', '123456789', { [header]: value })).headers[header]).toBe(value);
    expect((await s3.get('key', { 'x-amz-checksum-mode': 'ENABLED' })).headers[header]).toBe(value);
    expect((await s3.get('key')).headers[header]).toBeUndefined();
  });

  it('needs a length', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    expect(refusal(await s3.ask({ method: 'PUT', path: '/bucket/key', body: 'x', headers }))).toEqual([
      411,
      'MissingContentLength',
    ]);
  });

  it('that is refused early leaves the connection usable', async () => {
    const body = Buffer.alloc(3_000_000, 1);
    for (let turn = 0; turn < 3; turn += 1)
      expect((await s3.put('key', body, { 'content-md5': 'x' })).status).toBe(400);
    expect((await s3.put('key', body)).status).toBe(200);
  });
});

describe('an aws-chunked body', () => {
  const pieces = [Buffer.alloc(100_000, 'a'), Buffer.alloc(8_192, 'b'), Buffer.from('the rest')];
  const whole = Buffer.concat(pieces);
  const crc = createHash('sha256').update(whole).digest('base64');
  const trailer = { 'x-amz-checksum-sha256': crc };
  const chunkedPut = (
    payload: string,
    isSigned: boolean,
    change: (body: Buffer) => Buffer = (body) => body,
    told = trailer,
    length = whole.length,
  ) => {
    const headers = {
      'x-amz-decoded-content-length': String(length),
      'content-encoding': 'aws-chunked',
      ...(payload.endsWith('TRAILER') ? { 'x-amz-trailer': 'x-amz-checksum-sha256' } : {}),
    };
    const asked: Ask = { method: 'PUT', path: '/bucket/key', headers, payload };
    const { headers: all, signature } = signed(s3.signing, asked);
    const body = change(chunked(pieces, payload.endsWith('TRAILER') ? told : {}, isSigned ? signature : undefined));
    return send(s3.server.endpoint, { ...asked, body }, all);
  };
  const swap = (from: string, to: string) => (body: Buffer) =>
    Buffer.from(body.toString('latin1').replace(from, to), 'latin1');

  it.each([
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', false],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', true],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', true],
  ])('%s is unpacked, and its framing forgotten', async (payload, isSigned) => {
    expect((await chunkedPut(payload, isSigned)).status).toBe(200);
    const stored = await s3.get('key');
    expect(stored.text).toBe(whole.toString());
    expect(stored.headers['content-encoding']).toBeUndefined();
  });

  it.each<[string, Parameters<typeof chunkedPut>[2], string]>([
    ['a flipped byte', swap('aaaa', 'aaab'), 'BadDigest'],
    ['no trailer', swap(`x-amz-checksum-sha256:${crc}\r\n`, ''), 'MalformedTrailerError'],
    ['a trailer that is no header', swap('x-amz-checksum-sha256:', 'x-amz-checksum-sha256 '), 'MalformedTrailerError'],
    ['a chunk size that is no number', swap('186a0', 'xyz'), 'IncompleteBody'],
    ['a chunk longer than it says', swap('186a0', '18690'), 'IncompleteBody'],
    ['an early end', (body) => body.subarray(0, 50_000), 'IncompleteBody'],
    ['something behind its end', (body) => Buffer.concat([body, Buffer.from('more')]), 'IncompleteBody'],
  ])('with %s is refused', async (_, change, code) => {
    expect(refusal(await chunkedPut('STREAMING-UNSIGNED-PAYLOAD-TRAILER', false, change))).toEqual([400, code]);
    expect((await s3.get('key')).status).toBe(404);
  });

  it('of another length than announced is refused', async () => {
    const reply = await chunkedPut('STREAMING-UNSIGNED-PAYLOAD-TRAILER', false, undefined, trailer, whole.length + 1);
    expect(refusal(reply)).toEqual([400, 'IncompleteBody']);
  });

  it.each([
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'aaaa', 'aaab'],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'x-amz-checksum-sha256:', 'x-amz-checksum-sha256:x'],
  ])('%s whose bytes no longer fit a chunk signature is refused', async (payload, from, to) => {
    expect(refusal(await chunkedPut(payload, true, swap(from, to)))).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('of small chunks is refused', async () => {
    const headers = { 'x-amz-decoded-content-length': '20', 'x-amz-trailer': 'x-amz-checksum-crc32' };
    const asked: Ask = { method: 'PUT', path: '/bucket/key', headers, payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    const body = chunked([Buffer.alloc(10), Buffer.alloc(10)], { 'x-amz-checksum-crc32': 'AAAAAA==' });
    expect(refusal(await s3.ask({ ...asked, body }))).toEqual([403, 'InvalidChunkSizeError']);
  });
});
