import { App, type ViewSubmitAction } from '@slack/bolt';
import type { Access, Actor } from '../chatops/access.ts';
import type { AlertDesk } from '../chatops/alerts/alert-desk.ts';
import type { ApprovalDesk, VotingDesk } from '../chatops/approval-desk.ts';
import type { Saying } from '../chatops/command.ts';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { Home, HomeParts } from '../chatops/home/home.ts';
import type { Posting, Reception } from '../chatops/reception.ts';
import type { Run } from '../chatops/run.ts';
import { untraced } from '../chatops/untraced.ts';
import type { Clock } from '../ports/clock.ts';
import type { Homes } from '../ports/homes.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Runs } from '../ports/runs.ts';
import type { Seen } from '../ports/seen.ts';
import type { Tracer } from '../ports/tracer.ts';
import { createAnswers } from './answers.ts';
import { createSharedFiles } from './attached-files.ts';
import { boltLogger } from './bolt-logger.ts';
import { createClients, type OnCall } from './clients.ts';
import { hearSubmission } from './heard/approvals.ts';
import { hearCommand } from './heard/commands.ts';
import { hearForm } from './heard/forms.ts';
import { hearHomeOpened } from './heard/home.ts';
import { hearMention } from './heard/mentions.ts';
import { hearPress } from './heard/presses.ts';
import type { Room } from './heard/room.ts';
import { askShortcut, hearAsking, hearShortcut, logsShortcut } from './heard/shortcuts.ts';
import { sayingsInThreads } from './heard/thread-words.ts';
import { createHearing } from './hearing.ts';
import { createHomePages, type HomePages } from './home-pages.ts';
import type { Identity } from './identity.ts';
import { createSender } from './outbox.ts';
import { createPeople, type Sender } from './people.ts';
import { createPulse } from './pulse.ts';
import { requestsReceiver } from './receivers/requests.ts';
import { type Connected, socketsReceiver } from './receivers/sockets.ts';
import { formId } from './render.ts';
import { memoryShelf, type Shelf } from './shelf.ts';
import { createTraces } from './traces.ts';
import { createVoices, type SpokenLanguages } from './voices.ts';

export type SlackDelivery =
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number };

export interface SlackParts {
  readonly botToken: string;
  readonly delivery: SlackDelivery;
  /** The workspace whose people may ask for anything. */
  readonly team: string;
  /** '/salvor' */
  readonly calledAs: string;
  readonly languages: SpokenLanguages;
  /** Ends in /api/; slack.com's when absent. */
  readonly apiUrl?: string | undefined;
  readonly runs: Runs;
  readonly outbox: Outbox;
  readonly seen: Seen;
  /** Where what Slack says of people is kept; this process's memory when absent. */
  readonly shelf?: Shelf;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onCall: OnCall;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer | undefined;
  /** The Slack user groups that decide about anything. */
  readonly groups: readonly string[];
  readonly grants: (userId: string, groupIds: readonly string[]) => readonly Access[];
  /** How often an empty outbox is looked at. */
  readonly outboxEveryMs?: number;
  readonly approvals: Pick<VotingDesk, 'find' | 'address'>;
  /** Absent where no alerts come. */
  readonly alerts?: AlertDesk | undefined;
  readonly homes: Homes;
  /** What somebody sees when they open the app; it is given what it needs of the chat. */
  readonly home: (actor: Actor, doors: HomeDoors) => Promise<Home>;
  /** The desk everybody comes to; it is given what it needs of the chat. */
  readonly reception: (doors: SlackDoors) => Reception;
}

export interface SlackDoors {
  /** Posts the root message of a run that was just recorded; answers within about 1.5 s. */
  postCard(run: Run): Promise<Posting>;
  /** A link to the root message of a run, where it has one. */
  linkTo(runId: string): Promise<string | undefined>;
  /** What can be said in the thread of a run, for help. */
  sayings(): readonly Saying[];
}

/** Links into the chat. */
export type HomeDoors = Pick<HomeParts, 'linkTo' | 'linkToMessage'>;

