import { setTimeout as wait } from 'node:timers/promises';
import type { Registry } from '../chatops/registry.ts';
import type { Run } from '../chatops/run.ts';
import { startScheduled } from '../chatops/scheduling.ts';
import { untraced } from '../chatops/untraced.ts';
import { flappingIn } from '../ops/kubernetes/leaders/flapping.ts';
import { followLeaders } from '../ops/kubernetes/leaders/follow-leaders.ts';
import type { Catalogue, Cluster } from '../ports/catalogue.ts';
import type { Clock } from '../ports/clock.ts';
import type { Informer } from '../ports/informer.ts';
import type { Logger } from '../ports/logger.ts';
import type { Runs } from '../ports/runs.ts';
import type { Schedule } from '../ports/schedules.ts';
import type { Takeover, Takeovers } from '../ports/takeovers.ts';
import type { Tracer } from '../ports/tracer.ts';
import { repeatedly } from './repeatedly.ts';

export interface LeaderWatchParts {
  readonly informer: Informer;
  readonly takeovers: Takeovers;
  readonly catalogue: Catalogue;
  readonly schedules: readonly Schedule[];
  readonly registry: Pick<Registry, 'jobs'>;
  readonly runs: Runs;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer | undefined;
  enqueue(run: Run): Promise<void>;
}

export interface LeaderWatch {
  /** What happens every minute. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const everyMs = 60_000;

/**
 * Watches the leaders of a site's clusters, and starts the run of the schedule that tells of them as soon as one changes hands too often, and once
 * none does any more: it speaks in the channel when that is news. All workers of a site do; the same takeover starts the same run. What is watched
 * the informer tells to whoever asks who leads.
 */
export function watchLeaders(parts: LeaderWatchParts, site: string): LeaderWatch {
  const stop = new AbortController();
  const clusters = parts.catalogue.clusters.filter((one) => one.hasKubernetes && one.site === site);
  const watched = clusters.map((cluster) => watchCluster(parts, cluster, stop.signal));
  const look = async () => void (await Promise.all(watched.map((one) => one.look())));
  const minutely = repeatedly(look, {
    everyMs,
    failed: 'could not tell how often leaders change hands',
    logger: parts.logger,
  });
  return {
    look,
    async close() {
      stop.abort();
      await minutely.close();
      await Promise.all(watched.map(({ ended }) => ended));
    },
  };
}

function watchCluster(parts: LeaderWatchParts, cluster: Cluster, signal: AbortSignal) {
  const { informer, takeovers, clock, logger } = parts;
  const { name, takeoversPerHour = Number.POSITIVE_INFINITY } = cluster;
  let deafWith: string | undefined = 'nothing heard yet';
  let told = '';
  let underWay: Promise<void> = Promise.resolve();

  async function look(at: Date): Promise<void> {
    if (deafWith !== undefined) return;
    await takeovers.watched(name);
    const flapping = flappingIn(await takeovers.lately(name), takeoversPerHour).join(' ');
    if (flapping === told) return;
    await tell(parts, name, at);
    told = flapping;
  }

  /** One after the other; what fails comes again with the next minute. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    underWay = underWay
      .then(work)
      .catch((error: unknown) => logger.warn({ cluster: name, err: error }, 'could not tell of a takeover'));
    return underWay;
  };

  const follower = {
    tookOver(takeover: Takeover) {
      logger.info({ ...takeover }, 'a leader changed hands');
      void inTurn(async () => {
        await takeovers.note(takeover);
        await look(takeover.at);
      });
    },
    hears() {
      deafWith = undefined;
      logger.info({ cluster: name }, 'leaders are watched');
      void inTurn(() => takeovers.watched(name));
    },
    deaf(fault: { readonly code: string }) {
      if (deafWith !== fault.code) logger.warn({ cluster: name, err: fault }, 'leaders cannot be watched');
      deafWith = fault.code;
    },
  };

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      await followLeaders(informer, name, follower, signal).catch((error: unknown) => {
        logger.error({ cluster: name, err: error }, 'the watch of leaders ended by a mistake of our own');
      });
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const ended = follow().then(() => underWay);
  // All workers mean the same minute.
  const minute = () => new Date(Math.floor(clock.now().getTime() / everyMs) * everyMs);
  return { look: () => inTurn(() => look(minute())), ended };
}

/** By the same door as the schedule's own times. */
async function tell(parts: LeaderWatchParts, cluster: string, at: Date): Promise<void> {
  const schedule = parts.schedules.find((one) => one.job === 'leaders' && one.target === cluster);
  if (!schedule) return;
  const { tracer = untraced } = parts;
  const ticked = await tracer.entering('leaders', { schedule: schedule.id, job: schedule.job, target: cluster }, () =>
    startScheduled({ ...schedule, at }, parts),
  );
  if (ticked.kind === 'started')
    parts.logger.info({ cluster, run: ticked.run.id }, 'a run that tells of leaders is queued');
}
