import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { crossChecks, type Finding } from '../../src/config/cross-checks.ts';
import { Outline } from '../../src/config/outline.ts';
import { loadConfig, printConfig } from '../../src/config.ts';

const yaml = `
slack: {team: T0000TEAM}
people:
  seniors: {users: [U0000ANN, U0000BOB]}
  helpers: {users: [U0000BOB]}
  group: {groups: [S0000OPER]}
buckets:
  main: {bucket: etcd-backups, endpoint: "https://s3.example"}
clusters:
  prod-1:
    environment: production
    channels: [C0000PROD]
    approvers: [seniors]
    etcd: {endpoints: ["http://10.0.0.11:2379", "http://[fd00::12]:2379"], allowHttp: true}
    backup: {bucket: main, prefix: etcd/prod-1}
    restore:
      ssh: {key: PROD_1_SSH}
      members:
        - {name: cp-1, host: 10.0.0.11, peerUrl: "http://10.0.0.11:2380", clientUrl: "http://10.0.0.11:2379", dataDir: /var/lib/etcd, etcd: {kind: systemd, unit: etcd.service}}
        - {name: cp-2.example, host: "fd00::12", peerUrl: "http://[fd00::12]:2380", clientUrl: "http://[fd00::12]:2379", dataDir: /var/lib/etcd, etcd: {kind: systemd, unit: etcd.service}}
`;

const found = (text: string): readonly string[] =>
  crossChecks(Outline.parse(parse(text))).map(({ path, expected }: Finding) => `${path.join('.')}: ${expected}`);

describe('what a restore needs', () => {
  it('is accepted where it fits together', () => {
    expect(found(yaml)).toEqual([]);
  });

  it.each([
    ['nobody who could approve', 'approvers: [seniors]', 'approvers: []', 'approvers: must name at least one list'],
    ['fewer approvers than votes', '[seniors]', '[helpers]', 'approvers: must have at least 2 people'],
    ['a name twice', 'cp-2.example', 'cp-1', 'restore.members.1.name: must be its own: cp-1 has the same'],
    [
      'a peer URL twice',
      '"http://[fd00::12]:2380"',
      '"http://10.0.0.11:2380"',
      'restore.members.1.peerUrl: must be its own',
    ],
    ['a data directory twice on a host', '"fd00::12"', '10.0.0.11', 'restore.members.1.dataDir: must be its own'],
    [
      'a WAL directory inside the data directory',
      'dataDir: /var/lib/etcd,',
      'dataDir: /var/lib/etcd, walDir: /var/lib/etcd/wal,',
      'restore.members.0.walDir: must lie outside the data directory',
    ],
    [
      'an endpoint that is no member',
      '["http://10.0.0.11:2379", ',
      '["http://10.0.0.10:2379", ',
      'etcd.endpoints.0: must be the clientUrl of a member under restore',
    ],
    [
      'step-up without a provider',
      '    backup:',
      '    approval: {stepUp: true}\n    backup:',
      'approval.stepUp: must not be true without oidc',
    ],
  ])('refuses %s', (_, from, to, expected) => {
    expect(found(yaml.replace(from, to))).toEqual([expect.stringContaining(`clusters.prod-1.${expected}`)]);
  });

  it('counts, where votes must be proven, only people who can', () => {
    const proving = (people: string) =>
      `${yaml.replace('    backup:', '    approval: {stepUp: true}\n    backup:')}\noidc: {people: ${people}}\n`;
    expect(found(proving('{ann@example.org: U0000ANN, bob@example.org: U0000BOB}'))).toEqual([]);
    expect(found(proving('{ann@example.org: U0000ANN, ann@old.example: U0000ANN}'))).toEqual([
      expect.stringContaining('approvers: must have at least 2 people who can prove who they are under oidc'),
    ]);
  });

  it('counts votes by environment, each person once, and nobody where a user group may hold more', () => {
    expect(found(yaml.replace('[seniors]', '[helpers]').replace('production', 'staging'))).toEqual([]);
    expect(found(yaml.replace('[seniors]', '[helpers, seniors]'))).toEqual([]);
    expect(found(yaml.replace('[seniors]', '[helpers, group]'))).toEqual([]);
    expect(found(yaml.replace('    backup:', '    approval: {votes: 3}\n    backup:'))).toEqual([
      'clusters.prod-1.approvers: must have at least 3 people: a restore needs 3 votes of other people than the one who asks',
    ]);
  });
});

