import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stemOf } from '../../../../src/ops/etcd/backup/backup-layout.ts';
import { type BackupFacts, newestVerified, retain } from '../../../../src/ops/etcd/backup/retention.ts';
import type { KeepRules } from '../../../../src/ports/catalogue.ts';
import { cases } from '../../../cases.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Sunday. */
const now = new Date('2026-03-01T09:00:00Z');

interface Facts extends BackupFacts {
  readonly id: string;
}

function backup(id: string, takenAt: Date, facts: Partial<BackupFacts> = {}): Facts {
  return { id, stem: stemOf({ takenAt, id }), takenAt, kind: 'own', standing: 'verified', ...facts };
}

const at = (time: string, facts: Partial<BackupFacts> = {}) => backup(time, new Date(`${time}Z`), facts);
const kept = (backups: readonly Facts[], rules: KeepRules, when = now) =>
  retain(backups, rules, when).flatMap(({ backup: { id }, does }) => (does === 'keep' ? [id] : []));
const said = (backups: readonly Facts[], rules: KeepRules, alarm?: string) =>
  Object.fromEntries(
    retain(backups, rules, now, alarm).map(({ backup: { id }, does, why }) => [id, `${does}: ${why}`]),
  );

describe('a rule keeps', () => {
  it('the newest so many', () => {
    const backups = ['2026-03-01T03:00', '2026-02-28T03:00', '2026-02-27T03:00'].map((time) => at(time));
    expect(said(backups, { last: 2 })).toEqual({
      '2026-03-01T03:00': 'keep: the newest verified backup; among the newest 2',
      '2026-02-28T03:00': 'keep: among the newest 2',
      '2026-02-27T03:00': 'remove: older than every rule',
    });
  });

  it('the newest of each UTC hour', () => {
    const backups = ['2026-03-01T08:59', '2026-03-01T08:00', '2026-03-01T07:59', '2026-03-01T06:10'].map((time) =>
      at(time),
    );
    expect(said(backups, { hourly: 2 })).toEqual({
      '2026-03-01T08:59': 'keep: the newest verified backup; newest of its hour, 1 of 2 hourly',
      '2026-03-01T08:00': 'remove: a newer one of its hour is kept',
      '2026-03-01T07:59': 'keep: newest of its hour, 2 of 2 hourly',
      '2026-03-01T06:10': 'remove: older than every rule',
    });
  });

  it('the newest of each UTC day that has one', () => {
    const backups = ['2026-02-28T23:59', '2026-02-28T00:00', '2026-02-27T23:59', '2026-01-01T12:00'].map((time) =>
      at(time),
    );
    expect(kept(backups, { daily: 3 })).toEqual(['2026-02-28T23:59', '2026-02-27T23:59', '2026-01-01T12:00']);
  });

  it('the newest of each ISO week, over the end of a year too', () => {
    // The week of 1 January 2026, a Thursday, begins on Monday, 29 December.
    const times = ['2026-01-05T00:00', '2026-01-04T23:59', '2025-12-29T00:00', '2025-12-28T23:59', '2025-12-22T00:00'];
    expect(
      kept(
        times.map((time) => at(time)),
        { weekly: 3 },
      ),
    ).toEqual(['2026-01-05T00:00', '2026-01-04T23:59', '2025-12-28T23:59']);
  });

  it('the newest of each month', () => {
    const times = ['2026-02-28T23:59', '2026-02-01T00:00', '2026-01-31T23:59', '2025-12-31T23:59'];
    expect(
      kept(
        times.map((time) => at(time)),
        { monthly: 2 },
      ),
    ).toEqual(['2026-02-28T23:59', '2026-01-31T23:59']);
  });

  it('everything younger than so many days', () => {
    const backups = [
      backup('young', new Date(now.getTime() - 2 * day + 1)),
      backup('old', new Date(now.getTime() - 2 * day)),
    ];
    expect(said(backups, { days: 2 })).toEqual({
      young: 'keep: the newest verified backup; younger than 2 days',
      old: 'remove: older than every rule',
    });
  });

  it('what any of several keep, and says so of each', () => {
    const backups = ['2026-03-01T08:00', '2026-03-01T02:00', '2026-02-20T02:00', '2026-02-19T02:00'].map((time) =>
      at(time),
    );
    expect(said(backups, { hourly: 2, daily: 1, monthly: 2 })).toEqual({
      '2026-03-01T08:00':
        'keep: the newest verified backup; newest of its hour, 1 of 2 hourly; newest of its day, 1 of 1 daily; newest of its month, 1 of 2 monthly',
      '2026-03-01T02:00': 'keep: newest of its hour, 2 of 2 hourly',
      '2026-02-20T02:00': 'keep: newest of its month, 2 of 2 monthly',
      '2026-02-19T02:00': 'remove: a newer one of its month is kept',
    });
  });
});

