import { Gauge, type Registry } from 'prom-client';
import type { AlertThreads } from '../ports/alert-threads.ts';
import type { Approvals } from '../ports/approvals.ts';
import type { Freezes } from '../ports/freezes.ts';
import type { Leases } from '../ports/leases.ts';
import type { Measured } from '../ports/runs.ts';
import type { Schedules } from '../ports/schedules.ts';
import { gauges, refreshing, secondsOf } from './gauges.ts';

/** What all processes share, as it is now; asked at every scrape, and the same from each of them. */
export interface Shared {
  queues(): Promise<
    readonly {
      readonly site: string;
      readonly queue: string;
      readonly waiting: number;
      readonly active: number;
      readonly oldestMs: number;
    }[]
  >;
  /** How many workers of each site are alive. */
  workers(): Promise<readonly { readonly site: string; readonly alive: number }[]>;
  outbox(): Promise<{ readonly waiting: number; readonly oldestMs: number; readonly givenUp: number }>;
  /** What the last runs measured, whichever process they ran in. */
  measured(): Promise<readonly Measured[]>;
  schedules: Schedules['list'];
  approvals: Approvals['unsettled'];
  leases: Leases['list'];
  freezes: Freezes['list'];
  /** Groups of alerts. */
  firing: AlertThreads['firing'];
}

/** Puts what is shared among the metrics; each of the answers asks for a part of it, and rejects where it cannot be asked. */
export const sharedGauges = (shared: Shared, registers: Registry[]): readonly (() => Promise<void>)[] => [
  gaugeQueues(shared, registers),
  gaugeWorkers(shared, registers),
  gaugeOutbox(shared, registers),
  gaugeMeasures(shared, registers),
  gaugeSchedules(shared, registers),
  gaugeApprovals(shared, registers),
  gaugeLeases(shared, registers),
  gaugeFreezes(shared, registers),
  gaugeAlerts(shared, registers),
];

function gaugeQueues({ queues }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    {
      salvor_queue_waiting: 'Runs that wait for a worker',
      salvor_queue_active: 'Runs under way',
      salvor_queue_oldest_seconds: 'Age of the run that waits longest',
    },
    ['site', 'queue'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    queues,
    (all) => {
      for (const { site, queue, ...now } of all) {
        its.salvor_queue_waiting.set({ site, queue }, now.waiting);
        its.salvor_queue_active.set({ site, queue }, now.active);
        its.salvor_queue_oldest_seconds.set({ site, queue }, now.oldestMs / 1000);
      }
    },
  );
}

function gaugeWorkers({ workers }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    { salvor_workers_alive: 'Workers that gave a sign of life within half a minute' },
    ['site'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    workers,
    (all) => {
      for (const { site, alive } of all) its.salvor_workers_alive.set({ site }, alive);
    },
  );
}

function gaugeOutbox({ outbox }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    {
      salvor_outbox_waiting: 'Letters that wait to be said',
      salvor_outbox_oldest_seconds: 'Age of the oldest unsaid letter',
      salvor_outbox_given_up: 'Letters that the chat refused for good',
    },
    [],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    outbox,
    (now) => {
      its.salvor_outbox_waiting.set(now.waiting);
      its.salvor_outbox_oldest_seconds.set(now.oldestMs / 1000);
      its.salvor_outbox_given_up.set(now.givenUp);
    },
  );
}

/** Numbers a job measured become gauges named after both: snapshot's databaseBytes is salvor_snapshot_database_bytes. */
function gaugeMeasures({ measured }: Shared, registers: Registry[]): () => Promise<void> {
  const known = new Map<string, Gauge>();
  const gauge = (name: string, help: string) => {
    const its = known.get(name) ?? new Gauge({ name, help, labelNames: ['target'], registers });
    known.set(name, its);
    return its;
  };
  const tell = ({ job, target, measures, measuredAt, succeededAt }: Measured) => {
    const prefix = `salvor_${job.replaceAll(/[.-]/g, '_')}`;
    const since = (name: string, help: string, at: Date | undefined) =>
      at && gauge(`${prefix}_${name}_timestamp_seconds`, help).set({ target }, secondsOf(at));
    for (const [measure, value] of Object.entries(measures)) {
      const name = `${prefix}_${measure.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      gauge(name, `${measure} of the last ${job}`).set({ target }, value);
    }
    since('last_success', `When the last ${job} succeeded`, succeededAt);
    since('measured', `When the last ${job} that measured anything ended`, measuredAt);
  };
  return refreshing(
    () => known.values(),
    measured,
    (all) => {
      for (const one of all) tell(one);
    },
  );
}

function gaugeSchedules({ schedules }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    {
      salvor_schedule_last_success_timestamp_seconds: 'When a run of the schedule was well last',
      salvor_schedule_failing: '1 while the last run of the schedule was not well, else 0',
      salvor_schedule_next_timestamp_seconds: 'When the schedule comes next; in the past: no bot',
    },
    ['schedule', 'target'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    schedules,
    (all) => {
      for (const { name: schedule, target, nextAt, record } of all) {
        const labels = { schedule, target };
        its.salvor_schedule_failing.set(labels, record.failingSince ? 1 : 0);
        if (record.succeededAt)
          its.salvor_schedule_last_success_timestamp_seconds.set(labels, secondsOf(record.succeededAt));
        if (nextAt) its.salvor_schedule_next_timestamp_seconds.set(labels, secondsOf(nextAt));
      }
    },
  );
}

function gaugeApprovals({ approvals }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    {
      salvor_approvals: 'Approvals that are pending, approved or running',
      salvor_approvals_oldest_timestamp_seconds: 'When the oldest of them was asked for',
    },
    ['target', 'state'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    approvals,
    (all) => {
      const newestFirst = all.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
      for (const { plan, state, createdAt } of newestFirst) {
        const labels = { target: plan.target, state };
        its.salvor_approvals.inc(labels);
        its.salvor_approvals_oldest_timestamp_seconds.set(labels, secondsOf(createdAt));
      }
    },
  );
}

function gaugeLeases({ leases }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    {
      salvor_lease_taken_timestamp_seconds: 'When a dangerous run took the target that it holds',
      salvor_lease_renewed_timestamp_seconds: 'When that run last said that it is alive',
    },
    ['target'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    leases,
    (all) => {
      for (const { target, takenAt, renewedAt } of all) {
        its.salvor_lease_taken_timestamp_seconds.set({ target }, secondsOf(takenAt));
        its.salvor_lease_renewed_timestamp_seconds.set({ target }, secondsOf(renewedAt));
      }
    },
  );
}

function gaugeFreezes({ freezes }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    { salvor_frozen_timestamp_seconds: 'Since when changes are held back; target all: of everything' },
    ['target'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    freezes,
    (all) => {
      for (const { target, at } of all) its.salvor_frozen_timestamp_seconds.set({ target }, secondsOf(at));
    },
  );
}

function gaugeAlerts({ firing }: Shared, registers: Registry[]): () => Promise<void> {
  const its = gauges(
    { salvor_alert_groups_firing: 'Groups of alerts that fire' },
    ['target', 'acknowledged'],
    registers,
  );
  return refreshing(
    () => Object.values(its),
    firing,
    (all) => {
      for (const { target, acknowledged } of all)
        its.salvor_alert_groups_firing.inc({ target, acknowledged: acknowledged ? 'yes' : 'no' });
    },
  );
}
