import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertReport } from '../../src/chatops/alerts/alert-report.ts';
import { AlertThread } from '../../src/chatops/alerts/alert-thread.ts';
import { merge } from '../../src/chatops/alerts/merge.ts';
import { Notification } from '../../src/chatops/alerts/notification.ts';
import { readNotification, type Told } from '../../src/chatops/alerts/told.ts';
import { triage } from '../../src/chatops/alerts/triage.ts';
import { Report } from '../../src/chatops/report.ts';
import { renderAlert } from '../../src/slack/render.ts';
import { cases } from '../cases.ts';
import { notification, rule, type SomeAlert } from '../chatops/alerts/alerts.ts';
import { expectMessage } from './markup.ts';
import { anyJson, anyText } from './texts.ts';

const rules = [
  rule({ action: 'snapshot', mode: 'auto-write' }),
  rule({ name: 'other', alert: 'x', facts: ['backups'] }),
];
const frame = { rules, targetLabel: 'cluster', isTarget: (name: string) => name === 'prod-1' };
const now = new Date('2026-11-23T11:00:00Z');

/** A body as Alertmanager sends it, with anything at all in places of it. */
const pairs = fc.oneof(
  fc.dictionary(anyText, anyText, { maxKeys: 6 }),
  fc.record({ alertname: fc.constant('etcdNoLeader'), cluster: fc.constant('prod-1'), severity: anyText }),
);
const instant = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  anyJson,
);
const anyAlert = fc.record({
  status: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('firing', 'resolved') }, anyJson),
  labels: fc.oneof({ weight: 9, arbitrary: pairs }, anyJson),
  annotations: fc.oneof(
    { weight: 9, arbitrary: fc.record({ summary: anyText, runbook_url: fc.oneof(fc.webUrl(), anyText) }) },
    anyJson,
  ),
  startsAt: fc.oneof({ weight: 9, arbitrary: instant }, anyJson),
  endsAt: instant,
  fingerprint: fc.oneof({ weight: 9, arbitrary: fc.stringMatching(/^[0-9a-f]{16}$/) }, anyJson),
});
const anyBody = fc.record({
  version: fc.oneof({ weight: 9, arbitrary: fc.constant('4') }, anyJson),
  groupKey: fc.oneof({ weight: 9, arbitrary: anyText }, anyJson),
  truncatedAlerts: fc.oneof({ weight: 9, arbitrary: fc.nat(5000) }, anyJson),
  status: fc.constantFrom('firing', 'resolved'),
  receiver: anyText,
  groupLabels: pairs,
  commonLabels: pairs,
  commonAnnotations: pairs,
  externalURL: fc.oneof(fc.webUrl(), anyText),
  alerts: fc.oneof({ weight: 9, arbitrary: fc.array(anyAlert, { maxLength: 80 }) }, anyJson),
});

function mergeAll(all: readonly Told[], at = () => now): AlertThread | undefined {
  let thread: AlertThread | undefined;
  for (const told of all) thread = merge(thread, told, { now: at(), channel: 'C0PROD1' }) ?? thread;
  return thread;
}

describe('whatever is posted to /alerts', () => {
  it('is a notification, or is refused', () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, anyBody), (body) => {
        const { data } = Notification.safeParse(body);
        if (data) expect(readNotification(data, frame).passedOver).toBeLessThanOrEqual(data.alerts.length);
      }),
      cases(500),
    );
  });

  it('is kept within bounds, is the same when it is read again, and is shown', () => {
    fc.assert(
      fc.property(fc.array(anyBody, { minLength: 1, maxLength: 5 }), (bodies) => {
        const told = bodies.flatMap((body) => {
          const { data } = Notification.safeParse(body);
          return data ? readNotification({ ...data, groupKey: 'g' }, frame).told : [];
        });
        const thread = mergeAll(told);
        if (!thread) return;
        expect(thread.alerts.length).toBeLessThanOrEqual(50);
        expect(AlertThread.parse(JSON.parse(JSON.stringify(thread)))).toEqual(thread);
        expect(triage(thread, rules).length).toBeLessThanOrEqual(3);
        Report.parse(alertReport(thread, rules));
        expectMessage(renderAlert(thread, rules, '/salvor', now));
      }),
      cases(300),
    );
  });

  it('changes nothing but the count when it comes again', () => {
    fc.assert(
      fc.property(fc.array(anyBody, { minLength: 1, maxLength: 4 }), (bodies) => {
        const told = bodies.flatMap((body) => {
          const { data } = Notification.safeParse(body);
          return data ? readNotification({ ...data, groupKey: 'g' }, frame).told : [];
        });
        const last = told.at(-1);
        const once = mergeAll(told);
        if (!once || !last) return;
        const again = merge(once, last, { now, channel: 'C0PROD1' });
        const { version: _, notifications, ...rest } = again ?? once;
        const { version, notifications: before, ...was } = once;
        expect(rest).toEqual(was);
        expect(notifications).toBe(before + 1);
        expect(again?.version).toBe(version + 1);
      }),
      cases(300),
    );
  });
});

describe('two Alertmanagers that tell of the same alerts', () => {
  /** When each alert of a group changes, in seconds: it fires, is over, fires again. All within the minutes that one of them may be late. */
  const changes = fc.uniqueArray(fc.integer({ min: 1, max: 240 }), { minLength: 1, maxLength: 5 });
  const history = fc.array(
    changes.map((all) => all.toSorted((a, b) => a - b)),
    { minLength: 1, maxLength: 4 },
  );
  const at = (second: number): Date => new Date(Date.UTC(2026, 10, 23, 10, 0, second));

  /** What the group is at a second, with what has ended since `since`: what Alertmanager tells then. */
  function snapshot(all: readonly (readonly number[])[], second: number, since: number): readonly SomeAlert[] {
    return all.flatMap((its, nth): SomeAlert[] => {
      const past = its.filter((one) => one <= second);
      const last = past.at(-1);
      if (last === undefined) return [];
      const fingerprint = `a${nth}`;
      if (past.length % 2 === 1) return [{ fingerprint, from: at(last) }];
      return last > since ? [{ fingerprint, from: at(past.at(-2) ?? 0), until: at(last) }] : [];
    });
  }

  const tellings = fc.tuple(history, fc.array(fc.nat(1_000_000), { maxLength: 40 }));

  it('have what fires at the end fire, in whatever order their messages come', () => {
    fc.assert(
      fc.property(tellings, ([all, order]) => {
        const seconds = [...new Set(all.flat())].toSorted((a, b) => a - b);
        const told = seconds.flatMap((second, nth) => {
          const alerts = snapshot(all, second, seconds[nth - 1] ?? 0);
          return readNotification(notification(alerts), frame).told;
        });
        const [first, ...others] = told;
        if (!first) return;
        // Each tells all of it; nobody tells that something is over before anybody told that it fires.
        const mixed = [...others, ...told]
          .map((one, nth) => ({ one, place: order[nth] ?? nth }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ one }) => one);
        const thread = mergeAll([first, ...mixed], () => at(241));
        const firing = (thread?.alerts ?? []).filter(({ endedAt }) => !endedAt).map(({ fingerprint }) => fingerprint);
        const wanted = all.flatMap((its, nth) => (its.length % 2 === 1 ? [`a${nth}`] : []));
        expect(firing.toSorted()).toEqual(wanted);
        expect(thread?.state).toBe(wanted.length > 0 ? 'firing' : 'resolved');
      }),
      cases(500),
    );
  });
});
