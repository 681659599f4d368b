import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Report } from '../chatops/report.ts';
import type { Logger } from '../ports/logger.ts';
import type { OnCall } from './clients.ts';
import { renderReport } from './render.ts';
import { outcomeOf } from './trouble.ts';
import type { Voices } from './voices.ts';

/** Where a person can be told something that only they see. */
export interface Listener {
  readonly user: string;
  readonly channel: string | undefined;
  readonly thread?: string | undefined;
  /** What stood before their words, if that was no slash command: '@salvor'. */
  readonly calledAs?: string;
  /** Bolt's, where the payload has a response_url. */
  readonly respond?: RespondFn | undefined;
}

export interface Answers {
  /** Tells one person, by whichever way still works; never throws. */
  privately(listener: Listener, report: Report): Promise<void>;
}

interface Way {
  readonly name: string;
  send(): Promise<unknown>;
}

/** Answers only one person sees: by response_url (five uses in half an hour), else in the channel, else in a direct message. */
export function createAnswers(
  client: WebClient,
  logger: Logger,
  onCall: OnCall,
  calledAs: string,
  voices: Voices,
): Answers {
  return {
    async privately(listener, report) {
      const { text, blocks } = renderReport(report, {
        ...{ id: 'answer', calledAs: listener.calledAs ?? calledAs },
        filesFollow: false,
        language: await voices.toPerson(listener.user),
      });
      const content = { text, blocks, unfurl_links: false, unfurl_media: false };
      for (const way of waysTo(listener, content)) {
        try {
          await way.send();
          return;
        } catch (error) {
          const outcome = outcomeOf(error);
          logger.warn({ way: way.name, outcome, user: listener.user }, 'an answer did not get through this way');
        }
      }
      logger.error({ user: listener.user, title: report.title }, 'a person could not be answered in any way');
    },
  };

  function waysTo({ user, channel, thread, respond }: Listener, content: Content): readonly Way[] {
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    const ways: Way[] = [];
    if (respond) {
      const message = { ...content, ...inThread, response_type: 'ephemeral' as const, replace_original: false };
      ways.push({ name: 'response_url', send: () => counted(() => respond(message)) });
    }
    if (channel !== undefined) {
      const message = { ...content, ...inThread, channel, user };
      ways.push({ name: 'chat.postEphemeral', send: () => client.chat.postEphemeral(message) });
    }
    ways.push({ name: 'chat.postMessage', send: () => client.chat.postMessage({ ...content, channel: user }) });
    return ways;
  }

  /** Bolt's respond() rejects on an expired or used-up address. */
  async function counted(send: () => Promise<unknown>): Promise<void> {
    const startedAtMs = performance.now();
    let outcome = 'failed';
    try {
      await send();
      outcome = 'ok';
    } finally {
      onCall('response_url', outcome, performance.now() - startedAtMs);
    }
  }
}

type Content = Pick<ReturnType<typeof renderReport>, 'text' | 'blocks'>;
