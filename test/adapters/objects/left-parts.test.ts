import { expect, it } from 'vitest';
import { leftParts } from '../../../src/adapters/objects/left-parts.ts';
import { Fault } from '../../../src/chatops/errors.ts';

const removal = new Fault('Removing the parts failed: the store is down.', {
  port: 'objects',
  operation: 'abortUpload',
  retryable: true,
  code: 'S3_CONNECTION',
});

it('keeps the code of the first failure, and tells both', () => {
  const failure = new Fault('etcd went away.', {
    port: 'etcd',
    operation: 'snapshot',
    retryable: true,
    code: 'ETCD_LOST',
    next: 'Look at etcd.',
  });
  const told = leftParts('prod-1/a.zst', 'upload-7', failure, removal);
  expect(told).toMatchObject({ port: 'etcd', operation: 'snapshot', code: 'ETCD_LOST', retryable: true });
  expect(told.message).toBe(
    'etcd went away. And the parts already sent are still there: Removing the parts failed: the store is down.',
  );
  expect(told.next).toBe('Look at etcd. Upload upload-7 of prod-1/a.zst is open and has to be aborted.');
  expect(told.cause).toMatchObject({ errors: [failure, removal] });
});

it('has a code of its own when an abort came first', () => {
  const told = leftParts('prod-1/a.zst', 'upload-7', new Error('cancelled by alice'), removal);
  expect(told).toMatchObject({ port: 'objects', code: 'S3_PARTS_LEFT', retryable: false });
  expect(told.message).toMatch(/^cancelled by alice\. And the parts/);
});
