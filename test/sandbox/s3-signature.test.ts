import { describe, expect, it } from 'vitest';
import { all, noon, refusal, useS3 } from './s3-fixture.ts';
import { ask, presigned, send } from './s3-request.ts';

const minutes = 60_000;
const s3 = useS3();

describe('a signature', () => {
  it('is demanded', async () => {
    expect(refusal(await send(s3.server.endpoint, { path: '/bucket/key' }, {}))).toEqual([403, 'AccessDenied']);
  });

  it('by a key nobody has is refused', async () => {
    const reply = await ask({ ...s3.signing, accessKeyId: 'other' }, { path: '/bucket/key' });
    expect(refusal(reply)).toEqual([403, 'InvalidAccessKeyId']);
  });

  it('with a wrong secret is refused', async () => {
    const reply = await ask({ ...s3.signing, secretAccessKey: 'guess' }, { path: '/bucket/key' });
    expect(refusal(reply)).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('does not cover a header that was changed afterwards', async () => {
    const headers = { 'x-amz-meta-a': '1' };
    const tamper = (sent: Record<string, string>) => Object.assign(sent, { 'x-amz-meta-a': '2' });
    expect(refusal(await s3.ask({ method: 'PUT', path: '/bucket/key', headers, tamper }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
  });

  it('must cover every x-amz header', async () => {
    const tamper = (sent: Record<string, string>) => Object.assign(sent, { 'x-amz-meta-added': '1' });
    expect(refusal(await s3.ask({ method: 'PUT', path: '/bucket/key', tamper }))).toEqual([403, 'AccessDenied']);
  });

  it('of another region is refused with the right one', async () => {
    const reply = await ask({ ...s3.signing, region: 'eu-west-1' }, { path: '/bucket' });
    expect(refusal(reply)).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(all(reply, 'Region')).toEqual(['us-east-1']);
  });

  it.each([
    [-16, [403, 'RequestTimeTooSkewed']],
    [-14, [404, 'NoSuchKey']],
    [14, [404, 'NoSuchKey']],
    [16, [403, 'RequestTimeTooSkewed']],
  ])('made by a clock %i minutes off is judged by a quarter of an hour', async (offset, expected) => {
    expect(refusal(await s3.ask({ path: '/bucket/key' }, new Date(noon.getTime() + offset * minutes)))).toEqual(
      expected,
    );
  });

  it('comes with the hash of the body or the word for none', async () => {
    const tamper = (sent: Record<string, string>) => Reflect.deleteProperty(sent, 'x-amz-content-sha256');
    expect(refusal(await s3.ask({ path: '/bucket/key', tamper }))).toEqual([400, 'InvalidRequest']);
  });

  it('may stand in the query until it expires', async () => {
    await s3.put('key', 'hello');
    const query = presigned(s3.signing, 'GET', '/bucket/key', 60);
    const fetched = () => send(s3.server.endpoint, { path: '/bucket/key', query }, {});
    expect((await fetched()).text).toBe('hello');
    s3.now = new Date(noon.getTime() + 61_000);
    expect(refusal(await fetched())).toEqual([403, 'AccessDenied']);
  });

  it('in the query is for one object, one method and a week at most', async () => {
    await s3.put('key', 'hello');
    const signing = s3.signing;
    const query = presigned(signing, 'GET', '/bucket/key', 60);
    expect(refusal(await send(s3.server.endpoint, { path: '/bucket/other', query }, {}))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    expect(refusal(await send(s3.server.endpoint, { method: 'DELETE', path: '/bucket/key', query }, {}))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    const tooLong = presigned(signing, 'GET', '/bucket/key', 604_801);
    expect(refusal(await send(s3.server.endpoint, { path: '/bucket/key', query: tooLong }, {}))).toEqual([
      400,
      'AuthorizationQueryParametersError',
    ]);
  });

  it('by a session token nobody gave out is refused', async () => {
    expect(refusal(await s3.get('key', { 'x-amz-security-token': 'stolen' }))).toEqual([400, 'InvalidToken']);
  });
});
