/** What was asked of the store, as far as a person needs to know it. */
export interface Asked {
  readonly operation: keyof typeof permissions;
  /** The bucket's own name at the store. */
  readonly bucket: string;
  readonly key?: string;
  readonly region: string;
  /** Where the store is, without credentials. */
  readonly endpoint: string;
}

/** A kind of failure. `happened` finishes the sentence "<what was asked> failed: …". */
export interface Kind {
  readonly code: string;
  readonly retryable: boolean;
  readonly happened: (asked: Asked) => string;
  readonly next?: (asked: Asked) => string;
}

const removal =
  's3:DeleteObject and s3:GetBucketVersioning, and where the bucket keeps versions s3:ListBucketVersions and s3:DeleteObjectVersion,';
const permissions = {
  store: 's3:PutObject and s3:AbortMultipartUpload (and kms:GenerateDataKey and kms:Decrypt when a KMS key is used)',
  put: 's3:PutObject (and kms:GenerateDataKey when a KMS key is used, s3:PutObjectRetention and s3:PutObjectLegalHold for a lock)',
  head: 's3:GetObject',
  get: 's3:GetObject, for a version s3:GetObjectVersion (and kms:Decrypt when a KMS key is used)',
  list: 's3:ListBucket',
  remove: removal,
  removeAll: removal,
  versions: removal,
  firstVersions: 's3:ListBucket and s3:GetBucketVersioning, and where the bucket keeps versions s3:ListBucketVersions',
  lockOf: 's3:GetObjectRetention and s3:GetObjectLegalHold',
  setLock: 's3:PutObjectRetention and s3:PutObjectLegalHold',
  hasObjectLock: 's3:GetBucketObjectLockConfiguration',
  openUploads: 's3:ListBucketMultipartUploads',
  abortUpload: 's3:AbortMultipartUpload',
  check: 's3:ListBucket',
} as const;

const accessDenied: Kind = {
  code: 'S3_ACCESS_DENIED',
  retryable: false,
  happened: () => 'the store does not allow it with these credentials',
  next: ({ operation, bucket }) => `Allow ${permissions[operation]} on bucket ${bucket} for these credentials.`,
};
const wrongKey: Kind = {
  code: 'S3_WRONG_KEY',
  retryable: false,
  happened: () => 'the store does not accept the access key or its secret',
  next: ({ bucket }) => `Check the access key and the secret configured for bucket ${bucket}.`,
};
const expiredCredentials: Kind = {
  code: 'S3_CREDENTIALS_EXPIRED',
  retryable: true,
  happened: () => 'the credentials have expired',
  next: () => 'Renew the session token, or let the worker take credentials from its own identity.',
};
const noCredentials: Kind = {
  code: 'S3_NO_CREDENTIALS',
  retryable: false,
  happened: () => 'no credentials were found',
  next: ({ bucket }) => `Give bucket ${bucket} an access key, or run the worker where the SDK finds an identity.`,
};
const noSuchBucket: Kind = {
  code: 'S3_NO_SUCH_BUCKET',
  retryable: false,
  happened: ({ bucket, endpoint }) => `there is no bucket ${bucket} at ${endpoint}`,
  next: ({ bucket }) => `Create bucket ${bucket}, or correct its name in salvor.yaml.`,
};
const noSuchUpload: Kind = {
  code: 'S3_NO_SUCH_UPLOAD',
  retryable: true,
  happened: () => 'the store no longer knows this upload: somebody or a lifecycle rule ended it',
  next: ({ bucket }) => `See that no lifecycle rule of bucket ${bucket} aborts uploads within a day.`,
};
const wrongRegion: Kind = {
  code: 'S3_WRONG_REGION',
  retryable: false,
  happened: ({ bucket, region }) => `bucket ${bucket} is not in region ${region}`,
  next: ({ bucket }) => `Correct the region or the endpoint of bucket ${bucket} in salvor.yaml.`,
};
const clockSkew: Kind = {
  code: 'S3_CLOCK_SKEW',
  retryable: true,
  happened: () => 'the clock here and the clock of the store differ too much',
  next: () => 'Set the clock of this machine (chrony or systemd-timesyncd); 15 minutes are allowed.',
};
const slowDown: Kind = {
  code: 'S3_SLOW_DOWN',
  retryable: true,
  happened: () => 'the store asks for fewer requests',
  next: () => 'Try again in some minutes.',
};
const storeBroken: Kind = {
  code: 'S3_UNAVAILABLE',
  retryable: true,
  happened: () => 'the store has a failure of its own',
  next: ({ endpoint }) => `Look at the health of the store at ${endpoint}, then try again.`,
};
const timedOut: Kind = {
  code: 'S3_TIMEOUT',
  retryable: true,
  happened: ({ endpoint }) => `no answer from ${endpoint} in time`,
  next: ({ endpoint }) => `Check the network to ${endpoint}; for a slow store raise timeouts.idleMs.`,
};
const unreachable: Kind = {
  code: 'S3_CONNECTION',
  retryable: true,
  happened: ({ endpoint }) => `the connection to ${endpoint} failed or was cut`,
  next: ({ endpoint }) => `Check that ${endpoint} is up and reachable from this worker.`,
};
const notTrusted: Kind = {
  code: 'S3_TLS',
  retryable: false,
  happened: ({ endpoint }) => `no secure connection to ${endpoint} came about, or its certificate is not trusted`,
  next: () => 'Give the worker the authority that signed it (NODE_EXTRA_CA_CERTS), or renew the certificate.',
};
const damaged: Kind = {
  code: 'S3_DAMAGED_ON_THE_WAY',
  retryable: true,
  happened: () => 'the bytes that arrived are not the bytes that were sent',
  next: () => 'Try again; if it happens again, suspect a proxy, the network card or the memory of this machine.',
};
const brokenListing: Kind = {
  code: 'S3_BROKEN_LISTING',
  retryable: true,
  happened: () => 'its answer is no whole listing, so what is there is not known',
  next: ({ endpoint }) => `Look at the store at ${endpoint}, and at what stands before it, such as a proxy.`,
};
const conflict: Kind = {
  code: 'S3_CONFLICT',
  retryable: true,
  happened: () => 'somebody else is writing the same key at this moment',
};
const full: Kind = {
  code: 'S3_FULL',
  retryable: false,
  happened: ({ bucket }) => `bucket ${bucket} or the store has no room left`,
  next: ({ bucket }) => `Raise the quota of bucket ${bucket}, or delete what is no longer needed.`,
};
const keyService: Kind = {
  code: 'S3_KMS',
  retryable: false,
  happened: () => 'the key service refused the encryption key',
  next: () => 'Check that the KMS key exists, is enabled, and that these credentials may use it.',
};
const notSupported: Kind = {
  code: 'S3_NOT_SUPPORTED',
  retryable: false,
  happened: () => 'the store does not know this request or one of its options',
  next: () => 'Try `checksums: required` for this bucket, and see which encryption the store offers.',
};
const refused: Kind = { code: 'S3_REFUSED', retryable: false, happened: () => 'the store refused the request' };

