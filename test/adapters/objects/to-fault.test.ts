import { describe, expect, it } from 'vitest';
import { toFault } from '../../../src/adapters/objects/to-fault.ts';
import { Fault } from '../../../src/chatops/errors.ts';

const asked = {
  operation: 'store',
  bucket: 'backups',
  key: 'prod-1/a.zst',
  region: 'eu-central-1',
  endpoint: 'https://s3.example',
} as const;

/** As the SDK throws it. */
const answered = (name: string, httpStatusCode: number, message = name) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'R1', attempts: 1 } });
const socket = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('a failure of the store', () => {
  it.each([
    [answered('AccessDenied', 403), 'S3_ACCESS_DENIED', false],
    [answered('InvalidAccessKeyId', 403), 'S3_WRONG_KEY', false],
    [answered('SignatureDoesNotMatch', 403), 'S3_WRONG_KEY', false],
    [answered('ExpiredToken', 400), 'S3_CREDENTIALS_EXPIRED', true],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'S3_NO_CREDENTIALS', false],
    [answered('NoSuchBucket', 404), 'S3_NO_SUCH_BUCKET', false],
    [answered('NoSuchUpload', 404), 'S3_NO_SUCH_UPLOAD', true],
    [answered('PermanentRedirect', 301), 'S3_WRONG_REGION', false],
    [answered('AuthorizationHeaderMalformed', 400), 'S3_WRONG_REGION', false],
    [answered('RequestTimeTooSkewed', 403), 'S3_CLOCK_SKEW', true],
    [answered('SlowDown', 503), 'S3_SLOW_DOWN', true],
    [answered('InternalError', 500), 'S3_UNAVAILABLE', true],
    [answered('BadDigest', 400), 'S3_DAMAGED_ON_THE_WAY', true],
    [answered('XAmzContentSHA256Mismatch', 400), 'S3_DAMAGED_ON_THE_WAY', true],
    [answered('QuotaExceeded', 403), 'S3_FULL', false],
    [answered('KMS.DisabledException', 400), 'S3_KMS', false],
    [answered('KMS.SomethingNewException', 400), 'S3_KMS', false],
    [answered('NotImplemented', 501), 'S3_NOT_SUPPORTED', false],
    [answered('ConditionalRequestConflict', 409), 'S3_CONFLICT', true],
    [Object.assign(new Error('idle'), { name: 'TimeoutError' }), 'S3_TIMEOUT', true],
    [socket('ECONNREFUSED'), 'S3_CONNECTION', true],
    [socket('ECONNRESET'), 'S3_CONNECTION', true],
    [Object.assign(socket('ECONNRESET'), { name: 'TimeoutError' }), 'S3_CONNECTION', true],
    [socket('ENOTFOUND'), 'S3_CONNECTION', true],
    [new AggregateError([socket('ECONNREFUSED'), socket('ECONNREFUSED')]), 'S3_CONNECTION', true],
    [socket('CERT_HAS_EXPIRED'), 'S3_TLS', false],
    [socket('ERR_SSL_WRONG_VERSION_NUMBER'), 'S3_TLS', false],
  ])('%s is %s', (error, code, retryable) => {
    expect(toFault(error, asked)).toMatchObject({
      name: 'Fault',
      port: 'objects',
      operation: 'store',
      code,
      retryable,
    });
  });

  it.each([
    [401, 'S3_WRONG_KEY', false],
    [403, 'S3_ACCESS_DENIED', false],
    [429, 'S3_SLOW_DOWN', true],
    [500, 'S3_UNAVAILABLE', true],
    [502, 'S3_UNAVAILABLE', true],
    [503, 'S3_SLOW_DOWN', true],
    [507, 'S3_FULL', false],
    [418, 'S3_REFUSED', false],
  ])('without a known name is judged by its status %i', (status, code, retryable) => {
    expect(toFault(answered('UnknownError', status), asked)).toMatchObject({ code, retryable });
  });

  it("says what was tried, what happened, the store's own name, status and request, and what to do", () => {
    const fault = toFault(answered('AccessDenied', 403), asked);
    expect(fault.message).toBe(
      'Storing prod-1/a.zst in bucket backups failed: the store does not allow it with these credentials (AccessDenied, HTTP 403, request id R1).',
    );
    expect(fault.next).toBe(
      'Allow s3:PutObject and s3:AbortMultipartUpload (and kms:GenerateDataKey and kms:Decrypt when a KMS key is used) on bucket backups for these credentials.',
    );
  });

  it('shows what it does not know, shortened to a line', () => {
    const fault = toFault(answered('UnknownError', 400, `<html>\n  <b>proxy says no</b>${'.'.repeat(300)}`), asked);
    expect(fault.message).toMatch(/\(UnknownError, HTTP 400, <html> <b>proxy says no<\/b>\.+…, request id R1\)\.$/);
    expect(fault.message.length).toBeLessThan(350);
  });

  it('keeps what the SDK threw as its cause', () => {
    const error = answered('SlowDown', 503);
    expect(toFault(error, asked).cause).toBe(error);
  });

  it('passes on a fault that was told already', () => {
    const fault = new Fault('etcd went away.', { port: 'etcd', operation: 'snapshot', retryable: true });
    expect(toFault(fault, asked)).toBe(fault);
  });
});
