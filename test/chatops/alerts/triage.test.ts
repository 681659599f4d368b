import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../src/chatops/alerts/alert-rule.ts';
import type { AlertThread, Decision } from '../../../src/chatops/alerts/alert-thread.ts';
import { merge } from '../../../src/chatops/alerts/merge.ts';
import { readNotification } from '../../../src/chatops/alerts/told.ts';
import { triage } from '../../../src/chatops/alerts/triage.ts';
import { at, notification, rule, type SomeAlert } from './alerts.ts';

function threadOf(alerts: readonly SomeAlert[], rules: readonly AlertRule[]): AlertThread {
  const frame = { rules, targetLabel: 'cluster', isTarget: () => true };
  const [told] = readNotification(notification(alerts), frame).told;
  const thread = told && merge(undefined, told, { now: at(1), channel: 'C1' });
  if (!thread) throw new Error('nobody is told');
  return thread;
}

const decided = (key: string): Decision => ({ key, at: at(1), kind: 'asked', words: '', why: '' });
const brief = (thread: AlertThread, rules: readonly AlertRule[]) =>
  triage(thread, rules).map(({ does, command }) => `${does} ${command}`);

describe('what is to be decided', () => {
  it('asks each fact once, of all rules whose alerts fire', () => {
    const rules = [
      rule({ facts: ['leaders', 'backups'] }),
      rule({ name: 'quota', alert: 'etcdDatabaseQuotaLowSpace', facts: ['leaders'] }),
    ];
    const thread = threadOf([{}, { name: 'etcdDatabaseQuotaLowSpace', fingerprint: 'b2' }], rules);
    expect(brief(thread, rules)).toEqual(['ask leaders', 'ask backups']);
  });

  it('suggests one action: of the severest, however the rules are sorted', () => {
    const rules = [
      rule({ name: 'fragmented', alert: 'etcdDatabaseHighFragmentationRatio', facts: [], action: 'defrag' }),
      rule({ facts: [], action: 'snapshot' }),
    ];
    const alerts = [{ name: 'etcdDatabaseHighFragmentationRatio', severity: 'warning', fingerprint: 'b2' }, {}];
    expect(brief(threadOf(alerts, rules), rules)).toEqual(['offer snapshot']);
  });

  it.each([
    ['suggest', 'offer snapshot'],
    ['auto-read', 'ask snapshot'],
    ['auto-write', 'start snapshot'],
  ] as const)('in mode %s: %s', (mode, what) => {
    const rules = [rule({ facts: [], action: 'snapshot', mode })];
    expect(brief(threadOf([{}], rules), rules)).toEqual([what]);
  });

  it('leaves alone what was decided, and decides anew about a new firing', () => {
    const rules = [rule({ facts: [], action: 'snapshot', mode: 'auto-write' })];
    const thread = threadOf([{}], rules);
    const decisions = triage(thread, rules).map(({ key }) => decided(key));
    expect(triage({ ...thread, decisions }, rules)).toEqual([]);
    const again = { ...threadOf([{ from: at(30) }], rules), decisions };
    expect(brief(again, rules)).toEqual(['start snapshot']);
  });

  it('is nothing of what is over, of alerts without a rule, and after a hundred decisions', () => {
    const rules = [rule({ action: 'snapshot' })];
    const thread = threadOf([{}], rules);
    expect(triage({ ...thread, state: 'resolved' }, rules)).toEqual([]);
    expect(triage(thread, [])).toEqual([]);
    const decisions = Array.from({ length: 100 }, (_, nth) => decided(`${nth}`));
    expect(triage({ ...thread, decisions }, rules)).toEqual([]);
  });
});
