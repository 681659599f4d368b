import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { bucketOf } from '../../sandbox/bucket.ts';
import { fillEtcd } from '../../sandbox/fill-etcd.ts';
import { type Sandbox, type SandboxSetup, startSandbox } from '../../sandbox/sandbox.ts';
import type { Message } from '../../sandbox/slack/model.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { followMaster } from '../../src/queue/follow-master.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { flipped } from '../fakes/backup-files.ts';

/** The sandbox with Salvor on it, as a test looks at it from outside. */
export interface World extends Sandbox {
  readonly runs: Runs;
  /** Alice types a command in #prod-1; answers the run it started, once its card is there. */
  starts(command: string, user?: string): Promise<RunRecord>;
  /** Waits until a run is as wished. */
  until(id: string, wish: (run: RunRecord) => boolean, timeoutMs?: number): Promise<RunRecord>;
  ended(id: string, timeoutMs?: number): Promise<RunRecord>;
  /** The root message of a run, once it says something. */
  card(run: RunRecord, says: RegExp, timeoutMs?: number): Promise<Message>;
  /** The replies in the run's thread, once one says something. */
  thread(run: RunRecord, says: RegExp, timeoutMs?: number): Promise<readonly Message[]>;
  /** What only this person sees, newest first. */
  privately(user: string, says: RegExp, timeoutMs?: number): Promise<Message>;
  /** Keys in the bucket, ours and half-made uploads apart. */
  stored(): Promise<Stored>;
  /** Turns one bit of what was stored last (names begin with their times). */
  damages(): Promise<void>;
}

export interface Stored {
  readonly manifests: readonly string[];
  readonly data: readonly string[];
  /** Multipart uploads that were begun and not ended. */
  readonly uploads: number;
}

export const channel = 'prod-1';

export async function startWorld(
  setup: Omit<SandboxSetup, 'directory'> & { readonly megabytes?: number } = {},
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-world-'));
  const sandbox = await startSandbox({ members: 1, ...setup, directory });
  const { megabytes = 3 } = setup;
  await fillEtcd(sandbox.etcd.endpoints[0] ?? '', { keys: megabytes * 300, bytes: megabytes * 1_000_000 });
  const redis = connectPatient(sandbox.redisAccess);
  const stopFollowing = followMaster(sandbox.redisAccess, [redis]);
  const runs = createRuns(redis, { clock });
  const { slack } = sandbox;

  const until: World['until'] = (id, wish, timeoutMs = 30_000) =>
    vi.waitFor(
      async () => {
        const run = await runs.find(id);
        if (!run || !wish(run)) throw new Error(`run ${id} is not as wished: ${JSON.stringify(run)}`);
        return run;
      },
      { timeout: timeoutMs, interval: 50 },
    );

  return {
    ...sandbox,
    runs,
    until,
    async starts(command, user = 'alice') {
      const before = new Set((await runs.list({ limit: 100 })).map((run) => run.id));
      const outcome = await slack.types(user, channel, command);
      if (!outcome.ok) throw new Error(`Slack showed: ${outcome.error}`);
      return vi.waitFor(
        async () => {
          const run = (await runs.list({ limit: 100 })).find((one) => !before.has(one.id));
          if (!run?.thread?.ts) throw new Error(`no card yet for ${command}: ${JSON.stringify(run)}`);
          return run;
        },
        { timeout: 30_000, interval: 20 },
      );
    },
    ended: (id, timeoutMs) => until(id, (run) => !['queued', 'running'].includes(run.state), timeoutMs),
    card: (run, says, timeoutMs = 30_000) =>
      slack.waitFor(
        () =>
          slack
            .messages(channel)
            .find((message) => message.ts === run.thread?.ts && says.test(JSON.stringify(message))),
        { timeoutMs },
      ),
    thread: (run, says, timeoutMs = 30_000) =>
      slack.waitFor(
        () => {
          const replies = slack
            .messages(channel, { thread: run.thread?.ts ?? '' })
            .filter(({ ts }) => ts !== run.thread?.ts);
          return replies.some((message) => says.test(JSON.stringify(message))) ? replies : undefined;
        },
        { timeoutMs },
      ),
    privately: (user, says, timeoutMs = 30_000) =>
      slack.waitFor(
        () =>
          slack
            .messages(channel, { as: user })
            .filter((message) => message.onlyYou !== undefined)
            .findLast((message) => says.test(JSON.stringify(message))),
        { timeoutMs },
      ),
    stored: () => storedIn(sandbox),
    damages: () => damageIn(sandbox),
    async stop() {
      stopFollowing();
      disconnect(redis);
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const objectsOf = ({ s3, bucket, environment }: Sandbox) =>
  createObjects({ main: bucketOf(s3.endpoint, bucket, environment) });

async function damageIn(sandbox: Sandbox): Promise<void> {
  const key = (await storedIn(sandbox)).data.at(-1) ?? '';
  const at = { bucket: 'main', key };
  const objects = objectsOf(sandbox);
  try {
    const bytes = Buffer.concat(await Array.fromAsync((await objects.get(at))?.body ?? []));
    await objects.put(at, flipped(bytes, bytes.length >> 1), { contentType: 'application/octet-stream' });
  } finally {
    objects.close();
  }
}

async function storedIn(sandbox: Sandbox): Promise<Stored> {
  const objects = objectsOf(sandbox);
  try {
    const keys = await Array.fromAsync(objects.list('main', { prefix: 'etcd/prod-1/' }), (object) => object.key);
    const uploads = await Array.fromAsync(objects.openUploads('main', 'etcd/prod-1/'));
    return {
      manifests: keys.filter((key) => key.includes('/manifests/')),
      data: keys.filter((key) => key.includes('/data/')),
      uploads: uploads.length,
    };
  } finally {
    objects.close();
  }
}
