import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createCatalogue } from '../../src/adapters/catalogue.ts';
import { crossChecks, type Finding } from '../../src/config/cross-checks.ts';
import { grantsIn } from '../../src/config/grants.ts';
import { Outline } from '../../src/config/outline.ts';
import { type ConfigSource, loadConfig, printConfig } from '../../src/config.ts';
import { refusalOf } from './refusal-of.ts';

const yaml = `
slack: {team: T0000TEAM}
people:
  seniors: {users: [U0000ANN, U0000BOB]}
buckets:
  main: {bucket: etcd-backups}
clusters:
  prod-1:
    environment: production
    channels: [C0000PROD]
    etcd: {endpoints: ["http://10.0.0.11:2379"], allowHttp: true}
    backup: {bucket: main, prefix: etcd/prod-1}
registries:
  reg-eu:
    environment: production
    site: fra
    channels: [C0000REGS]
    operators: [seniors]
    approvers: [seniors]
    url: https://registry.example.com
    ca: /etc/salvor/reg-eu.crt
    api: {username: robot$salvor, password: REG_EU_PASSWORD}
    admin: {username: admin, password: REG_EU_ADMIN_PASSWORD}
    probe: {project: salvor-probe, username: robot$probe, password: REG_EU_PROBE_PASSWORD}
    host: 10.0.0.21
    ssh: {user: ops, key: REG_EU_SSH_KEY, knownHosts: /etc/salvor/known_hosts}
`;

const environment = {
  SALVOR_CONFIG: '/salvor.yaml',
  REDIS_URL: 'redis://127.0.0.1:6379',
  REG_EU_PASSWORD: 'may-read',
  REG_EU_ADMIN_PASSWORD_FILE: '/run/secrets/admin',
  REG_EU_PROBE_PASSWORD: 'may-push',
  REG_EU_SSH_KEY: 'ssh-private',
};
const files: Record<string, string> = {
  '/etc/salvor/reg-eu.crt': 'PEM',
  '/etc/salvor/known_hosts': 'host keys',
  '/run/secrets/admin': 'may-lock\n',
};

