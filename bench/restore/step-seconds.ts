import { clock } from '../../src/adapters/clock.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { rounded } from '../instruments/figures.ts';

/** How long each step of the newest run took, in seconds, in their order. */
export async function stepSeconds(redisUrl: string, cluster: string): Promise<Readonly<Record<string, number>>> {
  const redis = connectPatient({ url: redisUrl });
  try {
    const [run] = await createRuns(redis, { clock }).list({ target: cluster, limit: 1 });
    const timed = (run?.steps ?? []).flatMap(({ name, startedAt, endedAt }) =>
      startedAt && endedAt ? [[name, rounded((endedAt.getTime() - startedAt.getTime()) / 1000)] as const] : [],
    );
    return Object.fromEntries(timed);
  } finally {
    disconnect(redis);
  }
}