describe('nothing takes away', () => {
  const newest = at('2026-03-01T08:00', { standing: 'untried' });

  it('the newest verified backup, however old', () => {
    const backups = [newest, at('2020-01-01T00:00'), at('2019-01-01T00:00')];
    expect(said(backups, { last: 1 })).toMatchObject({
      '2020-01-01T00:00': 'keep: the newest verified backup',
      '2019-01-01T00:00': 'remove: older than every rule',
    });
  });

  it('what is locked, as long as it is', () => {
    const until = (time: string) =>
      ({ retention: { mode: 'compliance', until: new Date(time) }, legalHold: false }) as const;
    const backups = [
      at('2026-03-01T08:00'),
      at('2026-01-05T00:00', { lock: until('2026-03-01T09:01:00Z') }),
      at('2026-01-04T00:00', { lock: until('2026-03-01T09:00:00Z') }),
      at('2026-01-03T00:00', { lock: { legalHold: true } }),
      at('2026-01-02T00:00', { lock: { ...until('2026-04-01T00:00:00Z'), legalHold: true } }),
      at('2026-01-01T00:00', { lock: { legalHold: false } }),
    ];
    expect(said(backups, { last: 1 })).toMatchObject({
      '2026-01-05T00:00': 'keep: locked until 2026-03-01 09:01 UTC',
      '2026-01-04T00:00': 'remove: older than every rule',
      '2026-01-03T00:00': 'keep: under a legal hold',
      '2026-01-02T00:00': 'keep: locked until 2026-04-01 00:00 UTC, and under a legal hold',
      '2026-01-01T00:00': 'remove: older than every rule',
    });
  });

  it('what Salvor did not make, what tells nothing, what comes from the future; and none of them takes another’s place', () => {
    const backups = [
      at('2027-01-01T00:00'),
      at('2026-03-01T08:30', { kind: 'foreign' }),
      at('2026-03-01T08:20', { standing: 'unreadable' }),
      at('2026-03-01T08:00'),
      at('2026-03-01T07:00'),
    ];
    expect(said(backups, { last: 1 })).toEqual({
      '2027-01-01T00:00': 'keep: taken in the future: a clock is wrong',
      '2026-03-01T08:30': 'keep: not made by Salvor',
      '2026-03-01T08:20': 'keep: its manifest tells nothing',
      '2026-03-01T08:00': 'keep: the newest verified backup; among the newest 1',
      '2026-03-01T07:00': 'remove: older than every rule',
    });
  });

  it('a good one for a broken one’s sake, nor the broken one that a rule asks for', () => {
    const backups = [
      at('2026-03-01T08:00', { standing: 'broken' }),
      at('2026-03-01T07:00'),
      at('2026-03-01T06:00', { standing: 'broken' }),
      at('2026-03-01T05:00'),
    ];
    expect(said(backups, { daily: 1 })).toEqual({
      '2026-03-01T08:00': 'keep: newest of its day, 1 of 1 daily',
      '2026-03-01T07:00': 'keep: the newest verified backup; newest of its day, 1 of 1 daily',
      '2026-03-01T06:00': 'remove: a newer one of its day is kept',
      '2026-03-01T05:00': 'remove: a newer one of its day is kept',
    });
  });

  it('anything while no backup of Salvor’s is verified', () => {
    const backups = [
      newest,
      at('2026-02-01T00:00', { standing: 'broken' }),
      at('2026-01-01T00:00', { kind: 'foreign' }),
    ];
    const why = 'keep: no backup is verified, and until one is all of them stay';
    expect(Object.values(said(backups, { last: 1 }))).toEqual([why, why, why]);
  });

  it('anything while an alarm stands, or without a rule', () => {
    const backups = [at('2026-03-01T08:00'), at('2026-02-01T00:00')];
    expect(Object.values(said(backups, { last: 1 }, 'r-7 has shrunk'))).toEqual([
      'keep: r-7 has shrunk',
      'keep: r-7 has shrunk',
    ]);
    expect(kept(backups, {})).toHaveLength(2);
  });
});

const lock = fc.option(
  fc.record({
    legalHold: fc.boolean(),
    retention: fc.constant({ mode: 'governance' as const, until: new Date(now.getTime() + day) }),
  }),
  { nil: undefined },
);
const someBackups = fc
  .array(
    fc.record({
      // Close enough for several in one period, some of them in the future.
      minutesAgo: fc.oneof(fc.integer({ min: -90, max: 3_000 }), fc.integer({ min: 0, max: 200_000 })),
      kind: fc.constantFrom('own', 'own', 'own', 'foreign'),
      standing: fc.constantFrom('verified', 'untried', 'untried', 'broken', 'unreadable'),
      lock,
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ minutesAgo, lock: held, ...facts }, index) =>
      backup(`r-${index}`, new Date(now.getTime() - minutesAgo * 60_000), {
        ...facts,
        ...(held ? { lock: held } : {}),
      }),
    ),
  );