function load(text = yaml, overrides: Partial<ConfigSource> = {}) {
  return loadConfig({
    role: 'worker',
    environment,
    readText(path) {
      const found = path === '/salvor.yaml' ? text : files[path];
      if (found === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return found;
    },
    ...overrides,
  });
}

const found = (text: string): readonly string[] =>
  crossChecks(Outline.parse(parse(text))).map(({ path, expected }: Finding) => `${path.join('.')}: ${expected}`);

describe('a registry', () => {
  it('is let into with what the environment holds, by those who serve its site', () => {
    expect(load().registries).toEqual({
      'reg-eu': {
        url: 'https://registry.example.com',
        ca: '/etc/salvor/reg-eu.crt',
        allowHttp: false,
        api: { username: 'robot$salvor', password: 'may-read' },
        admin: { username: 'admin', password: 'may-lock' },
        probe: { project: 'salvor-probe', username: 'robot$probe', password: 'may-push' },
      },
    });
    expect(load().hosts).toEqual({ 'reg-eu': { privateKey: 'ssh-private', knownHosts: '/etc/salvor/known_hosts' } });
    expect(load(yaml, { site: 'main' })).toMatchObject({ registries: {}, hosts: {} });
    expect(load(yaml, { role: 'auditor' })).toMatchObject({ registries: {}, hosts: {} });
  });

  it('is printed without what lets one in', () => {
    const printed = printConfig(load());
    expect(printed).toContain('reg-eu: •••');
    expect(printed).toMatch(/registries:\n\s+- reg-eu/);
    expect(printed).not.toMatch(/may-|ssh-private/);
  });

  it('says everything that is missing at once', () => {
    const told = refusalOf(() =>
      load(yaml, { environment: { SALVOR_CONFIG: '/salvor.yaml', REDIS_URL: 'redis://r' } }),
    );
    expect(told.split('\n').slice(1)).toEqual([
      expect.stringMatching(/REG_EU_PASSWORD .*: the password of robot\$salvor at Harbor reg-eu/),
      expect.stringMatching(/REG_EU_ADMIN_PASSWORD .*: the password of admin at Harbor reg-eu/),
      expect.stringMatching(/REG_EU_PROBE_PASSWORD .*: the password of robot\$probe at Harbor reg-eu/),
      expect.stringMatching(/REG_EU_SSH_KEY .*: the SSH key for the hosts of reg-eu/),
    ]);
  });

  it('gives rights on itself as a cluster does', () => {
    expect(grantsIn(load().settings)('U0000ANN', [])).toEqual([
      { role: 'operator', target: 'reg-eu' },
      { role: 'approver', target: 'reg-eu' },
    ]);
  });

  it('stands in the catalogue without secrets, found by its name and as its kind', () => {
    const catalogue = createCatalogue(load().settings);
    expect(catalogue.registry('reg-eu')).toEqual({
      name: 'reg-eu',
      production: true,
      site: 'fra',
      channels: ['C0000REGS'],
      approval: { votes: 2, collectMs: 3_600_000, startMs: 900_000, stepUp: false },
      url: 'https://registry.example.com',
      database: 'bundled',
      host: '10.0.0.21',
      ssh: { user: 'ops', port: undefined },
      connection: 'ssh',
      become: true,
      installDir: '/opt/harbor',
      dataDir: '/data',
      workDir: '/var/lib/salvor',
      packages: '/var/lib/salvor/harbor',
      compose: ['docker', 'compose'],
      wrapper: undefined,
      pause: true,
      healthMs: 900_000,
      hasAdmin: true,
      probeProject: 'salvor-probe',
    });
    expect(catalogue.target('reg-eu')).toBe(catalogue.registry('reg-eu'));
    expect(catalogue.target('prod-1')).toBe(catalogue.cluster('prod-1'));
    expect(() => catalogue.cluster('reg-eu')).toThrow('There is no cluster "reg-eu".');
    expect(() => catalogue.registry('prod-1')).toThrow('There is no registry "prod-1".');
    expect(() => catalogue.target('prod-9')).toThrow('There is no cluster or registry "prod-9".');
  });

  it.each([
    ['the name of a cluster', 'reg-eu:', 'prod-1:', 'prod-1: must have a name of its own: a cluster is called so'],
    [
      'a list of people that is not there',
      'operators: [seniors]',
      'operators: [juniors]',
      'reg-eu.operators.0: must be',
    ],
    [
      'nobody who could approve',
      'approvers: [seniors]',
      'approvers: []',
      'reg-eu.approvers: must name at least one list',
    ],
    [
      'too few who could',
      'environment: production\n    site',
      'approval: {votes: 3}\n    site',
      'approvers: must have at least 3',
    ],
    [
      'plain http',
      'https://registry',
      'http://registry',
      'reg-eu.url: must be https; for plain http also say allowHttp',
    ],
    ['an authority for plain http', 'url: https', 'allowHttp: true\n    url: http', 'reg-eu.ca: must not be there'],
    [
      'step-up without a provider',
      'host:',
      'approval: {stepUp: true}\n    host:',
      'reg-eu.approval.stepUp: must not be true',
    ],
    [
      'data in what is moved aside',
      'host:',
      'dataDir: /opt/harbor/data\n    host:',
      'reg-eu.dataDir: must lie outside /opt/harbor',
    ],
    [
      'the same Harbor under another name',
      'registries:',
      `registries:\n  also-eu:${yaml.slice(yaml.indexOf('  reg-eu:') + '  reg-eu:'.length).trimEnd()}`,
      'reg-eu.dataDir: must be its own: also-eu has /data on 10.0.0.21',
    ],
    ['packages there', 'host:', 'installDir: /var/lib/salvor/harbor\n    host:', 'reg-eu.packages: must lie outside'],
  ])('is refused with %s', (_, from, to, expected) => {
    expect(found(yaml)).toEqual([]);
    expect(found(yaml.replace(from, to))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['a path in its URL', 'registry.example.com', 'registry.example.com/harbor', 'url'],
    ['a password in its URL', 'registry.example.com', 'a:b@registry.example.com', 'url'],
    ['the root as a directory', 'host:', 'dataDir: /\n    host:', 'dataDir'],
    ['a directory that leads elsewhere', 'host:', 'installDir: /opt/../etc\n    host:', 'installDir'],
    ['a secret where its variable belongs', 'REG_EU_PASSWORD', 'hunter2', 'api.password'],
    ['a program in one word', 'host:', 'compose: docker compose\n    host:', 'compose'],
  ])('is refused with %s', (_, from, to, path) => {
    expect(refusalOf(() => load(yaml.replace(from, to)))).toContain(`registries.reg-eu.${path}`);
  });
});

describe('a salvor.yaml', () => {
  const registriesAlone = yaml.replace(/buckets:[\s\S]*(?=registries:)/, '');

  it('may have registries and no clusters', () => {
    const { settings } = load(registriesAlone);
    expect(Object.keys(settings.registries)).toEqual(['reg-eu']);
    expect([settings.clusters, settings.buckets]).toEqual([{}, {}]);
    expect(load(`${registriesAlone}clusters: {}\n`).settings.clusters).toEqual({});
  });

  it.each([
    ['neither', ''],
    ['both empty', 'clusters: {}\nregistries: {}\n'],
    ['no clusters, and registries left out', 'clusters: {}\n'],
  ])('must have one of either: %s', (_, sections) => {
    expect(found(`slack: {team: T0000TEAM}\n${sections}`)).toEqual([
      'clusters: must name at least one cluster, or registries one registry',
    ]);
  });

  it('is not said to have none where what it has cannot be read', () => {
    expect(found('clusters: 7\n')).toEqual([]);
    expect(found('registries: [reg-eu]\n')).toEqual([]);
  });

  it('may have schedules of its registries', () => {
    const scheduled = `${registriesAlone}schedules:\n  daily: {job: registry, registries: [reg-eu], cron: "0 7 * * *"}\n`;
    expect(load(scheduled).settings.schedules.daily).toMatchObject({ job: 'registry', registries: ['reg-eu'] });
  });
});
