import { setTimeout as wait } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox/sandbox.ts';

export interface Disturbances {
  readonly redisKills: number;
  readonly workerKills: number;
  readonly slackLimits: number;
}

const everyMs = 8000;
/** Methods that meet a 429, in turns. */
const methods = ['chat.postMessage', 'chat.update', 'chat.postEphemeral'];

/** Kills Redis, then a worker of its own, then has Slack say 429, and so on until the time; then all of them are well. */
export async function disturb(sandbox: Sandbox, until: number): Promise<Disturbances> {
  const done = { redisKills: 0, workerKills: 0, slackLimits: 0 };
  let victim = await sandbox.start('worker');
  for (let nth = 0; performance.now() + everyMs < until; nth += 1) {
    await wait(everyMs);
    if (nth % 3 === 0) {
      await sandbox.redis.restart('SIGKILL');
      done.redisKills += 1;
    } else if (nth % 3 === 1) {
      await victim.kill('SIGKILL');
      victim = await sandbox.start('worker');
      done.workerKills += 1;
    } else {
      const method = methods[done.slackLimits % methods.length] ?? '';
      sandbox.slack.fail(method, { status: 429, error: 'ratelimited', retryAfterSeconds: 3, times: 3 });
      done.slackLimits += 1;
    }
  }
  for (const method of methods) sandbox.slack.fail(method, undefined);
  return done;
}
