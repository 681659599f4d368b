import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { freePorts } from '../sandbox/etcd.ts';
import { startRedis } from '../sandbox/redis.ts';
import { startSalvor } from '../sandbox/salvor.ts';
import { defaultWorkspace, type LocalSlack, startLocalSlack } from '../sandbox/slack/server.ts';
import { clock } from '../src/adapters/clock.ts';
import { createProducer } from '../src/queue/queues.ts';
import { connectPatient, disconnect, type RedisConnection } from '../src/queue/redis.ts';
import { createRuns } from '../src/queue/runs.ts';

// Slash commands through the local Slack into the queue, at a steady rate, some of them delivered twice by Slack. Each names a cluster
// of its own, because a second snapshot of one cluster would rightly be refused.
const channelCount = 60;
const channels = Array.from({ length: channelCount }, (_, index) => `C0BENCH${String(index).padStart(3, '0')}`);
/** One in so many is delivered twice. */
const everyHowMany = 10;

interface Load {
  readonly rate: number;
  readonly seconds: number;
}

/** `--rate` commands a second for `--seconds`; 200 for 30 s unless told. */
export async function measure(flags: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const options = { seconds: { type: 'string' }, rate: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...flags], options });
  const load = { rate: Number(values.rate ?? 200), seconds: Number(values.seconds ?? 30) };
  const directory = await mkdtemp(join(tmpdir(), 'salvor-bench-'));
  const redis = await startRedis({ directory: join(directory, 'redis'), sync: 'everysec' });
  const slack = await startLocalSlack({
    delivery: { mode: 'socket' },
    workspace: { channels: channels.map(channelNamed) },
  });
  const [httpPort = 0] = await freePorts(1);
  const environment = {
    SALVOR_CONFIG: await writeConfig(directory, slack, load),
    REDIS_URL: redis.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS ?? '',
  };
  const bot = await startSalvor({ role: 'bot', environment, httpPort, logFile: join(directory, 'bot.log') });
  const connection = connectPatient({ url: redis.url });
  try {
    await slack.types('alice', channels[0] ?? '', '/salvor help');
    const acks = await fire(slack, load);
    return { ...load, ...percentiles(acks.ms), notAcked: acks.failed, ...(await count(connection, load)) };
  } finally {
    disconnect(connection);
    await bot.kill();
    await slack.stop();
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Types one command every 1000 / rate ms, whether or not the ones before are answered. */
async function fire(
  slack: LocalSlack,
  { rate, seconds }: Load,
): Promise<{ readonly ms: readonly number[]; readonly failed: number }> {
  const ms: number[] = [];
  let failed = 0;
  const under: Promise<void>[] = [];
  const begun = performance.now();
  for (let index = 0; index < rate * seconds; index += 1) {
    const early = begun + (index * 1000) / rate - performance.now();
    if (early > 0) await wait(early);
    under.push(
      typeOne(slack, index).then((took) => {
        if (took === undefined) failed += 1;
        else ms.push(took);
      }),
    );
  }
  await Promise.all(under);
  return { ms: ms.sort((a, b) => a - b), failed };
}

async function typeOne(local: LocalSlack, index: number): Promise<number | undefined> {
  const before = performance.now();
  const outcome = await local.types('alice', channels[index % channelCount] ?? '', `/salvor snapshot c-${index}`);
  const took = performance.now() - before;
  if (index % everyHowMany === 0) await redeliver(local, index);
  return outcome.ok ? took : undefined;
}

/** As Slack does when it did not see the answer. */
async function redeliver(local: LocalSlack, index: number): Promise<void> {
  const text = `snapshot c-${index}`;
  const envelope = local.envelopes().findLast(({ payload }) => payload.text === text);
  if (!envelope) throw new Error(`no delivery of ${text}`);
  await local.redeliver(envelope);
}

/** Waits until everything that was typed is in the queue, then counts what is missing and what is there twice. */
async function count(
  connection: RedisConnection,
  { rate, seconds }: Load,
): Promise<{ readonly lost: number; readonly twice: number; readonly queuedAfterMs: number }> {
  const begun = performance.now();
  const runs = createRuns(connection, { clock });
  const producer = createProducer(connection, clock);
  const total = rate * seconds;
  let waiting = 0;
  for (let tries = 0; tries < 300; tries += 1) {
    waiting = (await producer.depths(['main'])).reduce((sum, depth) => sum + depth.waiting, 0);
    if (waiting >= total) break;
    await wait(100);
  }
  const queuedAfterMs = Math.round(performance.now() - begun);
  const recorded = (await runs.list({ limit: total * 2 })).map((run) => run.words);
  await producer.close();
  return {
    lost: total - new Set(recorded).size,
    twice: recorded.length - new Set(recorded).size + Math.max(0, waiting - total),
    queuedAfterMs,
  };
}

function percentiles(sorted: readonly number[]) {
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { ackP50Ms: at(0.5), ackP99Ms: at(0.99), ackMaxMs: at(1) };
}

function channelNamed(id: string) {
  const members = defaultWorkspace.people.map((person) => person.id);
  return {
    id,
    name: id.toLowerCase(),
    kind: 'public' as const,
    topic: '',
    members,
    isArchived: false,
    isShared: false,
  };
}

async function writeConfig(directory: string, slack: LocalSlack, { rate, seconds }: Load): Promise<string> {
  const cluster = (index: number) => ({
    environment: 'production',
    channels: [channels[index % channelCount]],
    operators: ['on-call'],
    etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true },
    backup: { bucket: 'main', prefix: `etcd/c-${index}` },
  });
  const settings = {
    slack: { team: slack.state.team.id, apiUrl: slack.apiUrl },
    people: { 'on-call': { users: ['U0ALICE'] } },
    buckets: { main: { bucket: 'etcd-backups' } },
    clusters: Object.fromEntries(Array.from({ length: rate * seconds }, (_, index) => [`c-${index}`, cluster(index)])),
  };
  const file = join(directory, 'salvor.yaml');
  await writeFile(file, stringify(settings));
  return file;
}
