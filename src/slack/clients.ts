import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from '../ports/logger.ts';
import { boltLogger } from './bolt-logger.ts';
import { outcomeOf } from './trouble.ts';

/** Told after each call of the Slack API: 'ok', Slack's own error code, 'ratelimited', 'http_503' or 'unreachable'. */
export type OnCall = (method: string, outcome: string, ms: number) => void;

export interface ClientSettings {
  readonly token: string;
  /** Ends in a slash; slack.com's when absent. */
  readonly apiUrl?: string | undefined;
  readonly logger: Logger;
  readonly onCall: OnCall;
}

export interface Clients {
  /** For what a person waits for. Fails within 2.5 s. */
  readonly interactive: WebClient;
  /** For the outbox, which itself knows when to try again. Fails within 10 s. */
  readonly background: WebClient;
}

/**
 * Two clients, because one 429 freezes every call of a client that waits it out (measured: a 429 on chat.update delayed
 * views.open past its 3 s). Neither waits and neither retries: the SDK's own defaults, no timeout and ten retries over
 * half an hour, fit neither a person nor an outbox.
 */
export function createClients(settings: ClientSettings): Clients {
  const client = (timeoutMs: number) => new CountedClient(settings, timeoutMs);
  return { interactive: client(2500), background: client(10_000) };
}

class CountedClient extends WebClient {
  readonly #onCall: OnCall;

  constructor({ token, apiUrl, logger, onCall }: ClientSettings, timeoutMs: number) {
    super(token, {
      ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
      logger: boltLogger(logger),
      timeout: timeoutMs,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
    } satisfies WebClientOptions);
    this.#onCall = onCall;
  }

  override async apiCall(...call: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
    const [method] = call;
    const startedAtMs = performance.now();
    try {
      const answer = await super.apiCall(...call);
      this.#onCall(method, 'ok', performance.now() - startedAtMs);
      return answer;
    } catch (error) {
      this.#onCall(method, outcomeOf(error), performance.now() - startedAtMs);
      throw error;
    }
  }
}
