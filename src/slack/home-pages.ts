import { createHash } from 'node:crypto';
import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Actor } from '../chatops/access.ts';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { Home } from '../chatops/home/home.ts';
import type { Clock } from '../ports/clock.ts';
import type { Homes } from '../ports/homes.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Seen } from '../ports/seen.ts';
import type { Clients } from './clients.ts';
import type { People, Sender } from './people.ts';
import { renderHome } from './render.ts';
import { outcomeOf } from './trouble.ts';
import type { Voices } from './voices.ts';

export interface HomePagesParts {
  readonly homes: Homes;
  readonly clients: Clients;
  readonly people: Pick<People, 'actor'>;
  readonly outbox: Pick<Outbox, 'allowance'>;
  readonly seen: Pick<Seen, 'first'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly calledAs: string;
  readonly voices: Voices;
  home(actor: Actor): Promise<Home>;
}

export interface HomePages {
  /** Somebody opened theirs: it is shown as it is now, and again whenever it changes. */
  opened(sender: Sender): Promise<void>;
  /** Looks once at everybody's who opened theirs lately; shows those anew that are different. Any number of bots may do so at once. */
  tend(): Promise<void>;
}

/** Nobody's is looked at, or shown anew, more often. */
const everyMs = 15_000;
/** views.publish is of tier 4: a hundred and more a minute for the whole app. */
const publishLimit = { calls: 80, perMs: 60_000 };

export function createHomePages(parts: HomePagesParts): HomePages {
  const { homes, people, clients, clock, logger, calledAs, voices } = parts;

  async function publish(user: string, home: Home, client: WebClient): Promise<void> {
    const view: HomeView = renderHome(home, calledAs, clock.now(), await voices.toPerson(user));
    // Noted first: another bot that looks meanwhile would show the same once more.
    await homes.show(user, digestOf(home));
    try {
      await client.views.publish({ user_id: user, view });
    } catch (error) {
      await homes.show(user, notShown);
      throw error;
    }
  }

  async function homeOf(sender: Sender): Promise<Home> {
    try {
      return await parts.home(await people.actor(sender));
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Fault)) throw error;
      return { sections: [{ title: error.message, lines: error.next === undefined ? [] : [error.next] }] };
    }
  }

  async function renew(user: string): Promise<void> {
    // Of several bots one looks, and to look costs a dozen questions to Redis.
    if (!(await parts.seen.first(`home:${user}`, everyMs))) return;
    const home = await homeOf({ user, team: undefined });
    if ((await homes.shown(user)) === digestOf(home)) return;
    if ((await parts.outbox.allowance('views.publish', publishLimit)) > 0) return;
    await publish(user, home, clients.background);
  }

  return {
    async opened(sender) {
      await homes
        .opened(sender.user)
        .catch((error: unknown) => logger.warn({ err: error }, 'a Home is not kept up to date'));
      await publish(sender.user, await homeOf(sender), clients.interactive);
    },
    async tend() {
      for (const user of await homes.watched()) {
        await renew(user).catch((error: unknown) =>
          logger.warn({ user, outcome: outcomeOf(error) }, 'a Home could not be shown anew'),
        );
      }
    },
  };
}

const notShown = '';
const digestOf = (home: Home): string => createHash('sha256').update(JSON.stringify(home)).digest('hex');
