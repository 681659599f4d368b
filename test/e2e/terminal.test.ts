import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../src/chatops/words.ts';
import { keys } from '../../src/queue/keys.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { startWorld, type World } from './world.ts';

const root = resolve(import.meta.dirname, '../..');
let world: World;

/** Of another site than prod-1. */
const registry = {
  environment: 'production',
  site: 'fra',
  channels: ['C0REGEU'],
  approvers: ['etcd-approvers'],
  url: 'https://registry.example.com',
  api: { username: 'robot', password: 'REG_EU_PASSWORD' },
  host: '10.0.0.21',
};

beforeAll(async () => {
  const sections = { registries: { 'reg-eu': registry } };
  world = await startWorld({ sections, variables: { REG_EU_PASSWORD: 'may-read' } });
});
afterAll(() => world.stop());

interface Printed {
  readonly code: number;
  readonly text: string;
}

/** `node src/main.ts …` as a person runs it, without Slack's tokens. */
function salvor(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Printed> {
  const { SLACK_BOT_TOKEN: _, SLACK_APP_TOKEN: __, ...environment } = world.environment;
  return new Promise((done) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const env = { PATH, NODE_COMPILE_CACHE, ...environment, ...more };
    execFile(process.execPath, ['src/main.ts', ...words], { cwd: root, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr });
    });
  });
}

describe('a terminal, on the day Slack is down', () => {
  it('takes a snapshot with live progress, working on it itself where no worker does', async () => {
    world.slack.down(true);
    const { code, text } = await salvor(['run', 'snapshot prod-1 --reason "Slack is down"', '--as', 'U0ALICE']);
    expect(text).toContain('no worker serves site main; this process works on it');
    expect(text).toMatch(/2\/4 Copy to the store: done in/);
    expect(text).toContain('[ok] prod-1 is saved');
    expect(code).toBe(0);
    expect((await world.stored()).manifests).toHaveLength(1);
  });

  it('has its run on the record, and in the channel once Slack is back', async () => {
    const [run] = await world.runs.list({ limit: 1 });
    expect(run?.actor).toMatchObject({ kind: 'terminal', id: 'U0ALICE' });
    world.slack.down(false);
    await world.start('bot');
    const message = await world.slack.waitFor(
      () => world.slack.messages('prod-1').find((one) => /is saved/.test(JSON.stringify(one))),
      { timeoutMs: 30_000 },
    );
    expect(JSON.stringify(message)).toContain('terminal of');
  });

  it('has the same rights as in Slack', async () => {
    const nobody = await salvor(['run', 'snapshot prod-1', '--as', 'U0VERA']);
    expect(nobody.text).toMatch(/operator right on prod-1|gives U0VERA any right/);
    expect(nobody.code).toBe(64);
    const unsaid = await salvor(['run', 'snapshot prod-1']);
    expect(unsaid.text).toContain('Say as whom');
  });

  it('answers questions without a worker', async () => {
    const { code, text } = await salvor(['run', 'runs', '--as', 'U0ALICE']);
    expect(text).toMatch(/r-\w+ +snapshot prod-1 --reason "Slack is down" +prod-1 +done/);
    expect(code).toBe(0);
  });

  it('proves the record of who did what, and says where somebody wrote in it', async () => {
    const whole = await salvor(['audit', 'verify']);
    expect(whole.text).toMatch(/^\[ok\] The audit is whole: \d+ entr(y|ies)\.$/m);
    expect(whole.code).toBe(0);
    const redis = connectPatient({ url: world.redis.url });
    const first = await redis.lindex(keys.audit, 0);
    await redis.lset(keys.audit, 0, (first ?? '').replace('U0ALICE', 'U0VERA'));
    const broken = await salvor(['audit', 'verify']);
    await redis.lset(keys.audit, 0, first ?? '');
    disconnect(redis);
    expect(broken.text).toContain('The audit is broken at entry 1: it was changed after it was written.');
    expect(broken.code).toBe(1);
  });

  it('fails where the answer is bad news, so that scripts hear of it', async () => {
    await world.damages();
    const { code, text } = await salvor(['run', 'verify prod-1 --bytes-only', '--as', 'U0ALICE']);
    expect(text).toMatch(/^\[failed\] prod-1: r-\w+ is no backup to rely on$/m);
    expect(code).toBe(1);
  });

  it('fits its tables to the width there is', async () => {
    const wide = await salvor(['run', 'runs', '--as', 'U0ALICE'], { COLUMNS: '200' });
    expect(wide.text).toContain('terminal of');
    const { text } = await salvor(['run', 'runs', '--as', 'U0ALICE'], { COLUMNS: '70' });
    expect(text).toMatch(/^Left out: .*By/m);
  });

  it('says what to do about words it does not know', async () => {
    const { code, text } = await salvor(['run', 'snapshto prod-1', '--as', 'U0ALICE']);
    expect(code).toBe(64);
    expect(text).toContain('Did you mean this? node src/main.ts run "snapshot prod-1" --as U0ALICE\n');
  });

  it('leaves a run of another site than the one whose keys it has to a worker, until it is taken back', async () => {
    const { SLACK_BOT_TOKEN: _, SLACK_APP_TOKEN: __, S3_ACCESS_KEY_ID: ___, ...environment } = world.environment;
    const words = ['src/main.ts', 'run', 'snapshot prod-1', '--as', 'U0ALICE', '--site', 'fra'];
    const env = { PATH: process.env.PATH, ...environment };
    const salvor = spawn(process.execPath, words, { cwd: root, env });
    let text = '';
    for (const stream of [salvor.stdout, salvor.stderr]) stream.on('data', (piece) => (text += piece));
    const ended = once(salvor, 'exit');
    await expect.poll(() => text).toContain('no worker serves site main; it waits for one');
    salvor.kill('SIGINT');
    expect(await ended).toEqual([1, null]);
    expect((await world.runs.list({ limit: 1 }))[0]).toMatchObject({ words: 'snapshot prod-1', state: 'cancelled' });
  });

  it('says commands as they must be typed there', async () => {
    const absent = await salvor(['run', 'runs r-absent', '--as', 'U0ALICE']);
    const [, suggested = ''] = /See node src\/main\.ts (.*)$/m.exec(absent.text) ?? [];
    expect(suggested).toBe('run "runs" --as U0ALICE');
    const { code } = await salvor(words(suggested));
    expect(code).toBe(0);
  });
});

describe('check-config', () => {
  it('prints what it understood, secrets masked', async () => {
    const { code, text } = await salvor(['check-config', '--role', 'worker']);
    expect(code).toBe(0);
    expect(text).toContain('The configuration is good.');
    expect(text).not.toContain(world.environment.S3_SECRET_ACCESS_KEY ?? 'unset');
  });

  it('lists every problem and fails', async () => {
    const { code, text } = await salvor(['check-config'], { REDIS_URL: '' });
    expect(code).toBe(64);
    expect(text).toContain('3 problems in the configuration');
    for (const name of ['REDIS_URL', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']) expect(text).toContain(name);
  });
});

describe('Redis', () => {
  it('that may evict what it holds is refused, with how to mend it', async () => {
    const { startRedis } = await import('../../sandbox/redis.ts');
    const evicting = await startRedis({
      directory: `${world.directory}/evicting`,
      settings: ['--maxmemory-policy', 'allkeys-lru'],
    });
    try {
      const { code, text } = await salvor(['worker', '--http-port', '0'], { REDIS_URL: evicting.url });
      expect(code).toBe(64);
      expect(text).toContain('CONFIG SET maxmemory-policy noeviction');
    } finally {
      await evicting.stop();
    }
  });
});