export interface SlackApp extends SlackDoors {
  /** Who somebody is now, with the rights they hold now. Throws as People does. */
  actor(sender: Sender): Promise<Actor>;
  actorNow(sender: Sender): Promise<Actor>;
  readonly approvals: ApprovalDesk;
  /** Looks once at everybody's Home, and shows anew what is different. */
  tendHomes(): Promise<void>;
  /**
   * Resolves once Slack has said who we are and delivers to us; waits for a Slack that is down. Throws Refusal for what waiting
   * does not mend: a wrong token, another workspace.
   */
  start(): Promise<void>;
  /** Takes nothing more, ends what is under way. */
  stop(): Promise<void>;
  /** What is wrong between Slack and here, for /readyz; undefined when nothing is. */
  check(): Promise<string | undefined>;
  /** In http mode, where it listens. */
  address(): { readonly host: string; readonly port: number } | undefined;
}

export function createSlackApp(parts: SlackParts): SlackApp {
  const { runs, seen, clock, logger } = parts;
  const clients = createClients({ token: parts.botToken, apiUrl: parts.apiUrl, logger, onCall: parts.onCall });
  const people = createPeople({
    client: clients.interactive,
    home: identity,
    shelf: parts.shelf ?? memoryShelf(),
    clock,
    logger,
    groups: parts.groups,
    grants: parts.grants,
  });
  const voices = createVoices(parts.languages, people);
  const pulse = createPulse({
    client: clients.background,
    team: parts.team,
    clock,
    logger,
    renew: people.renewGroups,
  });
  const botId = () => identity().botId;
  const botName = () => pulse.identity()?.botName ?? 'salvor';
  const sender = createSender({
    runs,
    clock,
    logger,
    clients,
    outbox: parts.outbox,
    approvals: parts.approvals,
    alerts: parts.alerts,
    calledAs: parts.calledAs,
    voices,
    traces: createTraces(clients.background, botId),
    botName,
    ...(parts.outboxEveryMs === undefined ? {} : { idleMs: parts.outboxEveryMs }),
  });
  const doors: SlackDoors = { postCard: sender.postCard, linkTo, sayings: () => sayingsInThreads(botName()) };
  const reception = parts.reception(doors);
  const answers = createAnswers(clients.interactive, logger, parts.onCall, parts.calledAs, voices);
  const room: Room = {
    hearing: createHearing(seen, answers, logger, parts.tracer ?? untraced),
    reception,
    approvals: reception.approvals,
    alerts: parts.alerts,
    people,
    voices,
    runs,
    seen,
    traces: createTraces(clients.interactive, botId),
    files: createSharedFiles({ ...parts, client: clients.interactive }),
    identity,
    offers(text, actor, channel) {
      if (!parts.alerts)
        throw new Refusal(
          'This Salvor has no rules for alerts.',
          'Whoever keeps salvor.yaml can add them under alerts.',
        );
      return parts.alerts.offers(text, actor, channel);
    },
    linkTo,
    async openView(trigger_id, view) {
      await clients.interactive.views.open({ trigger_id, view });
    },
  };
  const pages = createHomePages({
    ...{ clients, people, seen, clock, logger, voices },
    ...{ homes: parts.homes, outbox: parts.outbox, calledAs: parts.calledAs },
    home: (actor) => parts.home(actor, { linkTo, linkToMessage }),
  });
  const { receiver, address } = openDoor(parts);
  const app = new App({
    receiver,
    // Whose app this is was asked at the start; Bolt's own way would ask again and fail for good if that failed once.
    authorize: async () => ({ botId: identity().botId, botUserId: identity().botUserId }),
    logger: boltLogger(logger),
    clientOptions: { retryConfig: { retries: 0 }, fetch: fetchWithin(2500) },
    convoStore: false,
  });
  const busy = listen(app, room, pages, logger);

  /** Nothing is delivered before Slack has said who we are. */
  function identity(): Identity {
    const known = pulse.identity();
    if (known) return known;
    throw new Fault('Slack has not said yet who this app is.', {
      port: 'slack',
      operation: 'identity',
      retryable: true,
    });
  }

  function linkToMessage(channel: string, ts: string): string | undefined {
    const home = pulse.identity();
    return home && new URL(`archives/${channel}/p${ts.replace('.', '')}`, home.url).href;
  }

  async function linkTo(runId: string): Promise<string | undefined> {
    const thread = (await runs.find(runId))?.thread;
    const message = thread?.ts === undefined ? undefined : linkToMessage(thread.channel, thread.ts);
    if (thread === undefined || message === undefined) return undefined;
    const link = new URL(message);
    // As Slack itself links to a reply.
    if (thread.under !== undefined)
      link.search = `${new URLSearchParams({ thread_ts: thread.under, cid: thread.channel })}`;
    return link.href;
  }

  return {
    ...doors,
    actor: people.actor,
    actorNow: people.actorNow,
    approvals: reception.approvals,
    tendHomes: pages.tend,
    address,
    async start() {
      await pulse.start();
      // Stopped before Slack answered: nothing is to be opened any more.
      if (!pulse.identity()) return;
      sender.start();
      await receiver.start();
    },
    async stop() {
      pulse.stop();
      await receiver.stop();
      await Promise.allSettled(busy);
      await sender.stop();
    },
    check: async () => pulse.trouble() ?? receiver.trouble(),
  };
}