/** By the name the store gives its error. Sources: AWS "Error responses", Ceph rgw_common.cc, MinIO api-errors.go. */
const byName: ReadonlyMap<string, Kind> = new Map([
  ...names(accessDenied, 'AccessDenied', 'AllAccessDisabled', 'AccountProblem', 'UserSuspended', 'Forbidden'),
  ...names(wrongKey, 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'InvalidClientTokenId'),
  ...names(expiredCredentials, 'ExpiredToken', 'TokenRefreshRequired', 'ExpiredTokenException'),
  ...names(noCredentials, 'CredentialsProviderError', 'TokenProviderError'),
  ...names(noSuchBucket, 'NoSuchBucket', 'InvalidBucketName'),
  ...names(noSuchUpload, 'NoSuchUpload'),
  ...names(wrongRegion, 'PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'),
  ...names(clockSkew, 'RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture'),
  ...names(slowDown, 'SlowDown', 'TooManyRequests', 'Throttling', 'RequestLimitExceeded', 'BandwidthLimitExceeded'),
  ...names(storeBroken, 'InternalError', 'ServiceUnavailable', 'XMinioServerNotInitialized'),
  ...names(brokenListing, 'BrokenListing'),
  ...names(conflict, 'ConditionalRequestConflict', 'OperationAborted'),
  ...names(timedOut, 'TimeoutError', 'RequestTimeout', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'),
  ...names(unreachable, 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'),
  ...names(unreachable, 'ERR_STREAM_PREMATURE_CLOSE', 'IncompleteBody', 'HPE_INVALID_CONSTANT'),
  ...names(notTrusted, 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'),
  ...names(notTrusted, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'EPROTO', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
  ...names(
    damaged,
    'BadDigest',
    'InvalidDigest',
    'XAmzContentSHA256Mismatch',
    'XAmzContentChecksumMismatch',
    'InvalidPart',
  ),
  ...names(full, 'QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'InsufficientStorage'),
  ...names(
    keyService,
    'KMS.DisabledException',
    'KMS.NotFoundException',
    'KMS.KMSInvalidStateException',
    'KMS.AccessDenied',
  ),
  ...names(notSupported, 'NotImplemented', 'MissingContentLength', 'InvalidEncryptionAlgorithmError'),
]);

/** Names that go on after these beginnings. */
const byFamily: readonly (readonly [string, Kind])[] = [
  ['KMS.', keyService],
  ['ERR_SSL_', notTrusted],
  ['ERR_TLS_', notTrusted],
];

const byStatus: ReadonlyMap<number, Kind> = new Map([
  [301, wrongRegion],
  [307, wrongRegion],
  [401, wrongKey],
  [403, accessDenied],
  [408, timedOut],
  [409, conflict],
  [429, slowDown],
  [501, notSupported],
  [503, slowDown],
  [507, full],
]);

/**
 * The kind of a failure: by the first name the table knows (the store's error, then the socket's), else by HTTP status.
 * Some servers answer without a body, and errors to HEAD never have one, so often the status is all there is.
 */
export function kindOf(names: readonly string[], status: number | undefined): Kind {
  for (const name of names) {
    const kind = byName.get(name) ?? byFamily.find(([family]) => name.startsWith(family))?.[1];
    if (kind) return kind;
  }
  if (status === undefined) return refused;
  return byStatus.get(status) ?? (status >= 500 ? storeBroken : refused);
}

function names(kind: Kind, ...all: readonly string[]): [string, Kind][] {
  return all.map((name) => [name, kind]);
}
