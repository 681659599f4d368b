import { describe, expect, it } from 'vitest';
import { loadConfig, printConfig } from '../../src/config.ts';

const files: Record<string, string> = { '/ca.crt': 'CA', '/tls.crt': 'CERTIFICATE', '/tls.key': 'PRIVATE KEY' };
const secrets = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', REDIS_PASSWORD: 'let-me-in' };

function load(redis: string, environment: Readonly<Record<string, string>> = secrets) {
  const yaml = `
slack: {team: T0000TEAM}
redis: ${redis}
people: {ops: {users: [U0000ANN]}}
clusters:
  prod-1:
    environment: production
    channels: [C0000PROD]
    operators: [ops]
    etcd: {endpoints: ["http://10.0.0.11:2379"], allowHttp: true}
    backup: {bucket: main, prefix: etcd/prod-1}
buckets: {main: {bucket: etcd-backups}}
`;
  const readText = (path: string) => {
    const text = path === 'salvor.yaml' ? yaml : files[path];
    if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return text;
  };
  return loadConfig({ role: 'bot', environment, readText });
}

const nodes = '[{host: one, port: 26379}, {host: two, port: 26379}]';
const read = [
  { host: 'one', port: 26_379 },
  { host: 'two', port: 26_379 },
];

describe('redis in salvor.yaml', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['neither sentinels nor a cluster', '{username: salvor}', {}, 'must have sentinels or cluster, and not both'],
    ['both', `{sentinels: {group: g, nodes: ${nodes}}, cluster: {nodes: ${nodes}}}`, {}, 'and not both'],
    ['no node', '{cluster: {nodes: []}}', {}, 'redis.cluster.nodes'],
    ['a password that nobody set', `{cluster: {nodes: ${nodes}}, password: NO_SUCH}`, {}, 'NO_SUCH'],
    [
      'a password in place of its variable',
      `{cluster: {nodes: ${nodes}}, password: let-me-in}`,
      {},
      'not the secret itself',
    ],
    [
      'half a certificate',
      `{cluster: {nodes: ${nodes}}, tls: {certificate: /tls.crt}}`,
      {},
      'certificate and key, or neither',
    ],
    ['a file that is not there', `{cluster: {nodes: ${nodes}}, tls: {ca: /none.crt}}`, {}, 'redis.tls.ca'],
    [
      'REDIS_URL besides',
      `{cluster: {nodes: ${nodes}}}`,
      { REDIS_URL: 'redis://r' },
      'must not be set where salvor.yaml has redis',
    ],
  ])('is refused with %s', (_, redis, more, why) => {
    expect(() => load(redis, { ...secrets, ...more })).toThrow(why);
  });

  it('names sentinels, with the secrets that it names', () => {
    const redis = `{sentinels: {group: salvor, nodes: ${nodes}, password: SENTINEL}, username: salvor, password: REDIS_PASSWORD}`;
    const config = load(redis, { ...secrets, SENTINEL: 'who-is-it' });
    expect(config.redis).toEqual({
      sentinels: { group: 'salvor', nodes: read, password: 'who-is-it' },
      username: 'salvor',
      password: 'let-me-in',
    });
    expect(config.mask('let-me-in who-is-it')).toBe('••• •••');
    expect(printConfig(config)).toContain('redis: salvor, as the sentinels at one:26379, two:26379 say');
  });

  it('names nodes of a cluster behind TLS', () => {
    const tls = '{ca: /ca.crt, certificate: /tls.crt, key: /tls.key, serverName: redis}';
    const config = load(`{cluster: {nodes: ${nodes}}, tls: ${tls}}`);
    expect(config.redis).toEqual({
      cluster: { nodes: read },
      tls: { ca: 'CA', certificate: 'CERTIFICATE', key: 'PRIVATE KEY', serverName: 'redis' },
    });
    expect(config.mask('a PRIVATE KEY')).toBe('a •••');
    expect(load(`{cluster: {nodes: ${nodes}}, tls: {}}`).redis.tls).toEqual({});
  });
});
