import { keys } from './keys.ts';
import { another, type RedisConnection } from './redis.ts';

/**
 * Hears of runs that are to stop, whichever process said so. Only a shortcut: a message sent while nobody listens is lost, and the worker finds the wish in
 * the run itself a second later. Answers how to stop listening.
 */
export async function listenForCancellations(
  redis: RedisConnection,
  onCancel: (runId: string) => void,
): Promise<() => Promise<void>> {
  const ear = another(redis);
  ear.on('message', (_channel: string, runId: string) => onCancel(runId));
  await ear.subscribe(keys.cancellations);
  return async () => ear.disconnect();
}
