import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { Refusal } from '../chatops/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { type Identity, whoAmI } from './identity.ts';
import { outcomeOf, troubleIn } from './trouble.ts';

const beatMs = 60_000;
/** Three beats without an answer. */
const silentForMs = 3 * beatMs + 10_000;
const renewEveryBeats = 4;

export interface Pulse {
  /** Resolves once Slack has said who we are. Throws Refusal when it never will. */
  start(): Promise<void>;
  stop(): void;
  identity(): Identity | undefined;
  /** What is wrong with Slack's API; undefined when nothing is. */
  trouble(): string | undefined;
}

export interface PulseParts {
  readonly client: WebClient;
  readonly team: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Done at every fourth beat, so that what is kept stays fresh. */
  readonly renew: () => Promise<void>;
}

/** Asks Slack who we are until it says so, and then every minute whether it still does. */
export function createPulse({ client, team, clock, logger, renew }: PulseParts): Pulse {
  const stopping = new AbortController();
  const nowMs = () => clock.now().getTime();
  let identity: Identity | undefined;
  let answeredAtMs = 0;
  let refusedAs: string | undefined;

  async function ask(): Promise<Identity> {
    const answer = await whoAmI(client, team);
    answeredAtMs = nowMs();
    refusedAs = undefined;
    return answer;
  }

  async function learn(): Promise<Identity | undefined> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        if (troubleIn(error) === undefined) throw error;
        if (isFinal(error)) throw refusal(error);
        logger.warn({ outcome: outcomeOf(error) }, 'Slack does not answer yet');
      }
      await pause(Math.min(500 * 2 ** failures, 10_000));
    }
    return undefined;
  }

  async function beat(): Promise<void> {
    for (let count = 1; !stopping.signal.aborted; count += 1) {
      await pause(beatMs);
      if (stopping.signal.aborted) return;
      await ask().catch((error) => {
        if (isFinal(error)) refusedAs = outcomeOf(error);
        logger.warn({ outcome: outcomeOf(error) }, 'Slack did not answer its heartbeat');
      });
      if (count % renewEveryBeats === 0) await renew();
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);

  return {
    identity: () => identity,
    async start() {
      identity = await learn();
      if (!identity) return;
      void beat().catch((error) => logger.error({ err: error }, 'the heartbeat with Slack stopped'));
    },
    stop: () => stopping.abort(),
    trouble() {
      if (!identity) return 'Slack has not answered yet';
      if (refusedAs) return `Slack does not let the app in: ${refusedAs}`;
      const silentMs = nowMs() - answeredAtMs;
      return silentMs > silentForMs ? `Slack has not answered for ${Math.round(silentMs / 60_000)} min` : undefined;
    },
  };
}

const isFinal = (error: unknown): boolean => ['locked-out', 'refused'].includes(troubleIn(error)?.kind ?? '');

function refusal(error: unknown): Refusal {
  return new Refusal(
    `Slack does not let the app in: ${outcomeOf(error)}.`,
    'Check SLACK_BOT_TOKEN, and that the app is installed in the workspace.',
  );
}
