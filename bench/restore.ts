import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bucketOf } from '../sandbox/bucket.ts';
import { checkNewestBackup } from '../sandbox/check-backup.ts';
import { play, type Scene } from '../sandbox/demo/play.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { median, note, rounded } from './instruments/figures.ts';
import { grow, sizeOf } from './instruments/grow.ts';
import { idleMachine } from './instruments/idle-machine.ts';
import { restoreByHand } from './restore/by-hand.ts';
import { watchOutage } from './restore/outage.ts';
import { stepSeconds } from './restore/step-seconds.ts';

/**
 * From the moment the last person agrees until every member is healthy again with the backup, through all of Salvor: bot, worker, Redis, S3, the
 * local Slack, Ansible on three members of etcd; against the same commands in one shell script that asks nobody, saves nothing first and
 * compares nothing. In turns, medians of all rounds; the first one warms up and is not counted. Downtime is seen from outside, alike for both.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      rounds: { type: 'string', default: '3' },
      megabytes: { type: 'string', default: '500' },
      directory: { type: 'string', default: tmpdir() },
    },
  });
  const directory = await mkdtemp(join(values.directory, 'salvor-bench-'));
  const sandbox = await startSandbox({ directory, restorable: true });
  try {
    await grow(sandbox.etcd, Number(values.megabytes));
    const databaseMb = await sizeOf(sandbox.etcd);
    await Promise.all([sandbox.start('bot'), sandbox.start('worker')]);
    await play([saved], stageOf(sandbox));
    const rounds = await takeTurns(sandbox, Number(values.rounds));
    return { ...result(rounds), databaseMb, members: sandbox.etcd.members.length, cores: availableParallelism() };
  } finally {
    await sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const saved: Scene = {
  title: 'A backup that was tried out',
  acts: [
    { by: 'alice', types: '/salvor snapshot prod-1', ends: 'Done' },
    { by: 'alice', types: '/salvor verify prod-1 latest', ends: 'Done' },
  ],
};
const planned: Scene = {
  title: 'A plan, and the first of two who agree',
  acts: [
    { by: 'alice', types: '/salvor restore prod-1 latest --reason "bench"', ends: 'Done' },
    { by: 'bob', approves: 'prod-1', told: 'Your vote counts: 1 of 2' },
  ],
};
const agreed: Scene = {
  title: 'The second one',
  acts: [{ by: 'carol', approves: 'prod-1', told: 'Your vote counts: 2 of 2', ends: 'Done' }],
};

const stageOf = ({ slack }: Sandbox) => ({ slack, channel: 'prod-1', say: note, patienceMs: 600_000 });

interface Measured {
  readonly seconds: number;
  readonly downtimeSeconds: number;
}
type Rounds = Readonly<Record<'ours' | 'byHand', readonly Measured[]>>;

async function takeTurns(sandbox: Sandbox, rounds: number): Promise<Rounds> {
  const { key } = await newestBackup(sandbox);
  const taken = { ours: [] as Measured[], byHand: [] as Measured[] };
  const ways = { ours: () => ours(sandbox), byHand: (round: number) => byHand(sandbox, key, `round-${round}`) };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['ours', 'byHand'] as const) {
      await idleMachine();
      const measured = await ways[name](round);
      await clearAside(sandbox);
      note(`round ${round} ${name}: ${measured.seconds.toFixed(2)} s, down ${measured.downtimeSeconds.toFixed(2)} s`);
      if (round > 0) taken[name].push(measured);
    }
  }
  return taken;
}

/** Tells besides where its time went. */
async function ours(sandbox: Sandbox): Promise<Measured> {
  await play([planned], stageOf(sandbox));
  await idleMachine();
  const measured = await timed(sandbox, () => play([agreed], stageOf(sandbox)));
  const steps = await stepSeconds(sandbox.redis.url, 'prod-1');
  note(
    Object.entries(steps)
      .map(([name, seconds]) => `${seconds.toFixed(2).padStart(7)} s  ${name}`)
      .join('\n'),
  );
  return measured;
}

async function byHand({ etcd, directory, s3, bucket, environment }: Sandbox, key: string, mark: string) {
  const { S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = environment;
  const curlAuth = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `${id}:${secret}`];
  const unsigned = ['-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
  const scene = { cluster: etcd, directory, url: `${s3.endpoint}/${bucket}/${key}`, mark };
  return timed({ etcd }, () => restoreByHand({ ...scene, curlAuth: [...curlAuth, ...unsigned] }));
}

async function timed({ etcd }: Pick<Sandbox, 'etcd'>, work: () => Promise<void>): Promise<Measured> {
  const outage = watchOutage(etcd.endpoints);
  const begun = performance.now();
  try {
    await work();
    const { healthyAt, downtimeSeconds } = await outage.over();
    return { seconds: (healthyAt - begun) / 1000, downtimeSeconds };
  } finally {
    outage.stop();
  }
}

async function newestBackup({ s3, bucket, environment, directory }: Sandbox) {
  const store = bucketOf(s3.endpoint, bucket, environment);
  return (await checkNewestBackup(store, 'etcd/prod-1', directory)).manifest.stored;
}

/** What both set aside, so that no round has less disk than the one before. */
async function clearAside({ etcd }: Sandbox): Promise<void> {
  for (const { dataDirectory } of etcd.members) {
    const [parent, name] = [join(dataDirectory, '..'), dataDirectory.split('/').at(-1) ?? ''];
    const beside = (await readdir(parent))
      .filter((each) => each.startsWith(`${name}.round-`))
      .map((each) => join(parent, each));
    const inside = (await readdir(dataDirectory))
      .filter((each) => each.startsWith('before-'))
      .map((each) => join(dataDirectory, each));
    await Promise.all([...beside, ...inside].map((each) => rm(each, { recursive: true })));
  }
}

function result({ ours: own, byHand: hand }: Rounds) {
  const seconds = (way: readonly Measured[]) => median(way.map((each) => each.seconds));
  const downtime = (way: readonly Measured[]) => median(way.map((each) => each.downtimeSeconds));
  return {
    toByHand: rounded(seconds(own) / seconds(hand)),
    downtimeSeconds: rounded(downtime(own)),
    downtimeToByHand: rounded(downtime(own) / downtime(hand)),
    ourSeconds: rounded(seconds(own)),
    byHandSeconds: rounded(seconds(hand)),
    byHandDowntimeSeconds: rounded(downtime(hand)),
    rounds: own.length,
  };
}
