import { describe, expect, it } from 'vitest';
import { refusal, useS3 } from './s3-fixture.ts';

const s3 = useS3();

describe('in a bucket without Object Lock', () => {
  it.each([
    ['x-amz-object-lock-mode', 'GOVERNANCE'],
    ['x-amz-object-lock-retain-until-date', '2027-01-01T00:00:00Z'],
    ['x-amz-object-lock-legal-hold', 'ON'],
  ])('nothing is stored with %s', async (name, value) => {
    const locked = { [name]: value };
    expect(refusal(await s3.put('key', 'x', locked))).toEqual([400, 'InvalidRequest']);
    const upload = await s3.ask({ method: 'POST', path: '/bucket/key', query: { uploads: '' }, headers: locked });
    expect(refusal(upload)).toEqual([400, 'InvalidRequest']);
    expect((await s3.get('key')).status).toBe(404);
  });

  it.each(['retention', 'legal-hold'])('no object has a %s, nor gets one', async (name) => {
    await s3.put('key', 'x');
    const asked = { path: '/bucket/key', query: { [name]: '' } };
    expect(refusal(await s3.ask(asked))).toEqual([400, 'InvalidRequest']);
    expect(refusal(await s3.ask({ ...asked, method: 'PUT', body: '<x/>' }))).toEqual([400, 'InvalidRequest']);
  });

  it('nothing is deleted with the word that bypasses governance', async () => {
    await s3.put('key', 'x');
    const headers = { 'x-amz-bypass-governance-retention': 'true' };
    const deleted = await s3.ask({ method: 'DELETE', path: '/bucket/key', headers });
    expect(refusal(deleted)).toEqual([400, 'InvalidArgument']);
    expect((await s3.get('key')).status).toBe(200);
  });

  it('there is no configuration of it, and no versioning', async () => {
    const lock = await s3.ask({ path: '/bucket', query: { 'object-lock': '' } });
    expect(refusal(lock)).toEqual([404, 'ObjectLockConfigurationNotFoundError']);
    const versioning = await s3.ask({ path: '/bucket', query: { versioning: '' } });
    expect(versioning.status).toBe(200);
    expect(versioning.text).toMatch(/<VersioningConfiguration [^>]*><\/VersioningConfiguration>$/);
  });
});
