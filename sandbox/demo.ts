import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bucketOf } from './bucket.ts';
import { type CheckedBackup, checkNewestBackup } from './check-backup.ts';
import { fillEtcd } from './fill-etcd.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import type { Message } from './slack/model.ts';
import { follow, namesIn, transcript } from './slack/transcript.ts';

const { values: flags } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });
const channel = 'prod-1';
const directory = resolve(import.meta.dirname, '..', '.sandbox', `demo-${process.pid}`);
const say = (line: string) => process.stdout.write(`${line}\n`);
const heading = (line: string) => say(`\n── ${line} ${'─'.repeat(Math.max(0, 96 - line.length))}`);

/** One object that a person would look for in a backup. */
const lookedAt = '/registry/configmaps/payments/storefront';
const storefront = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'storefront', namespace: 'payments' } },
  data: { currency: 'EUR', 'checkout.timeout': '30s' },
};

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
  heading('A control plane on this machine');
  sandbox = await startSandbox({ directory, slackPort: Number(flags.port ?? 0), say: (line) => say(`  ${line}`) });
  say('  writing 40,000 keys as a Kubernetes API server would …');
  await fillEtcd(sandbox.etcd.endpoints[0] ?? '', { keys: 40_000, bytes: 120_000_000 });
  await sandbox.etcd.etcdctl('put', lookedAt, JSON.stringify(storefront));
  await Promise.all([sandbox.start('bot'), sandbox.start('worker')]);
  say('  Salvor is up: one bot, one worker');
  const backup = await converse(sandbox);
  heading('What is in S3');
  say(`  s3://${sandbox.bucket}/${backup.manifest.stored.key}`);
  for (const line of backup.proofs) say(`  ${line}`);
  if (flags.once) await end(0);
  heading('Yours now');
  say(
    `  Open ${sandbox.slack.pageUrl}  — act as Alice (operator), Vera (may look), Gus (a guest), Eve (another company).`,
  );
  say('  Type /salvor help. Ctrl-C ends everything and leaves nothing behind.');
} catch (error) {
  console.error(error);
  await end(1);
}

/**
 * Plays the main job: someone saves a cluster, asks again at once, and somebody else may not; then has the backup tried out, sees how the
 * cluster stands, and looks for one object in it.
 */
async function converse({ slack, environment, bucket, s3 }: Sandbox): Promise<CheckedBackup> {
  heading(`#${channel}`);
  const stop = follow(slack, channel, say);
  const types = async (person: string, text: string, until: RegExp) => {
    say(`\n      ${person} types: ${text}`);
    await slack.types(person, channel, text);
    await slack.waitFor(() => slack.messages(channel, { as: person }).find((one) => until.test(textOf(one))), {
      timeoutMs: 120_000,
    });
  };
  await types('vera', '/salvor snapshot prod-1', /which you do not have/);
  await types('alice', '/salvor snapshot prod-1 --reason “before the storage upgrade”', /snapshot of prod-1/i);
  await types('alice', '/salvor snapshot prod-1', /already/);
  await slack.waitFor(() => slack.messages(channel).find((one) => /Done: prod-1 is saved|failed/.test(textOf(one))), {
    timeoutMs: 120_000,
  });
  await types('alice', '/salvor verify prod-1 latest', /Done: .* restores, in/);
  await types('vera', '/salvor backups prod-1', /Done: prod-1: the newest backup|failed/);
  await types('alice', `/salvor inspect prod-1 latest --key ${lookedAt}`, /Done: ConfigMap|failed/);
  await slack.idle();
  stop();
  heading('The same, as it stands in the channel now');
  const everything = [...(slack.state.messages.get('C0PROD1')?.values() ?? [])];
  say(
    transcript(
      everything.filter((message) => message.onlyYou === undefined),
      { names: namesIn(slack.state) },
    ),
  );
  return checkNewestBackup(bucketOf(s3.endpoint, bucket, environment), 'etcd/prod-1', directory);
}

function textOf(message: Message): string {
  return message.text + JSON.stringify(message.blocks);
}
