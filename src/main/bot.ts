import { createCatalogue } from '../adapters/catalogue.ts';
import { Refusal } from '../chatops/errors.ts';
import { homeOf } from '../chatops/home/home.ts';
import { createReception } from '../chatops/reception.ts';
import { grantsIn, groupsOf } from '../config/grants.ts';
import type { Config } from '../config.ts';
import { createHomes } from '../queue/homes.ts';
import { createSeen } from '../queue/seen.ts';
import { createShelf } from '../queue/shelf.ts';
import { createSlackApp, type SlackDelivery } from '../slack/app.ts';
import { alertsOf } from './alerts.ts';
import { tendEverySecond } from './approvals.ts';
import { copyAuditAlways } from './audit-copies.ts';
import type { Foundation, Service } from './foundation.ts';
import { queuePageOf } from './queue-page.ts';
import { repeatedly } from './repeatedly.ts';
import { serveSchedules } from './schedules.ts';
import { stepUpOf } from './step-up.ts';

/** What changed shows in a Home within this time and a little more. */
const homesEveryMs = 5000;

/**
 * Hears Slack, admits runs, and says in Slack what becomes of them. Knows no key of a cluster, nor of a bucket but the one the audit is copied to.
 */
export async function serveBot(
  foundation: Foundation,
  { alertsPort }: { readonly alertsPort?: number | undefined } = {},
): Promise<Service> {
  const { config, registry, clock, logger, runs, outbox, producer, schedules, metrics, failFast } = foundation;
  const { settings } = config;
  const calledAs = settings.slack.command;
  const stepUp = stepUpOf(foundation);
  const copying = await copyAuditOf(foundation);
  const alerts = alertsOf(foundation, alertsPort);
  const catalogue = createCatalogue(settings);
  const slack = createSlackApp({
    botToken: config.slack?.botToken ?? '',
    delivery: deliveryOf(config),
    team: settings.slack.team,
    calledAs,
    apiUrl: settings.slack.apiUrl,
    languages: {
      ...{ language: settings.slack.language, channels: settings.slack.channelLanguages },
      names: [...catalogue.clusters, ...catalogue.registries].map(({ name }) => name),
    },
    runs,
    outbox,
    seen: createSeen(failFast),
    shelf: createShelf(failFast),
    clock,
    logger,
    onCall: metrics.slackCalled,
    tracer: foundation.tracer,
    groups: groupsOf(settings),
    grants: grantsIn(settings),
    approvals: foundation.keepers.approvals,
    alerts: alerts?.desk,
    homes: createHomes(failFast, clock),
    home: (actor, doors) =>
      homeOf(actor, {
        ...{ runs, schedules, clock, catalogue, keepers: foundation.keepers, alerts: alerts?.desk },
        ...doors,
      }),
    reception(doors) {
      const reception = createReception({
        registry,
        catalogue,
        runs,
        schedules,
        keepers: foundation.keepers,
        clock,
        asTyped: (words) => `${calledAs} ${words}`,
        enqueue: (run) => producer.enqueue(run),
        ...doors,
      });
      return { ...reception, approvals: stepUp ? stepUp.over(reception.approvals) : reception.approvals };
    },
  });
  // Not awaited: with Slack down the process lives, is not ready, and says why.
  const starting = slack.start().then(
    () => logger.info({ mode: settings.slack.mode, address: slack.address() }, 'Slack is listened to'),
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      logger.error({ err: error }, error.message);
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    },
  );
  const started: Closable[] = [
    {
      async close() {
        await slack.stop();
        await starting;
      },
    },
    ...(copying ? [copying] : []),
  ];
  /** What started last ends first. */
  const close = async () => {
    for (const one of started.toReversed()) await one.close();
  };
  const failed = 'Homes could not be looked after';
  const starts: readonly (() => Closable | undefined | Promise<Closable | undefined>)[] = [
    () => serveSchedules(foundation),
    () => tendEverySecond(foundation, slack),
    () => repeatedly(() => slack.tendHomes(), { everyMs: homesEveryMs, failed, logger }),
    () => stepUp?.serve(slack),
    () => alerts?.serve(),
    () => queuePageOf(foundation),
  ];
  try {
    for (const start of starts) {
      const one = await start();
      if (one) started.push(one);
    }
  } catch (error) {
    // Else the process would go on without that, and take from Slack what it cannot do.
    await close();
    throw error;
  }
  return { checks: { slack: slack.check }, close };
}

interface Closable {
  close(): Promise<void>;
}

/** Imported only where it is needed: a bot whose audit is not copied loads no client of a bucket. */
async function copyAuditOf(foundation: Foundation): Promise<{ close(): Promise<void> } | undefined> {
  const { buckets, settings } = foundation.config;
  const copy = settings.audit?.copy;
  if (!copy) return undefined;
  const { createObjects } = await import('../adapters/objects.ts');
  const objects = createObjects(buckets);
  const { audit } = foundation.keepers;
  const copying = await copyAuditAlways(copy, { ...foundation, audit, objects }).catch((error: unknown) => {
    objects.close();
    throw error;
  });
  return {
    async close() {
      await copying.close();
      objects.close();
    },
  };
}

function deliveryOf({ settings, slack }: Config): SlackDelivery {
  if (settings.slack.mode === 'http') {
    return { mode: 'http', signingSecret: slack?.signingSecret ?? '', ...settings.slack.listen };
  }
  return { mode: 'socket', appToken: slack?.appToken ?? '' };
}
