import { parseArgs } from 'node:util';
import { startS3 } from './server.ts';

// Runs the sandbox's S3 alone: node sandbox/s3/main.ts --directory D [--port P] [--bucket NAME]... [--opaque-etags]
const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    port: { type: 'string', default: '0' },
    region: { type: 'string', default: 'us-east-1' },
    'access-key': { type: 'string', default: 'sandbox' },
    'secret-key': { type: 'string', default: 'sandbox-secret' },
    'opaque-etags': { type: 'boolean', default: false },
    bucket: { type: 'string', multiple: true, default: [] },
  },
});
if (values.directory === undefined) throw new Error('--directory is missing: where the objects are to lie');

const s3 = await startS3({
  directory: values.directory,
  port: Number(values.port),
  region: values.region,
  accessKeyId: values['access-key'],
  secretAccessKey: values['secret-key'],
  buckets: values.bucket,
  etags: values['opaque-etags'] ? 'opaque' : 'md5',
});
process.stdout.write(`${JSON.stringify({ ready: true, endpoint: s3.endpoint, port: s3.port, pid: process.pid })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void s3.stop());
