import { createCatalogue } from '../adapters/catalogue.ts';
import { startScheduled, type Tick } from '../chatops/scheduling.ts';
import { untraced } from '../chatops/untraced.ts';
import { syncSchedules } from '../queue/sync-schedules.ts';
import { takeTicks } from '../queue/ticks.ts';
import type { Foundation, Service } from './foundation.ts';
import { schedulesOf } from './schedules-of.ts';

/** Makes the schedulers what salvor.yaml says, and starts what they ask for. Every bot does: each tick is taken by one of them. */
export async function serveSchedules(foundation: Foundation): Promise<Service> {
  const { config, registry, clock, logger, patient, runs, producer } = foundation;
  // There may be thousands: too many questions at once for a connection that wants each answered in a second.
  const synced = await syncSchedules(patient, schedulesOf(config.settings, registry), clock.now());
  logger.info({ ...synced }, 'schedules are those of salvor.yaml');
  const catalogue = createCatalogue(config.settings);
  const parts = { registry, catalogue, runs, clock, enqueue: producer.enqueue };

  async function onTick(tick: Tick): Promise<void> {
    const facts = { schedule: tick.id, job: tick.job, target: tick.target, at: tick.at };
    const ticked = await startScheduled(tick, parts);
    if (ticked.kind === 'started') logger.info({ ...facts, run: ticked.run.id }, 'a scheduled run is queued');
    else logger.warn({ ...facts, holder: ticked.holder.id }, 'a scheduled run is skipped: another one was under way');
  }

  const { tracer = untraced } = foundation;
  const ticks = await takeTicks({
    ...{ redis: patient, logger },
    onTick: ({ job, target, ...tick }) =>
      tracer.entering('schedule', { schedule: tick.id, job, target }, () => onTick({ ...tick, job, target })),
  });
  return { checks: {}, close: ticks.close };
}
