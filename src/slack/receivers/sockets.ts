import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../../ports/logger.ts';
import { boltLogger } from '../bolt-logger.ts';
import { outcomeOf } from '../trouble.ts';

/** Slack recycles every connection every few hours; with one there is a hole of seconds each time, with two there is none. */
const connections = 2;
const helloWithinMs = 10_000;
const longestWaitMs = 15_000;

export interface SocketSettings {
  readonly appToken: string;
  readonly apiUrl?: string | undefined;
  readonly logger: Logger;
}

export interface Connected extends Receiver {
  /** What is wrong with the way from Slack to here; undefined when nothing is. */
  trouble(): string | undefined;
}

type Client = SocketModeReceiver['client'];

/**
 * Two of Bolt's own Socket Mode receivers feeding one app. They are kept open here rather than by the client: its own
 * reconnecting waits 5 s at best, and a failure in it is a rejection nobody handles, which would end the process.
 */
export function socketsReceiver({ appToken, apiUrl, logger }: SocketSettings): Connected {
  const clientOptions = {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: helloWithinMs,
  };
  const receivers = Array.from({ length: connections }, () => {
    const options = { appToken, logger: boltLogger(logger), autoReconnectEnabled: false };
    return new SocketModeReceiver({ ...options, installerOptions: { clientOptions } });
  });
  const open = new Set<Client>();
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  let keeping: readonly Promise<void>[] = [];

  async function keepOpen(client: Client): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const { closed } = await connect(client);
        // A connection that was being opened when everything was to stop.
        if (stopping.signal.aborted) return client.disconnect();
        open.add(client);
        failures = 0;
        first.resolve();
        await closed;
      } catch (error) {
        failures += 1;
        logger.warn({ outcome: outcomeOf(error), failures, err: error }, 'a connection to Slack could not be opened');
      }
      open.delete(client);
      await pause(waitMs(failures), stopping.signal);
    }
  }

  return {
    init(app) {
      for (const receiver of receivers) receiver.init(app);
    },
    /** Resolves once one connection is open, however long that takes, or when all is to stop. */
    start() {
      keeping = receivers.map(({ client }) => keepOpen(client));
      return first.promise;
    },
    async stop() {
      stopping.abort();
      first.resolve();
      await Promise.all(receivers.map(({ client }) => client.disconnect()));
      await Promise.all(keeping);
    },
    trouble: () => (open.size > 0 ? undefined : 'no connection to Slack is open'),
  };
}

/** Opens a connection; answers, once Slack has said hello, with a promise that lasts as long as the connection. */
async function connect(client: Client): Promise<{ readonly closed: Promise<void> }> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  client.once('disconnected', resolve);
  const timer = setTimeout(() => void client.disconnect(), helloWithinMs);
  try {
    await client.start();
    return { closed };
  } catch (error) {
    client.off('disconnected', resolve);
    // The client rejects with nothing when the connection closes early.
    throw error ?? new Error('Slack closed the connection before it said hello');
  } finally {
    clearTimeout(timer);
  }
}

/** At once after a connection that held: Slack recycles them. Then 0.5 s, 1 s, 2 s …, spread so that not all bots come at once. */
function waitMs(failures: number): number {
  if (failures === 0) return 0;
  const most = Math.min(500 * 2 ** (failures - 1), longestWaitMs);
  return most / 2 + (Math.random() * most) / 2;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
