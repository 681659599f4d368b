import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { all, useS3 } from './s3-fixture.ts';

const s3 = useS3();

describe('a restart', () => {
  it('finds every object and every open upload again, and sweeps what was half written', async () => {
    await s3.put('key', 'kept', { 'x-amz-meta-a': '1' });
    const uploadId =
      all(await s3.ask({ method: 'POST', path: '/bucket/open', query: { uploads: '' } }), 'UploadId')[0] ?? '';
    const query = { uploadId, partNumber: '1' };
    await s3.ask({ method: 'PUT', path: '/bucket/open', query, body: 'part' });
    await writeFile(join(s3.dataDirectory, 'half-written'), 'x');
    await s3.restart();
    expect((await s3.get('key')).headers['x-amz-meta-a']).toBe('1');
    expect((await s3.get('key')).text).toBe('kept');
    expect(all(await s3.ask({ path: '/bucket/open', query: { uploadId } }), 'Size')).toEqual(['4']);
    expect(await s3.files()).not.toContain('half-written');
  });
});

describe('a fault on demand', () => {
  it('comes as often as told, to what it was meant for', async () => {
    s3.server.knobs.fail('PutObject', { status: 503, code: 'SlowDown', times: 2 });
    const statuses = [await s3.put('a', 'x'), await s3.get('a'), await s3.put('a', 'x'), await s3.put('a', 'x')].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([503, 404, 503, 200]);
    expect(s3.server.knobs.seen('PutObject')).toBe(3);
  });

  it('cuts the connection in the middle of a body, and stores nothing', async () => {
    s3.server.knobs.cut({ operation: 'PutObject', afterBytes: 100_000 });
    await expect(s3.put('key', Buffer.alloc(1_000_000))).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|EPIPE/),
    });
    expect((await s3.get('key')).status).toBe(404);
    expect(await s3.files()).toEqual([]);
  });

  it('does the work and loses the answer', async () => {
    s3.server.knobs.loseAnswer({ operation: 'PutObject' });
    await expect(s3.put('key', 'done')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await s3.get('key')).text).toBe('done');
  });

  it('takes the server down and up again at the same address', async () => {
    await s3.put('key', 'x');
    await s3.server.knobs.down();
    await expect(s3.get('key')).rejects.toMatchObject({ code: expect.stringMatching(/^ECONNRE/) });
    await s3.server.knobs.up();
    expect((await s3.get('key')).text).toBe('x');
  });
});
