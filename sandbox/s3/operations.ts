import { bucketLocation, deleteBucket, headBucket, listBuckets, makeBucket } from './buckets.ts';
import type { Operation } from './call.ts';
import { completeUpload } from './complete-upload.ts';
import { getObject } from './get-object.ts';
import { listObjects, listParts, listUploads } from './list-operations.ts';
import { abortUpload, createUpload, uploadPart } from './multipart.ts';
import { bucketVersioning, lockConfiguration, objectLock } from './object-lock.ts';
import { deleteObject, deleteObjects, putObject } from './objects.ts';

/** By S3's own names, which the fault knobs use too. */
export const operations = {
  ListBuckets: listBuckets,
  CreateBucket: makeBucket,
  HeadBucket: headBucket,
  GetBucketLocation: bucketLocation,
  DeleteBucket: deleteBucket,
  GetBucketVersioning: bucketVersioning,
  GetObjectLockConfiguration: lockConfiguration,
  ListObjectsV2: listObjects,
  ListMultipartUploads: listUploads,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  GetObjectRetention: objectLock,
  PutObjectRetention: objectLock,
  GetObjectLegalHold: objectLock,
  PutObjectLegalHold: objectLock,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  ListParts: listParts,
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

interface Asked {
  readonly method: string;
  readonly bucketName: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Sub-resources this server has, by where they are asked: everything else in the query of that kind is NotImplemented. */
const routes: Readonly<Record<string, OperationName>> = {
  'GET /': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET bucket': 'ListObjectsV2',
  'GET bucket?location': 'GetBucketLocation',
  'GET bucket?uploads': 'ListMultipartUploads',
  'GET bucket?versioning': 'GetBucketVersioning',
  'GET bucket?object-lock': 'GetObjectLockConfiguration',
  'POST bucket?delete': 'DeleteObjects',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
  'GET object?retention': 'GetObjectRetention',
  'PUT object?retention': 'PutObjectRetention',
  'GET object?legal-hold': 'GetObjectLegalHold',
  'PUT object?legal-hold': 'PutObjectLegalHold',
  'POST object?uploads': 'CreateMultipartUpload',
  'PUT object?uploadId': 'UploadPart',
  'POST object?uploadId': 'CompleteMultipartUpload',
  'DELETE object?uploadId': 'AbortMultipartUpload',
  'GET object?uploadId': 'ListParts',
};

/** Query names that only tune an operation. */
const tuning =
  /^(?:x-id|list-type|prefix|delimiter|start-after|continuation-token|max-(?:keys|uploads|parts)|encoding-type|fetch-owner|key-marker|upload-id-marker|part-number-marker|partNumber|versionId|response-.*|X-Amz-.*|x-amz-.*)$/;

/** Which operation is asked, or undefined for one this server does not have. */
export function operationOf({ method, bucketName, key, query }: Asked): OperationName | undefined {
  const place = bucketName === '' ? '/' : key === '' ? 'bucket' : 'object';
  const resources = [...new Set(query.keys())].filter((name) => !tuning.test(name));
  const suffix = resources.length === 0 ? '' : `?${resources.sort().join('&')}`;
  return routes[`${method} ${place}${suffix}`];
}
