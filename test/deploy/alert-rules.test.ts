import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { interpret } from '../../src/chatops/interpret.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { parseUsage } from '../../src/chatops/usage.ts';
import { Alerts, RuleFile } from '../../src/config/alerts-schema.ts';

const read = (file: string) => readFileSync(resolve(import.meta.dirname, '../../deploy', file), 'utf8');
const rules = Object.entries(RuleFile.parse(parse(read('alerts/control-plane.yaml'))).rules);
const { commands } = await loadRegistry();
const find = (name: string) => commands.find((one) => one.name === name);

it.each(rules)('the ready-made rule %s asks what can be asked of a cluster alone', (_, { facts }) => {
  for (const fact of facts) {
    const command = find(fact);
    if (!command) throw new Error(`there is no command ${fact}`);
    expect(command.work?.job.queue).toBe('read');
    expect(interpret(command, ['prod-1'], { clusters: ['prod-1'] })).toMatchObject({ cluster: 'prod-1' });
  }
});

it.each(rules)(
  'the ready-made rule %s offers what can be done with no more than a reason, and writes nothing by itself',
  (_, rule) => {
    expect(rule.mode).toBe('suggest');
    if (rule.action === undefined) return;
    const command = find(rule.action);
    if (!command) throw new Error(`there is no command ${rule.action}`);
    const takesReason = parseUsage(command.usage).flags.some(({ name }) => name === 'reason');
    const words = takesReason ? ['prod-1', '--reason', `alert ${rule.alert}`] : ['prod-1'];
    expect(interpret(command, words, { clusters: ['prod-1'] })).toMatchObject({ cluster: 'prod-1' });
  },
);

const Groups = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ alert: z.string(), labels: z.record(z.string(), z.string()) })) }),
  ),
});
const ofPrometheus = Groups.parse(parse(read('prometheus/salvor.rules.yaml'))).groups.flatMap((group) => group.rules);
const own = rules.filter(([, { alert }]) => alert.startsWith('Salvor'));

it('the ready-made rules speak of each alert once, and of Salvor’s own only such as there are', () => {
  const spoken = rules.map(([, { alert }]) => alert);
  expect(new Set(spoken).size).toBe(spoken.length);
  const theirs = ofPrometheus.map(({ alert }) => alert);
  expect(own.length).toBeGreaterThan(5);
  expect(theirs).toEqual(expect.arrayContaining(own.map(([, { alert }]) => alert)));
});

it.each(own)('the ready-made rule %s finds its target where salvor.yaml looks for it', (_, rule) => {
  const { targetLabel } = Alerts.parse({ token: 'ALERTS_TOKEN' });
  const labels = ofPrometheus.find(({ alert }) => alert === rule.alert)?.labels ?? {};
  expect(labels[targetLabel]).toBe('{{ $labels.target }}');
});

const Case = z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) });
const Tests = z.object({ tests: z.array(z.object({ alert_rule_test: z.array(Case) })) });
const { tests } = Tests.parse(parse(readFileSync(resolve(import.meta.dirname, 'salvor.rules.test.yaml'), 'utf8')));
const cases = tests.flatMap((test) => test.alert_rule_test);

it.each(ofPrometheus)('promtool is asked when $alert fires, and when it does not yet', ({ alert }) => {
  const its = cases.filter(({ alertname }) => alertname === alert);
  expect(new Set(its.map((one) => one.exp_alerts.length > 0))).toEqual(new Set([false, true]));
});