const count = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
const someRules = fc.record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, days: count });

describe('whatever the backups and the rules', () => {
  const holds = (property: (backups: readonly Facts[], rules: KeepRules) => void) =>
    fc.assert(fc.property(someBackups, someRules, property), cases(300));

  it('there is one decision for each, in the order given, and it does not depend on that order', () => {
    holds((backups, rules) => {
      const decisions = retain(backups, rules, now);
      expect(decisions.map((decision) => decision.backup)).toEqual(backups);
      expect(retain(backups.toReversed(), rules, now).toReversed()).toEqual(decisions);
    });
  });

  it('what stayed stays again, for the same reason', () => {
    holds((backups, rules) => {
      const stayed = retain(backups, rules, now).filter(({ does }) => does === 'keep');
      expect(
        retain(
          stayed.map((decision) => decision.backup),
          rules,
          now,
        ),
      ).toEqual(stayed);
    });
  });

  it('the newest verified stays, and so does what is locked, foreign, unreadable, or from the future', () => {
    holds((backups, rules) => {
      const stays = new Set(kept(backups, rules));
      const proven = newestVerified(backups, now);
      if (proven) expect(stays).toContain(proven.id);
      for (const { id, kind, standing, takenAt, lock: held } of backups)
        if (held || kind === 'foreign' || standing === 'unreadable' || takenAt > now) expect(stays).toContain(id);
    });
  });

  it('each rule gets what it asks for, of all and of those that are not broken', () => {
    const periods = {
      hourly: (instant: Date) => instant.toISOString().slice(0, 13),
      daily: (instant: Date) => instant.toISOString().slice(0, 10),
      weekly: mondayOf,
      monthly: (instant: Date) => instant.toISOString().slice(0, 7),
    };
    holds((backups, rules) => {
      const stays = new Set(kept(backups, rules));
      const counted = backups.filter(
        (one) => one.kind === 'own' && one.standing !== 'unreadable' && one.takenAt <= now,
      );
      for (const asked of [counted, counted.filter(({ standing }) => standing !== 'broken')]) {
        const newestFirst = asked.toSorted((a, b) => (a.stem < b.stem ? -1 : 1));
        const expected = newestFirst.slice(0, rules.last ?? 0);
        for (const rule of ['hourly', 'daily', 'weekly', 'monthly'] as const) {
          const newest = new Map(newestFirst.toReversed().map((one) => [periods[rule](one.takenAt), one]));
          expected.push(
            ...[...newest]
              .toSorted(([a], [b]) => (a < b ? 1 : -1))
              .slice(0, rules[rule] ?? 0)
              .map(([, one]) => one),
          );
        }
        expected.push(...asked.filter(({ takenAt }) => now.getTime() - takenAt.getTime() < (rules.days ?? 0) * day));
        for (const { id } of expected) expect(stays).toContain(id);
      }
    });
  });

  it('a more generous rule keeps no less', () => {
    holds((backups, rules) => {
      const most = Object.fromEntries(Object.entries(rules).map(([rule, many]) => [rule, (many ?? 0) + 1]));
      // No rule at all keeps everything.
      if (Object.values(rules).some((many) => many !== undefined))
        expect(kept(backups, most)).toEqual(expect.arrayContaining(kept(backups, rules)));
    });
  });

  it('time and a newer backup bring nothing back that had gone', () => {
    holds((backups, rules) => {
      const stays = kept(backups, rules);
      expect(stays).toEqual(expect.arrayContaining(kept(backups, rules, new Date(now.getTime() + 5 * day))));
      const more = [...backups, backup('newer', now)];
      expect(['newer', ...stays]).toEqual(expect.arrayContaining(kept(more, rules)));
    });
  });
});

it('decides about 100,000 in well under a second', () => {
  const backups = Array.from({ length: 100_000 }, (_, index) =>
    backup(`r-${index}`, new Date(now.getTime() - index * hour)),
  );
  const begun = process.threadCpuUsage();
  const decisions = retain(backups, { last: 10, hourly: 48, daily: 30, weekly: 12, monthly: 24, days: 3 }, now);
  expect(process.threadCpuUsage(begun).user).toBeLessThan(1_000_000);
  expect(decisions.filter(({ does }) => does === 'keep').length).toBeLessThan(200);
});

/** The date of the Monday that an instant's week begins with. */
function mondayOf(instant: Date): string {
  const monday = new Date(instant);
  monday.setUTCDate(instant.getUTCDate() - ((instant.getUTCDay() + 6) % 7));
  return monday.toISOString().slice(0, 10);
}