function openDoor({ delivery, apiUrl, clock, logger }: SlackParts): {
  readonly receiver: Connected;
  readonly address: SlackApp['address'];
} {
  if (delivery.mode === 'socket') {
    return { receiver: socketsReceiver({ appToken: delivery.appToken, apiUrl, logger }), address: () => undefined };
  }
  const receiver = requestsReceiver({ ...delivery, clock, logger });
  return { receiver, address: receiver.address };
}

/** Hears everything Slack delivers. Each is acknowledged at once and worked on then; answers the work under way. */
function listen(app: App, room: Room, pages: HomePages, logger: Logger): ReadonlySet<Promise<void>> {
  const busy = new Set<Promise<void>>();
  const work = async (ack: (() => Promise<void>) | undefined, heard: () => Promise<unknown>) => {
    // Where the acknowledgement is lost, Slack tells the person that it failed. Then it shall have failed.
    await ack?.();
    const done = heard().then(() => undefined);
    busy.add(done);
    await done.finally(() => busy.delete(done));
  };
  app.command(/^\//, ({ ack, body, respond }) => work(ack, () => hearCommand(room, body, respond)));
  app.action(/.*/, ({ ack, body, respond }) => work(ack, () => hearPress(room, body, respond)));
  app.shortcut(askShortcut, ({ ack, body, respond }) => work(ack, () => hearAsking(room, body, respond)));
  app.shortcut(logsShortcut, ({ ack, body, respond }) => work(ack, () => hearShortcut(room, body, respond)));
  app.view<ViewSubmitAction>({ callback_id: /^approval\./, type: 'view_submission' }, ({ ack, body }) =>
    work(undefined, () => hearSubmission(room, body, ack)),
  );
  app.view<ViewSubmitAction>({ callback_id: formId, type: 'view_submission' }, ({ ack, body }) =>
    work(undefined, () => hearForm(room, body, ack)),
  );
  app.event('app_home_opened', ({ body }) => work(undefined, () => hearHomeOpened(pages, body)));
  app.event('app_mention', ({ body }) =>
    work(undefined, async () => {
      const isForUs = await hearMention(room, body);
      if (!isForUs) logger.info({ event: body.event_id }, 'a mention that is no command was left alone');
    }),
  );
  app.error(async (error) => logger.error({ err: error }, 'a delivery of Slack could not be handled'));
  return busy;
}

/** Bolt's respond() has no timeout of its own. */
function fetchWithin(ms: number) {
  return (url: string | URL, init: RequestInit = {}) => fetch(url, { signal: AbortSignal.timeout(ms), ...init });
}
