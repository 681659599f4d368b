export const storeKeys = { accessKeyId: 'key', secretAccessKey: 'secret' };

/** To the buckets `one` and `two` of the sandbox's S3, as `main` and `second`. */
export function storeConnections(endpoint: string) {
  const connection = { endpoint, region: 'us-east-1', pathStyle: true, credentials: storeKeys };
  return { main: { ...connection, bucket: 'one' }, second: { ...connection, bucket: 'two' } };
}
