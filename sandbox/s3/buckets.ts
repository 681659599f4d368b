import { rm } from 'node:fs/promises';
import { type Answer, bucketOf, type Call, textOf } from './call.ts';
import { S3Error } from './s3-error.ts';
import { createBucket } from './store.ts';
import { childText, parseXml, xmlDocument } from './xml.ts';

export async function listBuckets({ house }: Call): Promise<Answer> {
  const buckets = [...house.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    status: 200,
    xml: xmlDocument('ListAllMyBucketsResult', {
      Owner: { ID: house.accessKeyId, DisplayName: house.accessKeyId },
      Buckets: { Bucket: buckets.map(({ name, createdAt }) => ({ Name: name, CreationDate: createdAt })) },
    }),
  };
}

export async function makeBucket(call: Call): Promise<Answer> {
  const { house, bucketName, now } = call;
  if (!/^(?!\d+(\.\d+){3}$)(?!.*\.\.)[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucketName)) {
    throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: bucketName });
  }
  const text = await textOf(call.body());
  const region = text === '' ? undefined : childText(parseXml(text), 'LocationConstraint');
  if ((region ?? 'us-east-1') !== house.region) {
    throw new S3Error(
      400,
      'IllegalLocationConstraintException',
      `The ${region ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  if (house.buckets.has(bucketName)) {
    throw new S3Error(
      409,
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: bucketName },
    );
  }
  house.buckets.set(bucketName, await createBucket(house.root, bucketName, now));
  return { status: 200, headers: { Location: `/${bucketName}` } };
}

export async function headBucket(call: Call): Promise<Answer> {
  bucketOf(call);
  return { status: 200, headers: { 'x-amz-bucket-region': call.house.region } };
}

export async function bucketLocation(call: Call): Promise<Answer> {
  bucketOf(call);
  const { region } = call.house;
  return { status: 200, xml: xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : region) };
}

export async function deleteBucket(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  if (bucket.objects.size > 0) {
    throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', {
      BucketName: bucket.name,
    });
  }
  call.house.buckets.delete(bucket.name);
  await rm(bucket.directory, { recursive: true, force: true });
  return { status: 204 };
}
