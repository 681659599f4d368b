import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bucketOf } from '../../sandbox/bucket.ts';
import { checkNewestBackup } from '../../sandbox/check-backup.ts';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let processes: readonly SalvorProcess[];

beforeAll(async () => {
  world = await startWorld({ members: 3 });
  processes = await Promise.all([world.start('bot'), world.start('worker')]);
});
afterAll(() => world.stop());

describe('a snapshot asked for in a channel', () => {
  it('has a card at once, which says in the end what was saved, how big, at which revision, how fast and where', async () => {
    const run = await world.starts('/salvor snapshot prod-1 --reason “before the upgrade”');
    const ended = await world.ended(run.id);
    expect(ended.state).toBe('done');
    const card = JSON.stringify(await world.card(run, /Done/));
    for (const fact of [
      'is saved',
      'MiB at revision',
      'MiB/s',
      's3://etcd-backups/etcd/prod-1/data/',
      'before the upgrade',
      run.id,
    ]) {
      expect(card).toContain(fact);
    }
  });

  it('is proved by etcd’s own tools', async () => {
    const { manifest, proofs } = await checkNewestBackup(
      bucketOf(world.s3.endpoint, world.bucket, world.environment),
      'etcd/prod-1',
      world.directory,
    );
    expect(manifest.reason).toBe('before the upgrade');
    expect(manifest.member.role).toBe('follower');
    expect(proofs).toHaveLength(4);
  });

  it('answers in its thread', async () => {
    const [newest] = await world.runs.list({ limit: 1 });
    if (!newest) throw new Error('there is no run');
    expect(await world.thread(newest, /is saved/)).toHaveLength(1);
  });

  it('is refused, privately, to somebody who may not', async () => {
    const before = await world.runs.list({ limit: 10 });
    await world.slack.types('vera', 'prod-1', '/salvor snapshot prod-1');
    await world.privately('vera', /operator right on prod-1/);
    await world.slack.types('gus', 'prod-1', '/salvor snapshot prod-1');
    await world.privately('gus', /no orders from guests/);
    expect(await world.runs.list({ limit: 10 })).toEqual(before);
  });

  it('delivered twice by Slack is one run', async () => {
    const run = await world.starts('/salvor snapshot prod-1');
    await world.slack.redeliver();
    await world.ended(run.id);
    expect((await world.runs.list({ limit: 10 })).filter((one) => one.createdAt >= run.createdAt)).toHaveLength(1);
  });
});

describe('the backups of a cluster', () => {
  it('are listed in the thread of who asks, with a picture and what it shows in words', async () => {
    const run = await world.starts('/salvor backups prod-1', 'vera');
    const thread = await world.thread(run, /backups-prod-1\.png/);
    const said = JSON.stringify(thread);
    for (const fact of ['the newest backup is', 'before the upgrade', 's3://etcd-backups/etcd/prod-1'])
      expect(said).toContain(fact);
    await world.card(run, /Verify latest/);
    const pictures = thread.flatMap(({ files }) => files);
    expect(pictures).toMatchObject([{ mimetype: 'image/png', altText: expect.stringContaining('backups of prod-1') }]);
  });
});

describe('the processes', () => {
  it('serve metrics with what was saved, and health', async () => {
    const run = await world.starts('/salvor snapshot prod-1');
    await world.ended(run.id);
    await world.card(run, /Done/);
    const [bot = '', worker = ''] = await Promise.all(processes.map(({ httpPort }) => page(httpPort, '/metrics')));
    expect(worker).toMatch(/^salvor_runs_total{job="snapshot",target="prod-1",outcome="done"} [1-9]/m);
    expect(worker).toMatch(/^salvor_snapshot_database_bytes{target="prod-1"} [1-9]\d{6,}$/m);
    expect(worker).toMatch(/^salvor_snapshot_seconds{target="prod-1"} \d/m);
    expect(bot).toMatch(/^salvor_queue_waiting{site="main",queue="write"} 0$/m);
    expect(bot).toMatch(/^salvor_slack_calls_total{method="chat.postMessage",outcome="ok"} [1-9]/m);
    expect(bot).toMatch(/^salvor_outbox_given_up 0$/m);
    const [bots = '', workers = ''] = await Promise.all(processes.map(({ httpPort }) => page(httpPort, '/readyz')));
    expect(bots).toContain('[+] slack ok');
    expect(workers).toContain('[+] redis ok');
  });

  it('log JSON lines that name run, target and actor, and no secret', async () => {
    const text = (await Promise.all(processes.map(({ logFile }) => readFile(logFile, 'utf8')))).join('');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'info',
        run: expect.any(String),
        target: 'prod-1',
        actor: 'person U0ALICE',
        state: 'done',
      }),
    );
    const { SALVOR_CONFIG: _, REDIS_URL: __, S3_ACCESS_KEY_ID: ___, ...secrets } = world.environment;
    expect(Object.values(secrets).length).toBeGreaterThan(3);
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  });
});

async function page(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}
