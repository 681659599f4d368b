import { rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { numberInWords } from '../src/chatops/format.ts';
import { bucketOf } from './bucket.ts';
import { checkNewestBackup } from './check-backup.ts';
import { fireByHand, playAlert } from './demo/alert.ts';
import { type Flags, readFlags, usage } from './demo/flags.ts';
import { lookHome } from './demo/home.ts';
import { looksLater } from './demo/looks-later.ts';
import { OffScript, play } from './demo/play.ts';
import {
  blockedScenes,
  harborScenes,
  lookedFor,
  restoreScenes,
  scenes,
  storedInAlpha,
  writtenLater,
} from './demo/scenes.ts';
import { shellFile } from './demo/shell-file.ts';
import { fillEtcd } from './fill-etcd.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { channelNamed } from './slack/state.ts';
import { follow, namesIn, transcript } from './slack/transcript.ts';

const channel = 'prod-1';
const directory = resolve(import.meta.dirname, '..', '.sandbox', `demo-${process.pid}`);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const heading = (line: string) => say(`\n── ${line} ${'─'.repeat(Math.max(0, 96 - line.length))}`);
const flags = flagsOrEnd();

let sandbox: Sandbox | undefined;
let isEnding = false;

async function end(code: number): Promise<never> {
  if (isEnding) return new Promise(() => {});
  isEnding = true;
  await sandbox?.stop();
  await rm(directory, { recursive: true, force: true });
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(130));

try {
  const started = await setUp(flags);
  await converse(started);
  await upgradeRegistry(started);
  heading('What Alice reads at her Home');
  await lookHome('alice', { ...started, say });
  await prove(started);
  if (flags.once) await end(0);
  await handOver(started);
} catch (error) {
  // What Ctrl-C took away from under the play is no news.
  if (!isEnding) console.error(error instanceof OffScript ? `\nThe demo failed: ${error.message}` : error);
  await end(1);
}

function flagsOrEnd(): Flags {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

async function setUp({ port, keys }: Flags): Promise<Sandbox> {
  heading('A control plane on this machine');
  const started = await startSandbox({
    ...{ directory, slackPort: port, restorable: true, hasKubernetes: true, hasHarbor: true, hasAlerts: true },
    schedules: looksLater(new Date()),
    say: (line) => say(`  ${line}`),
  });
  // Known before it is complete, so that Ctrl-C stops what is there.
  sandbox = started;
  say(`  writing ${numberInWords(keys)} keys as a Kubernetes API server would …`);
  await fillEtcd(started.etcd.endpoints[0] ?? '', { keys, bytes: keys * 3_000 });
  for (const { key, value } of [lookedFor, storedInAlpha]) await started.etcd.etcdctl('put', key, value);
  await Promise.all([started.start('bot'), started.start('worker')]);
  say('  Salvor is up: one bot, one worker');
  return started;
}

async function converse({ slack, etcd, alerts }: Sandbox): Promise<void> {
  if (!alerts) throw new Error('the sandbox was started without alerts');
  const stage = { slack, channel, say };
  heading(`#${channel}`);
  const stop = follow(slack, channel, say);
  await play(scenes, stage);
  await playAlert({ etcd, ...alerts }, stage);
  say(`\n   Meanwhile somebody writes ${writtenLater}.`);
  await etcd.etcdctl('put', writtenLater, 'oh no');
  await play(restoreScenes, stage);
  await slack.idle();
  stop();
  sayAsItStands(slack, channel);
}

async function upgradeRegistry({ slack, registry }: Sandbox): Promise<void> {
  if (!registry) throw new Error('the sandbox was started without a registry');
  const stage = { slack, channel: 'reg-eu', say };
  heading('#reg-eu');
  const stop = follow(slack, 'reg-eu', say);
  await play(blockedScenes, stage);
  say('\n   Somebody fetches that offline installer, and lays it on the host of reg-eu with its checksum.');
  await registry.layPackage('2.14.1');
  await play(harborScenes, stage);
  await slack.idle();
  stop();
  sayAsItStands(slack, 'reg-eu');
}

function sayAsItStands({ state }: Sandbox['slack'], name: string): void {
  heading(`The same, as it stands in #${name} now`);
  const { id } = channelNamed(state, name);
  const everything = [...(state.messages.get(id)?.values() ?? [])];
  const forAll = everything.filter((message) => message.onlyYou === undefined);
  say(transcript(forAll, { names: namesIn(state) }));
}

async function prove({ etcd, s3, bucket, environment }: Sandbox): Promise<void> {
  heading('What is in etcd');
  for (const { name, endpoint } of etcd.members) {
    const get = (key: string) => etcd.etcdctl('--endpoints', endpoint, 'get', '--print-value-only', key);
    const isBack = (await get(lookedFor.key)).trim() === lookedFor.value && (await get(writtenLater)) === '';
    if (!isBack) throw new OffScript(`${name} does not hold what the backup held.`);
    say(`  ${name} holds what the backup held, and nothing that was written later`);
  }
  const { manifest, proofs } = await checkNewestBackup(
    bucketOf(s3.endpoint, bucket, environment),
    'etcd/prod-1',
    directory,
  );
  heading('What is in S3');
  say(`  s3://${bucket}/${manifest.stored.key}`);
  for (const line of proofs) say(`  ${line}`);
}

async function handOver({ slack, environment, alerts }: Sandbox): Promise<void> {
  const file = join(directory, 'environment');
  await writeFile(file, shellFile(environment), { mode: 0o600 });
  heading('Yours now');
  say(
    `  Open ${slack.pageUrl}  — act as Alice (operator), Bob and Carol (approvers), Vera (may look), Gus (a guest), Eve (another company).`,
  );
  say('  Type /salvor help. Or be Salvor in a second terminal, while this one runs:');
  say(`\n    set -a; . ${relative('.', file)}; set +a`);
  say('    npm run --silent salvor -- run "backups prod-1" --as U0ALICE\n');
  if (alerts)
    say(
      `  Have an alert fire, which is over by itself after five minutes:\n\n    ${fireByHand(alerts.alertmanager)}\n`,
    );
  say('  Ctrl-C ends everything and leaves nothing behind.');
}
