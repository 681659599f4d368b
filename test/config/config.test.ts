import { describe, expect, it } from 'vitest';
import type { JobFacts, Jobs } from '../../src/config/schedule-checks.ts';
import { type ConfigSource, loadConfig, printConfig } from '../../src/config.ts';
import { refusalOf } from './refusal-of.ts';

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
const wrongEverywhere = `
slack: {mode: pigeon, apiUrl: https://slack.example/, listen: {port: 70000}, command: salvor}
people:
  Ops: {users: [U0000ANN]}
  nobody: {}
  ops: {users: [ann, 7], groups: "#ops"}
buckets:
  main: {bucket: x, endpoint: "ftp://s3.example", timeouts: {connectMs: 1.5}, credentials: {accessKeyId: AKIA-1}}
clusters:
  prod-1:
    channels: []
    etcd: {endpoints: [10.0.0.11], allowHttp: "no", quotaBytes: 0, windowBytes: 1e9}
    backup: {bucket: other, prefix: /etcd, encryption: {kind: rot13}, keep: {}, lock: {}, timeLimitSeconds: 5 min}
schedules:
  nightly: {job: snapshot, clusters: [prod-9], cron: daily, timezone: Mars, says: maybe}
extra: 1
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

const problemsOf = (work: () => unknown): readonly string[] =>
  refusalOf(work)
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));

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
      '/etc/salvor/salvor.yaml:12 | clusters.prod-1.environment | must be production, staging or development',
      '/etc/salvor/salvor.yaml:14 | clusters.prod-1.colour | must not be there: no setting is called so; check its spelling',
      '/etc/salvor/salvor.yaml:15 | clusters.prod-1.channels[0] | must be a Slack channel id such as C024BE91L',
    ]);
  });

  it.each([
    ['a section of a section', 'prefix: etcd/prod-1, keep: {lst: 3}', 'backup.keep.lst', 'last'],
    ['a list’s neighbours', 'prefix: etcd/prod-1, foreing: []', 'backup.foreing', 'foreign'],
    [
      'one kind of several',
      'prefix: etcd/prod-1, encryption: {kind: age, recipient: []}',
      'backup.encryption.recipient',
      'recipients',
    ],
    ['a whole section', 'prefix: etcd/prod-1, copi: {}', 'backup.copi', 'copy'],
  ])('says which setting of %s was meant', (_, written, path, meant) => {
    const told = problemsOf(() => load(good.replace('prefix: etcd/prod-1', written)));
    expect(told).toContain(
      `/etc/salvor/salvor.yaml:21 | clusters.prod-1.${path} | must not be there: no setting is called so; did you mean ${meant}?`,
    );
  });

  it('says which section of the file was meant', () => {
    const told = problemsOf(() => load(`${good}schedule: {}\n`));
    expect(told[1]).toContain('| schedule | must not be there: no setting is called so; did you mean schedules?');
  });

  it('tells what names point nowhere and which secrets are missing', () => {
    const broken = good
      .replace('operators: [etcd-operators]', 'operators: [nobody]')
      .replace('bucket: main', 'bucket: other');
    const told = problemsOf(() => load(broken, { environment: { SALVOR_CONFIG: environment.SALVOR_CONFIG } }));
    expect(told).toContain(
      '/etc/salvor/salvor.yaml:15 | clusters.prod-1.operators[0] | must be a name under people; "nobody" is not there',
    );
    expect(told).toContain(
      '/etc/salvor/salvor.yaml:21 | clusters.prod-1.backup.bucket | must be a name under buckets; "other" is not there',
    );
    expect(told).toContain(
      'environment | SLACK_BOT_TOKEN | must be set, or SLACK_BOT_TOKEN_FILE: the bot token, xoxb-…',
    );
    expect(told).toContain(
      'environment | PROD_1_PASSWORD | must be set, or PROD_1_PASSWORD_FILE: the password of etcd user root of prod-1',
    );
  });

  it('tells what goes across the file, and which secrets are missing, also where the file’s shape is wrong', () => {
    const second = good
      .slice(good.indexOf('  prod-1:'))
      .replace('  prod-1:', '  prod-2:')
      .replace('environment: production', 'environment: prod')
      .replace('[etcd-operators]', '[nobody]')
      .replace('/etc/salvor/ca.crt', '/etc/salvor/none.crt')
      .replace('PROD_1_PASSWORD', 'PROD_2_PASSWORD');
    const { SLACK_BOT_TOKEN: _, ...without } = environment;
    expect(problemsOf(() => load(good + second, { environment: without }))).toEqual([
      '6 problems in the configuration:',
      '/etc/salvor/salvor.yaml:23 | clusters.prod-2.environment | must be production, staging or development',
      '/etc/salvor/salvor.yaml:26 | clusters.prod-2.operators[0] | must be a name under people; "nobody" is not there',
      '/etc/salvor/salvor.yaml:32 | clusters.prod-2.backup.prefix | must be apart from that of prod-1: one holds the other',
      'environment | SLACK_BOT_TOKEN | must be set, or SLACK_BOT_TOKEN_FILE: the bot token, xoxb-…',
      'environment | PROD_2_PASSWORD | must be set, or PROD_2_PASSWORD_FILE: the password of etcd user root of prod-2',
      '/etc/salvor/salvor.yaml | clusters.prod-2.etcd.ca | must be a file that can be read; /etc/salvor/none.crt: ENOENT',
    ]);
  });

  it('says once what is wrong in itself, not also that it seems wrong beside others', () => {
    const broken = good
      .replace('ca: /etc/salvor/ca.crt', 'ca: ca.crt')
      .replace('password: PROD_1_PASSWORD', 'password: hunter2');
    expect(problemsOf(() => load(broken))).toEqual([
      '2 problems in the configuration:',
      '/etc/salvor/salvor.yaml:18 | clusters.prod-1.etcd.ca | must be an absolute path',
      expect.stringMatching(/:20 .* must be the name of an environment variable, not the secret itself$/),
    ]);
  });

  it('words every problem as what must be', () => {
    const told = problemsOf(() => load(wrongEverywhere));
    expect(told.slice(1).filter((line) => !/ \| must /.test(line))).toEqual([]);
    expect(told.slice(1).map((line) => line.replace(/^.* \| /, ''))).toMatchInlineSnapshot(`
      [
        "must be text; nothing is there",
        "must be socket or http",
        "must be a slash and a word, such as /salvor",
        "must be at most 65535",
        "must end with /api/",
        "must be lower-case letters, digits, dots and dashes, as in salvor.yaml",
        "must name at least one user or group",
        "must be a Slack member id such as U024BE7LH, never a name",
        "must be text, in quotes",
        "must be a list",
        "must have at least 3 characters",
        "must be an http or https URL",
        "must be a whole number",
        "must be the name of an environment variable, not the secret itself",
        "must be text; nothing is there",
        "must be production, staging or development; nothing is there",
        "must have at least 1 item",
        "must be scheme, host and port, such as https://10.0.0.11:2379",
        "must be true or false",
        "must be more than 0",
        "must be at most 67108864",
        "must be letters, digits and dashes between single slashes",
        "must be none, sse-s3, sse-kms or age",
        "must be a number",
        "must name at least one rule",
        "must have a mode with days, or legalHold: true",
        "must be a name under buckets; "other" is not there",
        "must be five fields, such as "0 */6 * * *"",
        "must be a time zone such as Europe/Berlin",
        "must be failures, always or changes",
        "must be a name under clusters; "prod-9" is not there",
        "must not be there: no setting is called so; check its spelling",
      ]
    `);
  });

  describe('a schedule', () => {
    const schedule = (facts: string) => `${good}schedules:\n  nightly: {clusters: [prod-1], ${facts}}\n`;
    const snapshotAt = (cron: string) => schedule(`job: snapshot, cron: "${cron}"`);
    const comesByItself = {
      queue: 'write',
      schedule: { payload: (cluster: string) => ({ cluster }), says: 'failures' },
    } as const;
    const jobs: Jobs = new Map<string, JobFacts>([
      ['snapshot', comesByItself],
      ['verify', comesByItself],
      ['backups', { queue: 'read' }],
      ['restore', { queue: 'danger' }],
    ]);

    it.each([
      ['0 */6 * * *', 'UTC', 0],
      ['30 2 * * thu', 'Europe/Berlin', 600],
    ])('takes %s', (cron, timezone, jitterSeconds) => {
      const yaml = schedule(`job: snapshot, cron: "${cron}", timezone: ${timezone}, jitterSeconds: ${jitterSeconds}`);
      expect(load(yaml, { jobs }).settings.schedules.nightly).toMatchObject({ cron, timezone, jitterSeconds });
    });

    it.each([
      ['* * * * * *', 'must be five fields, such as "0 */6 * * *"'],
      ['0 25 * * *', 'must have hours from 0 to 23, in its second field: "25" is not that'],
      ['5-2 * * * *', 'must have minutes from 0 to 59, in its first field: "5-2" is not that'],
      ['0 0 * * fun', 'must have weekdays from 0 (Sunday) to 7, or sun to sat, in its fifth field: "fun" is not that'],
      ['0 0 31 2 *', 'must be of a time that comes: none of its months has such a day'],
      ['H H * * *', 'must name its moments; for a moment of its own for each cluster say jitterSeconds'],
    ])('refuses %s', (cron, expected) => {
      expect(problemsOf(() => load(snapshotAt(cron), { jobs }))[1]).toContain(
        `:23 | schedules.nightly.cron | ${expected}`,
      );
    });

    it.each([
      [
        'snapshoot',
        'must be a job that may come by itself (snapshot, verify); there is no snapshoot, did you mean snapshot?',
      ],
      ['etch-a-sketch', 'must be a job that may come by itself (snapshot, verify); there is no etch-a-sketch'],
      ['backups', 'must be a job that may come by itself (snapshot, verify); backups may not'],
      ['restore', 'must be harmless: restore is dangerous and never comes by itself'],
    ])('refuses the job %s', (job, expected) => {
      const told = problemsOf(() => load(schedule(`job: ${job}, cron: "0 3 * * *"`), { jobs }));
      expect(told).toEqual([
        'One problem in the configuration:',
        `/etc/salvor/salvor.yaml:23 | schedules.nightly.job | ${expected}`,
      ]);
    });

    describe('of registries', () => {
      const withStatus = new Map([
        ...jobs,
        ['registry', { ...comesByItself, queue: 'read', targetKind: 'registry' } satisfies JobFacts],
      ]);
      const told = (where: string, job: string) =>
        problemsOf(() =>
          load(`${good}schedules:\n  daily: {${where}job: ${job}, cron: "0 3 * * *"}\n`, { jobs: withStatus }),
        );

      it.each([
        ['', 'registry', 'registries | must be given: registry is done to registries'],
        ['', 'snapshot', 'clusters | must be given: snapshot is done to clusters'],
        ['clusters: [prod-1], ', 'registry', 'clusters | must not be there: registry is done to registries'],
        ['clusters: [prod-1], registries: [reg-eu], ', 'snapshot', 'registries | must not be there: snapshot is done'],
        [
          'registries: [reg-eu], ',
          'registry',
          'registries[0] | must be a name under registries; "reg-eu" is not there',
        ],
        ['clusters: [], ', 'snapshot', 'clusters | must'],
      ])('refuses {%sjob: %s}', (where, job, expected) => {
        expect(told(where, job).slice(1).join()).toContain(`schedules.daily.${expected}`);
      });
    });

    it('refuses dangerous work even where its job says that it may come by itself', () => {
      const wrong: Jobs = new Map<string, JobFacts>([['restore', { ...comesByItself, queue: 'danger' }]]);
      const told = problemsOf(() => load(schedule('job: restore, cron: "0 3 * * *"'), { jobs: wrong }));
      expect(told[1]).toContain('restore is dangerous and never comes by itself');
    });

    it('leaves the name of the watch that every cluster has to the watch', () => {
      const taken = snapshotAt('0 3 * * *').replace('nightly', 'watch');
      expect(problemsOf(() => load(taken, { jobs }))[1]).toContain(
        'schedules.watch.job | must be watch, or the schedule have another name: every cluster has one called watch',
      );
    });
  });

  it('refuses plain http unless it is asked for', () => {
    const plain = good.replace('https://10.0.0.11', 'http://10.0.0.11');
    expect(problemsOf(() => load(plain))[1]).toContain('must be https; for plain http also say allowHttp: true');
    expect(() => load(plain.replace('ca: /etc/salvor/ca.crt', 'allowHttp: true'))).not.toThrow();
  });

  it('refuses two clusters whose backups would lie in one another', () => {
    const cluster = good
      .slice(good.indexOf('  prod-1:'))
      .replace('  prod-1:', '  prod-2:')
      .replace('etcd/prod-1', 'etcd/prod-1/second');
    expect(problemsOf(() => load(good + cluster))[1]).toContain('must be apart from that of prod-1');
  });

  it('sees that two names mean one bucket', () => {
    const cluster = good
      .slice(good.indexOf('  prod-1:'))
      .replace('  prod-1:', '  prod-2:')
      .replace('bucket: main', 'bucket: same');
    const same = '  same: {bucket: etcd-backups, endpoint: https://S3.example:9000/}\nclusters:\n';
    const twice = good.replace('clusters:\n', same) + cluster;
    expect(problemsOf(() => load(twice))[1]).toContain('must be apart from that of prod-1');
    expect(() => load(twice.replace('S3.example', 'other.example'))).not.toThrow();
  });

  it('does not take what every object has for a name in the file', () => {
    const broken = good
      .replace('operators: [etcd-operators]', 'operators: [constructor]')
      .replace('bucket: main', 'bucket: constructor');
    const told = problemsOf(() => load(broken)).join('\n');
    expect(told).toContain('"constructor" is not there');
    expect(told).toContain('must be a name under buckets; "constructor" is not there');
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
    ['a bare percent sign', 'redis://:top%secret@127.0.0.1:6379', 'must be a URL; write % in a password as %25'],
    ['a slash', 'redis://:12/topsecret@127.0.0.1:6379', 'write / # ? @ in a password as'],
    ['a hash behind what looks like a port', 'redis://u:12#topsecret@127.0.0.1', 'write / # ? @ in a password as'],
    ['a slash behind what looks like a port', 'redis://u:12/topsecret@127.0.0.1', 'write / # ? @ in a password as'],
  ])('refuses a Redis password with %s without repeating it', (_, url, expected) => {
    const told = problemsOf(() => load(good, { environment: { ...environment, REDIS_URL: url } })).join('\n');
    expect(told).toContain('environment | REDIS_URL | must be a URL');
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
    expect(problemsOf(() => load(good, { environment: twice }))[1]).toContain(
      'must be set once; SLACK_APP_TOKEN_FILE is set as well: leave one away',
    );
    const absent = good.replace('/etc/salvor/ca.crt', '/etc/salvor/none.crt');
    expect(problemsOf(() => load(absent))[1]).toContain(
      'clusters.prod-1.etcd.ca | must be a file that can be read; /etc/salvor/none.crt: ENOENT',
    );
  });

  it('gives a bot no key of a cluster or a bucket, and a worker no Slack token', () => {
    const bot = load(good, { role: 'bot' });
    expect([bot.etcd, bot.buckets]).toEqual([{}, {}]);
    expect(load(good, { role: 'worker' }).slack).toBeUndefined();
  });

  it('gives the keys of the bucket that the audit is copied to to bots and to who proves the audit, and to no worker', () => {
    const own =
      'audit: {bucket: audit-copies, credentials: {accessKeyId: AUDIT_KEY_ID, secretAccessKey: AUDIT_SECRET}}';
    const yaml = `${good.replace('buckets:', `buckets:\n  ${own}`)}audit: {copy: {bucket: audit}}\n`;
    const keys = { ...environment, AUDIT_KEY_ID: 'audit-id', AUDIT_SECRET: 'audit-secret' };
    for (const role of ['bot', 'auditor'] as const) {
      const config = load(yaml, { role, environment: keys });
      expect(Object.keys(config.buckets)).toEqual(['audit']);
      expect([config.etcd, config.mask('audit-secret')]).toEqual([{}, '•••']);
    }
    expect(load(yaml, { role: 'auditor', environment: keys }).slack).toBeUndefined();
    expect(Object.keys(load(yaml, { role: 'worker' }).buckets)).toEqual(['main']);
  });

  it('keeps copies of the audit in a bucket that no cluster uses, since bots hold its keys', () => {
    expect(problemsOf(() => load(`${good}audit: {copy: {bucket: main}}\n`))[1]).toContain(
      'audit.copy.bucket | must be one of its own, with its own keys, which bots hold: prod-1 has its backups there',
    );
    expect(problemsOf(() => load(`${good}audit: {copy: {bucket: other}}\n`))[1]).toContain(
      'audit.copy.bucket | must be a name under buckets; "other" is not there',
    );
  });

  it('gives a worker the keys of its own site alone', () => {
    expect(load(good, { role: 'worker', site: 'ams' }).etcd).toEqual({});
  });

  it('takes the identities that open backups where there are any, and masks them', () => {
    const yaml = good.replace(
      'prefix: etcd/prod-1}',
      'prefix: etcd/prod-1, encryption: {kind: age, recipients: [age1abc], identity: PROD_1_AGE}}',
    );
    const variable = 'PROD_1_AGE';
    expect(load(yaml).identities).toEqual({ 'prod-1': { variable, identity: undefined } });
    const file = '# created: today\nAGE-SECRET-KEY-1QQQQ\n';
    const config = load(yaml, {
      environment: { ...environment, PROD_1_AGE_FILE: '/run/secrets/age' },
      files: { '/run/secrets/age': file },
    });
    expect(config.identities['prod-1']?.identity).toContain('AGE-SECRET-KEY-1QQQQ');
    expect(config.mask('it is AGE-SECRET-KEY-1QQQQ, no less')).toBe('it is •••, no less');
    expect(load(yaml, { role: 'bot' }).identities).toEqual({});
  });

  it('looks for etcd’s programs where salvor.yaml says, then on the path', () => {
    const yaml = `${good}drill: {directory: /var/lib/drill, binaries: [/opt/etcd/3.6]}\n`;
    const drill = load(yaml, { environment: { ...environment, PATH: '/usr/bin::/bin' } }).drill;
    expect(drill).toEqual({ directory: '/var/lib/drill', programs: ['/opt/etcd/3.6', '/usr/bin', '/bin'] });
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
