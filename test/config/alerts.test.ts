import { describe, expect, it } from 'vitest';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { type ConfigSource, loadConfig, printConfig } from '../../src/config.ts';
import { refusalOf } from './refusal-of.ts';

const { jobs, commands } = await loadRegistry();
const base = `
slack: {team: T0000TEAM}
buckets: {main: {bucket: etcd-backups}}
clusters:
  prod-1:
    environment: production
    channels: [C0000PROD]
    etcd: {endpoints: ["http://10.0.0.11:2379"], allowHttp: true}
    backup: {bucket: main, prefix: etcd/prod-1}
`;
const usual = `
alerts:
  token: ALERTS_TOKEN
  alertmanager: {url: "https://alerts.example", token: AM_TOKEN, ca: /ca.crt}
  include: [/rules.yaml]
  rules:
    quota: {alert: etcdDatabaseQuotaLowSpace, facts: [leaders], action: snapshot, mode: auto-write}
`;
const files: Record<string, string> = {
  '/rules.yaml': 'rules: {quota: {alert: other}, no-leader: {alert: etcdNoLeader, action: restore}}',
  '/ca.crt': 'PEM',
  '/tls.key': 'the-key-itself',
};

function load(alerts = usual, overrides: Partial<ConfigSource> & { readonly rules?: string } = {}) {
  const { rules, ...source } = overrides;
  return loadConfig({
    ...{ role: 'bot', jobs, commands },
    environment: {
      ...{
        SALVOR_CONFIG: '/salvor.yaml',
        REDIS_URL: 'redis://127.0.0.1:6379',
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_APP_TOKEN: 'xapp-1',
      },
      ...{ ALERTS_TOKEN: 'what-they-send', AM_TOKEN: 'what-we-send' },
    },
    readText(path) {
      const found =
        path === '/salvor.yaml' ? base + alerts : path === '/rules.yaml' ? (rules ?? files[path]) : files[path];
      if (found === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return found;
    },
    ...source,
  });
}

describe('alerts in salvor.yaml', () => {
  it('come with rules of files, over which its own count by name', () => {
    const { alerts } = load();
    expect(alerts).toMatchObject({ token: 'what-they-send', alertmanager: { token: 'what-we-send', ca: 'PEM' } });
    expect(Object.entries(alerts?.rules ?? {}).map(([name, { alert, mode }]) => [name, alert, mode])).toEqual([
      ['quota', 'etcdDatabaseQuotaLowSpace', 'auto-write'],
      ['no-leader', 'etcdNoLeader', 'suggest'],
    ]);
  });

  it('are read by bots alone, and print no secret', () => {
    expect(
      load(usual, {
        role: 'worker',
        environment: { SALVOR_CONFIG: '/salvor.yaml', REDIS_URL: 'redis://127.0.0.1:6379' },
      }).alerts,
    ).toBeUndefined();
    expect(printConfig(load())).not.toMatch(/what-they-send|what-we-send/);
  });

  it.each([
    ['no way to know who posts', 'alerts: {}', 'alerts.token  must be given, or tls with clientCa'],
    [
      'a rule that writes something else by itself',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, action: defrag, mode: auto-write}}}',
      'alerts.rules.x.action  must be snapshot where the mode is auto-write',
    ],
    [
      'a rule that restores by itself',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, action: restore, mode: auto-write}}}',
      'nothing else is ever written by itself',
    ],
    [
      'a rule that asks what writes',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, facts: [prune]}}}',
      'alerts.rules.x.facts  must be commands that only read (backups, leaders, registry, watch); prune is none',
    ],
    [
      'an action that is none',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, action: reboot}}}',
      'must be a command that can be run (backups, defrag, images, leaders, prune, registry, restore, snapshot, verify, watch); there is no reboot',
    ],
    [
      'a fact that takes more than the target',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, facts: [upgrade]}}}',
      'must be commands that only read (backups, leaders, registry, watch); upgrade takes <version> too, which no alert names',
    ],
    [
      'a fact that a rule has no right to',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, facts: [leaders, verify]}}}',
      'verify is none',
    ],
    [
      'an action that takes more than the target',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, action: inspect}}}',
      'inspect takes <backup> too, which no alert names',
    ],
    [
      'a job that nobody types',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, action: plan-restore, facts: [plan-restore]}}}',
      'there is no plan-restore',
    ],
    [
      'an action that is answered at once',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: A, action: freeze}}}',
      'freeze is done to no target',
    ],
    [
      'an alert that is no name',
      'alerts: {token: ALERTS_TOKEN, rules: {x: {alert: "a b"}}}',
      'must be the name of an alert',
    ],
    [
      'a secret in its URL',
      'alerts: {token: ALERTS_TOKEN, alertmanager: {url: "https://u:p@alerts.example"}}',
      'must hold no user and no password',
    ],
    ['a variable that is not set', 'alerts: {token: OTHER_TOKEN}', 'OTHER_TOKEN  must be set'],
    ['a file of rules that is not there', 'alerts: {token: ALERTS_TOKEN, include: [/none.yaml]}', '/none.yaml: ENOENT'],
  ])('with %s are refused, with what must be there', (_, text, says) => {
    expect(refusalOf(() => load(`\n${text}\n`))).toContain(says);
  });

  it.each([
    ['no YAML', 'rules: {', 'must be YAML: line 1'],
    ['something else', 'clusters: {}', 'must be a file of rules'],
    [
      'a rule that cannot be obeyed',
      'rules: {x: {alert: A, facts: [prune]}}',
      'facts of x must be commands that only read',
    ],
    ['aliases without end', 'a: &a [*a]\nrules: *b', 'must be a file of rules'],
  ])('whose file of rules is %s say so at the line that names it', (_, rules, says) => {
    expect(refusalOf(() => load(usual, { rules }))).toMatch(new RegExp(`salvor.yaml:\\d+ {2}alerts.include.*${says}`));
  });
});
