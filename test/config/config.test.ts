import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/chatops/errors.ts';
import { type ConfigSource, loadConfig, printConfig } from '../../src/config.ts';

const good = `
slack: {team: T0000TEAM, mode: socket}
people:
  etcd-operators: {groups: [S0000OPER], users: [U0000ALICE]}
buckets:
  main:
    bucket: etcd-backups
    endpoint: https://s3.example:9000
    credentials: {accessKeyId: S3_KEY_ID, secretAccessKey: S3_SECRET}
clusters:
  prod-1:
    environment: production
    site: fra
    channels: [C0000PROD]
    operators: [etcd-operators]
    etcd:
      endpoints: [https://10.0.0.11:2379]
      ca: /etc/salvor/ca.crt
      username: root
      password: PROD_1_PASSWORD
    backup: {bucket: main, prefix: etcd/prod-1}
`;
const environment = {
  SALVOR_CONFIG: '/etc/salvor/salvor.yaml',
  REDIS_URL: 'redis://:redis-secret@127.0.0.1:6379',
  SLACK_BOT_TOKEN: 'xoxb-secret',
  SLACK_APP_TOKEN_FILE: '/run/secrets/app-token',
  S3_KEY_ID: 'key-id',
  S3_SECRET: 's3-secret',
  PROD_1_PASSWORD: 'etcd-"secret"',
};
const files: Record<string, string> = {
  '/etc/salvor/ca.crt': 'PEM',
  '/run/secrets/app-token': 'xapp-secret\n',
};

function load(yaml: string, overrides: Partial<ConfigSource> & { files?: Record<string, string> } = {}) {
  const found: Record<string, string> = { ...files, ...overrides.files, '/etc/salvor/salvor.yaml': yaml };
  return loadConfig({
    role: 'all',
    environment,
    readText(path) {
      const text = found[path];
      if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return text;
    },
    ...overrides,
  });
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal)
      return error.message.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
    throw error;
  }
  throw new Error('was accepted');
}

