import { describe, expect, it } from 'vitest';
import type { AlertThread } from '../../../src/chatops/alerts/alert-thread.ts';
import { forget, merge } from '../../../src/chatops/alerts/merge.ts';
import { readNotification } from '../../../src/chatops/alerts/told.ts';
import { at, notification, rule, type SomeAlert } from './alerts.ts';

const frame = { rules: [rule()], targetLabel: 'cluster', isTarget: (name: string) => name === 'prod-1' };

function told(before: AlertThread | undefined, now: Date, alerts: readonly SomeAlert[], changes: object = {}) {
  const [one] = readNotification(notification(alerts, changes), frame).told;
  if (!one) throw new Error('nobody is told');
  return merge(before, one, { now, channel: 'C1' });
}

function mustBeTold(...all: Parameters<typeof told>): AlertThread {
  const thread = told(...all);
  if (!thread) throw new Error('there is nothing to tell');
  return thread;
}

const firing = ({ alerts }: AlertThread) =>
  alerts.filter(({ endedAt }) => !endedAt).map(({ fingerprint }) => fingerprint);

describe('a group of alerts', () => {
  it('begins a thread in the home of its target', () => {
    expect(told(undefined, at(1), [{}])).toMatchObject({
      ...{ version: 1, target: 'prod-1', state: 'firing', notifications: 1, thread: { channel: 'C1' } },
      alerts: [{ name: 'etcdNoLeader', severity: 'critical', rule: 'no-leader', summary: 'etcd has no leader' }],
      labels: { alertname: 'etcdNoLeader', cluster: 'prod-1' },
    });
  });

  it('is one thread however often and by however many it is told', () => {
    const first = mustBeTold(undefined, at(1), [{}]);
    const second = mustBeTold(first, at(2), [{}]);
    expect(second).toMatchObject({ id: first.id, version: 2, notifications: 2, alerts: first.alerts });
  });

  it('keeps the start that it heard first: another Prometheus may have seen it later', () => {
    const first = mustBeTold(undefined, at(1), [{ from: at(0) }]);
    expect(mustBeTold(first, at(2), [{ from: at(1) }]).alerts).toEqual([{ ...first.alerts[0], latestStart: at(1) }]);
  });

  it('goes on firing when somebody is late to say that it was over before', () => {
    const again = mustBeTold(mustBeTold(undefined, at(1), [{ from: at(1) }]), at(3), [{ from: at(3) }]);
    const late = told(again, at(4), [{ from: at(1), until: at(2) }]);
    expect(late).toMatchObject({ state: 'firing', alerts: [{ startsAt: at(1) }] });
    expect(told(late, at(6), [{ from: at(3), until: at(5) }])).toMatchObject({ state: 'resolved' });
  });

  it('is not all over by a late end that others of it began after', () => {
    const both = mustBeTold(undefined, at(3), [{ from: at(1) }, { fingerprint: 'b2', from: at(3) }]);
    expect(firing(mustBeTold(both, at(4), [{ from: at(1), until: at(2) }]))).toEqual(['b2']);
  });

  it('does not fire again by what a late Alertmanager still says', () => {
    const over = mustBeTold(mustBeTold(undefined, at(1), [{}]), at(5), [{ until: at(4) }]);
    expect(over).toMatchObject({ state: 'resolved', resolvedAt: at(5) });
    expect(told(over, at(6), [{}])).toMatchObject({ state: 'resolved', resolvedAt: at(5) });
  });

  it('fires again in the same thread when it comes back soon', () => {
    const over = mustBeTold(mustBeTold(undefined, at(1), [{}]), at(5), [{ until: at(4) }]);
    const again = mustBeTold(over, at(10), [{ from: at(9) }]);
    expect(again).toMatchObject({ id: over.id, state: 'firing', alerts: [{ startsAt: at(9) }] });
    expect(again.resolvedAt).toBeUndefined();
  });

  it('has a thread of its own when it comes back later', () => {
    const over = mustBeTold(mustBeTold(undefined, at(1), [{}]), at(5), [{ until: at(4) }]);
    const later = mustBeTold(over, at(40), [{ from: at(39) }]);
    expect(later).toMatchObject({ state: 'firing', version: over.version + 1, notifications: 1, decisions: [] });
    expect(later.id).not.toBe(over.id);
  });

  it('says nothing of what is over before anybody heard of it', () => {
    expect(told(undefined, at(5), [{ until: at(4) }])).toBeUndefined();
  });

  it('does not take what was left away for over', () => {
    const both = mustBeTold(undefined, at(1), [{}, { fingerprint: 'b2' }]);
    const cut = mustBeTold(both, at(2), [{ until: at(2) }], { truncatedAlerts: 1 });
    expect(cut).toMatchObject({ state: 'firing', truncated: 1 });
    expect(firing(cut)).toEqual(['b2']);
  });

  it('is over once Alertmanager says so of all of it, also of what it does not list', () => {
    const both = mustBeTold(undefined, at(1), [{}, { fingerprint: 'b2' }]);
    const over = mustBeTold(both, at(2), [{ until: at(2) }]);
    expect(over.state).toBe('resolved');
    expect(firing(over)).toEqual([]);
  });

  it('keeps fifty and says how many there are besides', () => {
    const many = Array.from({ length: 70 }, (_, nth) => ({ fingerprint: (nth + 16).toString(16) }));
    const thread = mustBeTold(undefined, at(1), many);
    expect([thread.alerts.length, thread.untold]).toEqual([50, 20]);
  });

  it('is forgotten when nothing was said of it for more than a day', () => {
    const thread = mustBeTold(undefined, at(1), [{}]);
    expect(forget(thread, at(60 * 24))).toBeUndefined();
    expect(forget(thread, at(60 * 26))).toMatchObject({ state: 'resolved', alerts: [{ endedAt: at(1) }] });
  });
});

describe('what is told at all', () => {
  const read = (alerts: readonly SomeAlert[], rules = [rule()]) =>
    readNotification(notification(alerts), { ...frame, rules });

  it('is of targets that salvor.yaml names, each by itself', () => {
    const { told: groups, passedOver } = readNotification(
      notification([{}, { cluster: 'prod-2', fingerprint: 'b2' }, { cluster: '../etc', fingerprint: 'c3' }]),
      { ...frame, isTarget: (name) => name.startsWith('prod-') },
    );
    expect(groups.map(({ target }) => target)).toEqual(['prod-1', 'prod-2']);
    expect(passedOver).toBe(1);
  });

  it('is nothing of a group without any alert that a rule speaks of', () => {
    expect(read([{ name: 'Watchdog' }])).toEqual({ told: [], passedOver: 1 });
    expect(read([{ name: 'Watchdog' }, { fingerprint: 'b2' }]).told[0]?.alerts).toHaveLength(2);
  });

  it('takes a rule only where all its labels are there', () => {
    const strict = rule({ match: { severity: 'critical' } });
    expect(read([{ severity: 'warning' }], [strict]).told).toEqual([]);
    expect(read([{}], [strict]).told).toHaveLength(1);
  });

  it('shows no address that is none of the web, and no text without end', () => {
    const annotations = { runbook_url: 'javascript:alert(1)', description: 'x'.repeat(5000) };
    const [one] = read([{ annotations }]).told[0]?.alerts ?? [];
    expect(one?.runbook).toBeUndefined();
    expect(one?.summary).toHaveLength(300);
  });
});
