import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../../sandbox/redis.ts';
import { startS3 } from '../../sandbox/s3/server.ts';
import { startSalvor } from '../../sandbox/salvor.ts';
import { writeSettings } from '../../sandbox/settings.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { verifyAudit } from '../../src/main/audit.ts';
import { copyAuditAlways } from '../../src/main/audit-copies.ts';
import { createAudit } from '../../src/queue/audit.ts';
import { keys } from '../../src/queue/keys.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { createFakeAudit } from '../fakes/audit.ts';
import { createFakeObjects } from '../fakes/objects.ts';

const place = { bucket: 'audit', prefix: 'salvor-audit', retainDays: 1 };
const vote = { kind: 'vote', target: 'prod-1', by: 'person U0BOB (Bob)', what: 'approved' } as const;

/** What a bot has beside the record and the store, and what it logged and measured. */
function aBot() {
  const said: string[] = [];
  const say = (facts: object, words: string) => void said.push(`${words} ${JSON.stringify(facts)}`);
  const copied: boolean[] = [];
  const metrics = { auditCopied: ({ at, agrees }: { at?: Date; agrees: boolean }) => void copied.push(agrees && !!at) };
  return { said, copied, parts: { clock, logger: { info: say, warn: say, error: say }, metrics } };
}

async function startHouse() {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-audit-'));
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const [server, s3] = await Promise.all([
    startRedis({ directory }),
    startS3({ directory: join(directory, 's3'), region: 'us-east-1', buckets: ['audit'], ...credentials }),
  ]);
  onTestFinished(async () => {
    await Promise.all([server.stop(), s3.stop()]);
    await rm(directory, { recursive: true });
  });
  return { directory, redisUrl: server.url, endpoint: s3.endpoint, credentials };
}

it('two bots copy the audit in Redis as it grows, over restarts, and a record that was cut off or wiped is found', async () => {
  const { redisUrl, endpoint, credentials } = await startHouse();
  const redis = connectPatient({ url: redisUrl });
  const objects = createObjects({ audit: { bucket: 'audit', endpoint, region: 'us-east-1', credentials } });
  onTestFinished(() => {
    objects.close();
    disconnect(redis);
  });
  const audit = createAudit(redis, clock);
  const verify = () => verifyAudit(audit, { objects, place });
  const factOf = async (label: string) => (await verify()).report.facts?.find((fact) => fact.label === label)?.value;
  const start = () => copyAuditAlways({ ...place, lock: 'optional' }, { ...aBot().parts, audit, objects }, 20);

  for (const _ of ['started', 'restarted']) {
    const bots = await Promise.all([start(), start()]);
    for (let count = 0; count < 5; count += 1) await audit.add(vote);
    const upTo = await redis.llen(keys.audit);
    await vi.waitFor(async () => expect(await factOf('Copied')).toBe(`entries 1 to ${upTo}`), { timeout: 10_000 });
    await Promise.all(bots.map((bot) => bot.close()));
  }
  expect(await verify()).toMatchObject({
    isWhole: true,
    report: { title: 'The audit is whole: 10 entries, and its copies say the same.' },
  });

  await redis.ltrim(keys.audit, 0, 6);
  const { isWhole, report } = await verify();
  expect(isWhole).toBe(false);
  expect(report.title).toBe('The audit is not what was copied.');
  expect(report.text).toMatch(
    /^Its end was cut off: copies go on to entry 10, and it ends at 7\. In Redis the chain is as it was written up to entry 7/,
  );
  await redis.del(keys.audit);
  expect((await verify()).report.text).toContain('copies go on to entry 10, and it ends at 0.');
}, 30_000);

it('a bot does not start where copies must be locked and cannot be', async () => {
  const objects = createFakeObjects(clock, { buckets: ['audit'] });
  const starting = copyAuditAlways(
    { ...place, lock: 'required' },
    { ...aBot().parts, audit: createFakeAudit(clock), objects },
  );
  await expect(starting).rejects.toThrow('bucket audit, which was made without Object Lock');
});

it('a process that may not start for that reason says so and ends', async () => {
  const { directory, redisUrl, endpoint } = await startHouse();
  const keys = { accessKeyId: 'S3_ACCESS_KEY_ID', secretAccessKey: 'S3_SECRET_ACCESS_KEY' };
  const bucketNamed = (bucket: string) => ({ bucket, endpoint, pathStyle: true, credentials: keys });
  const file = await writeSettings({
    ...{ directory, slackApiUrl: 'http://127.0.0.1:9/api/', team: 'T0LOCAL', channels: ['C0PROD1'] },
    ...{ endpoints: ['http://127.0.0.1:2379'], s3Endpoint: endpoint, bucket: 'etcd-backups' },
    sections: {
      buckets: { main: bucketNamed('etcd-backups'), copies: bucketNamed('audit') },
      audit: { copy: { bucket: 'copies' } },
    },
  });
  const secrets = {
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_APP_TOKEN: 'xapp-1',
    S3_ACCESS_KEY_ID: 'key',
    S3_SECRET_ACCESS_KEY: 'secret',
  };
  const environment = { SALVOR_CONFIG: file, REDIS_URL: redisUrl, ...secrets };
  const starting = startSalvor({
    role: 'all',
    environment,
    httpPort: 0,
    logFile: join(directory, 'log'),
    site: 'main',
  });
  await expect(starting).rejects.toThrow(/ended with code 64:\n.*bucket copies, which was made without Object Lock/s);
});

it('a bot starts while the store is away, says so, and copies with a lock once it is back', async () => {
  const { said, copied, parts } = aBot();
  const objects = createFakeObjects(clock, { buckets: ['audit'], locking: ['audit'] });
  const away = new Fault('No answer.', { port: 'objects', operation: 'list', retryable: true });
  objects.fail('hasObjectLock', away);
  objects.fail('firstVersions', away, 2);
  const audit = createFakeAudit(clock);
  await audit.add(vote);
  const bot = await copyAuditAlways({ ...place, lock: 'required' }, { ...parts, audit, objects }, 5);
  await vi.waitFor(() => expect(objects.keys('audit')).toHaveLength(1));
  await bot.close();
  expect(said[0]).toContain('nobody knows yet whether copies of the audit can be locked');
  expect(said.filter((line) => line.startsWith('the audit could not be copied'))).toHaveLength(2);
  expect(said.find((line) => line.startsWith('the audit is copied'))).toContain('"upTo":1');
  expect(copied.slice(0, 2)).toEqual([true, true]);
  const [key = ''] = objects.keys('audit');
  expect((await objects.lockOf({ bucket: 'audit', key })).retention?.mode).toBe('compliance');
});

it('a bot says loudly when the record is not what was copied, and measures it', async () => {
  const { said, copied, parts } = aBot();
  const objects = createFakeObjects(clock, { buckets: ['audit'], locking: ['audit'] });
  const before = createFakeAudit(clock);
  for (let count = 0; count < 2; count += 1) await before.add(vote);
  const start = (audit: typeof before) =>
    copyAuditAlways({ ...place, lock: 'required' }, { ...parts, audit, objects }, 5);
  const first = await start(before);
  await vi.waitFor(() => expect(objects.keys('audit')).toHaveLength(1));
  await first.close();
  const second = await start(createFakeAudit(clock));
  await vi.waitFor(() => expect(copied).toContain(false));
  await second.close();
  expect(said.at(-1)).toContain('the audit is copied no further: The audit ends before entry 2, which was copied');
});