describe('loadConfig', () => {
  it('reads clusters, fills in defaults and takes secrets from variables and files', () => {
    const config = load(good);
    expect(config.slack).toEqual({ botToken: 'xoxb-secret', appToken: 'xapp-secret' });
    expect(config.etcd['prod-1']).toEqual({
      endpoints: ['https://10.0.0.11:2379'],
      windowBytes: 8_388_608,
      tls: { ca: 'PEM' },
      auth: { username: 'root', password: 'etcd-"secret"' },
    });
    expect(config.buckets.main?.credentials).toEqual({ accessKeyId: 'key-id', secretAccessKey: 's3-secret' });
    expect(config.settings.clusters['prod-1']?.backup.compression).toBe('zstd');
  });

  it('tells every problem at once, each with its line, its path and what is expected', () => {
    const broken = good
      .replace('environment: production', 'environment: prod')
      .replace('C0000PROD', '"#prod"')
      .replace('site: fra', 'site: fra\n    colour: red');
    expect(problemsOf(() => load(broken))).toEqual([
      '3 problems in the configuration:',
      expect.stringContaining('/etc/salvor/salvor.yaml:12 | clusters.prod-1.environment |'),
      '/etc/salvor/salvor.yaml:15 | clusters.prod-1.channels[0] | is a Slack channel id such as C024BE91L',
      '/etc/salvor/salvor.yaml:14 | clusters.prod-1.colour | is not a setting; check its spelling',
    ]);
  });

  it('tells what names point nowhere and which secrets are missing', () => {
    const broken = good
      .replace('operators: [etcd-operators]', 'operators: [nobody]')
      .replace('bucket: main', 'bucket: other');
    const told = problemsOf(() => load(broken, { environment: { SALVOR_CONFIG: environment.SALVOR_CONFIG } }));
    expect(told).toContain(
      '/etc/salvor/salvor.yaml:15 | clusters.prod-1.operators[0] | is a list under people; "nobody" is not there',
    );
    expect(told).toContain(
      '/etc/salvor/salvor.yaml:21 | clusters.prod-1.backup.bucket | is a name under buckets; "other" is not there',
    );
    expect(told).toContain('environment | SLACK_BOT_TOKEN | (or SLACK_BOT_TOKEN_FILE) is set: the bot token, xoxb-…');
    expect(told).toContain(
      'environment | PROD_1_PASSWORD | (or PROD_1_PASSWORD_FILE) is set: the password of etcd user root of prod-1',
    );
  });

  it('refuses plain http unless it is asked for', () => {
    const plain = good.replace('https://10.0.0.11', 'http://10.0.0.11');
    expect(problemsOf(() => load(plain))[1]).toContain('is https; for plain http also say allowHttp: true');
    expect(() => load(plain.replace('ca: /etc/salvor/ca.crt', 'allowHttp: true'))).not.toThrow();
  });

  it('refuses two clusters whose backups would lie in one another', () => {
    const cluster = good
      .slice(good.indexOf('  prod-1:'))
      .replace('  prod-1:', '  prod-2:')
      .replace('etcd/prod-1', 'etcd/prod-1/second');
    expect(problemsOf(() => load(good + cluster))[1]).toContain('is apart from that of prod-1');
  });

  it('sees that two names mean one bucket', () => {
    const cluster = good
      .slice(good.indexOf('  prod-1:'))
      .replace('  prod-1:', '  prod-2:')
      .replace('bucket: main', 'bucket: same');
    const same = '  same: {bucket: etcd-backups, endpoint: https://S3.example:9000/}\nclusters:\n';
    const twice = good.replace('clusters:\n', same) + cluster;
    expect(problemsOf(() => load(twice))[1]).toContain('is apart from that of prod-1');
    expect(() => load(twice.replace('S3.example', 'other.example'))).not.toThrow();
  });

  it('does not take what every object has for a name in the file', () => {
    const broken = good
      .replace('operators: [etcd-operators]', 'operators: [constructor]')
      .replace('bucket: main', 'bucket: constructor');
    const told = problemsOf(() => load(broken)).join('\n');
    expect(told).toContain('"constructor" is not there');
    expect(told).toContain('is a name under buckets; "constructor" is not there');
  });

  it.each([
    ['a bucket’s endpoint', 'https://s3.example', 'https://key:topsecret@s3.example', 'buckets.main.endpoint'],
    ['Slack’s address', 'mode: socket', 'apiUrl: "https://u:topsecret@slack.example/api/"', 'slack.apiUrl'],
    ['an etcd endpoint', 'https://10.0.0.11', 'https://:topsecret@10.0.0.11', 'clusters.prod-1.etcd.endpoints[0]'],
  ])('refuses a password in %s without repeating it', (_, from, to, path) => {
    const told = problemsOf(() => load(good.replace(from, to))).join('\n');
    expect(told).toContain(path);
    expect(told).not.toContain('topsecret');
  });

  it.each([
    ['a bare percent sign', 'redis://:top%secret@127.0.0.1:6379', 'is a URL; write % in a password as %25'],
    ['a slash', 'redis://:12/topsecret@127.0.0.1:6379', 'write / # ? @ in a password as'],
    ['a hash behind what looks like a port', 'redis://u:12#topsecret@127.0.0.1', 'write / # ? @ in a password as'],
    ['a slash behind what looks like a port', 'redis://u:12/topsecret@127.0.0.1', 'write / # ? @ in a password as'],
  ])('refuses a Redis password with %s without repeating it', (_, url, expected) => {
    const told = problemsOf(() => load(good, { environment: { ...environment, REDIS_URL: url } })).join('\n');
    expect(told).toContain('environment | REDIS_URL | is a URL');
    expect(told).toContain(expected);
    expect(told).not.toContain('topsecret');
  });

  it('tells aliases of aliases without end as a problem', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const items =
        level === 0
          ? 'x'
          : Array(10)
              .fill(`*a${level - 1}`)
              .join(', ');
      return `a${level}: &a${level} [${items}]`;
    });
    expect(problemsOf(() => load(`${levels.join('\n')}\n`))[1]).toContain('Excessive alias count');
  });

  it('says where YAML itself is broken', () => {
    expect(problemsOf(() => load('slack: [\nclusters: {'))[1]).toContain('salvor.yaml:');
  });

  it('refuses a secret given in two ways, and a file that cannot be read', () => {
    const twice = { ...environment, SLACK_APP_TOKEN: 'xapp-other' };
    expect(problemsOf(() => load(good, { environment: twice }))[1]).toContain('SLACK_APP_TOKEN_FILE: leave one away');
    const absent = good.replace('/etc/salvor/ca.crt', '/etc/salvor/none.crt');
    expect(problemsOf(() => load(absent))[1]).toContain(
      'clusters.prod-1.etcd.ca | is a file we can read; /etc/salvor/none.crt: ENOENT',
    );
  });

  it('gives a bot no key of a cluster or a bucket, and a worker no Slack token', () => {
    const bot = load(good, { role: 'bot' });
    expect([bot.etcd, bot.buckets]).toEqual([{}, {}]);
    expect(load(good, { role: 'worker' }).slack).toBeUndefined();
  });

  it('gives a worker the keys of its own site alone', () => {
    expect(load(good, { role: 'worker', site: 'ams' }).etcd).toEqual({});
  });

  it('masks every secret, however it is written', () => {
    const config = load(good);
    const printed = printConfig(config);
    const logged = config.mask(
      JSON.stringify({ a: 'etcd-"secret"', b: 'redis-secret', c: encodeURIComponent('etcd-"secret"') }),
    );
    for (const secret of ['xoxb-secret', 'xapp-secret', 's3-secret', 'redis-secret', 'etcd-"secret"']) {
      expect(printed).not.toContain(secret);
    }
    expect(logged).toBe('{"a":"•••","b":"•••","c":"•••"}');
  });

  it('prints of REDIS_URL where it is and nothing else, and masks every password in it', () => {
    const url = 'rediss://someone:pa%40ss-one@redis.example:6380/3?password=pass-two&x=pass-three';
    const config = load(good, { environment: { ...environment, REDIS_URL: url } });
    const printed = printConfig(config);
    expect(printed).toContain('REDIS_URL: rediss://redis.example:6380/3\n');
    expect(config.mask('pa%40ss-one pa@ss-one pass-two')).toBe('••• ••• •••');
  });

  it('masks a secret that YAML would fold', () => {
    const secret = Array(30).fill('a long secret').join(' ');
    const config = load(good.replace('bucket: etcd-backups', `bucket: etcd-backups\n    region: ${secret}`), {
      environment: { ...environment, S3_SECRET: secret },
    });
    expect(printConfig(config)).not.toContain('a long secret');
  });

  it('says what to do when there is no file', () => {
    expect(() =>
      loadConfig({
        role: 'bot',
        environment: {},
        readText: () => {
          throw new Error('no');
        },
      }),
    ).toThrow('There is no readable configuration at salvor.yaml.');
  });
});