describe('the SSH key of a cluster', () => {
  const load = (role: 'bot' | 'worker', more: Readonly<Record<string, string>> = {}) =>
    loadConfig({
      role,
      environment: { REDIS_URL: 'redis://127.0.0.1', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', ...more },
      readText: () => yaml,
    });

  it('is a secret that workers read, and bots do not', () => {
    const config = load('worker', { PROD_1_SSH: '-----BEGIN KEY-----' });
    expect(config.hosts).toEqual({ 'prod-1': { privateKey: '-----BEGIN KEY-----', knownHosts: undefined } });
    expect(printConfig(config)).not.toContain('BEGIN');
    expect(load('bot').hosts).toEqual({});
  });

  it('must be there where salvor.yaml names it', () => {
    expect(() => load('worker')).toThrow('must be set, or PROD_1_SSH_FILE: the SSH key for the hosts of prod-1');
  });

  it('may come with known hosts, in a file that can be read', () => {
    const settings = parse(yaml);
    settings.clusters['prod-1'].restore.ssh = { knownHosts: '/etc/salvor/known_hosts' };
    const read = (path: string) => {
      if (path === 'salvor.yaml') return stringify(settings);
      throw Object.assign(new Error('no'), { code: 'ENOENT' });
    };
    expect(() => loadConfig({ role: 'worker', environment: { REDIS_URL: 'redis://h' }, readText: read })).toThrow(
      'clusters.prod-1.restore.ssh.knownHosts  must be a file that can be read; /etc/salvor/known_hosts: ENOENT',
    );
  });
});

describe('the OIDC client', () => {
  const oidc = `
oidc:
  issuer: https://dex.example.org/dex
  clientId: salvor
  clientSecret: OIDC_SECRET
  publicUrl: https://salvor.example.org
  people: {ann@example.org: U0000ANN}
`;
  const load = (role: 'bot' | 'worker', text = yaml + oidc, more: Readonly<Record<string, string>> = {}) => {
    const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', PROD_1_SSH: 'key' };
    const environment = { REDIS_URL: 'redis://127.0.0.1', ...tokens, ...more };
    return loadConfig({ role, environment, readText: () => text });
  };

  it('has a secret that bots read, and workers do not', () => {
    const config = load('bot', undefined, { OIDC_SECRET: 'hush-hush' });
    expect(config.oidcSecret).toBe('hush-hush');
    expect(config.settings.oidc).toMatchObject({ claim: 'email', scopes: ['email'], authTime: 'required' });
    expect(printConfig(config)).not.toContain('hush');
    expect(load('worker').oidcSecret).toBeUndefined();
    expect(() => load('bot')).toThrow('must be set, or OIDC_SECRET_FILE: the client secret');
  });

  it.each([
    [
      'publicUrl: https://salvor.example.org',
      'publicUrl: http://salvor.example.org',
      'oidc.publicUrl  must be an https URL',
    ],
    [
      'publicUrl: https://salvor.example.org',
      'publicUrl: https://example.org/salvor',
      'must be scheme and host, without a',
    ],
    ['issuer: https:', 'issuer: http:', 'oidc.issuer  must be an https URL'],
    ['issuer: https://', 'issuer: https://me:secret@', 'oidc.issuer  must hold no user and no password'],
    ['U0000ANN}', 'ann}', 'must be a Slack member id'],
  ])('refuses %s as %s', (from, to, words) => {
    expect(() => load('bot', yaml + oidc.replace(from, to), { OIDC_SECRET: 'hush-hush' })).toThrow(words);
  });

  it('may speak plain http on this machine', () => {
    const local = oidc.replace('https://salvor.example.org', 'http://127.0.0.1:9465');
    expect(load('bot', yaml + local, { OIDC_SECRET: 'x' }).settings.oidc?.publicUrl).toBe('http://127.0.0.1:9465');
  });
});
