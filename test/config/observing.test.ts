import { describe, expect, it } from 'vitest';
import { type Config, type ConfigSource, loadConfig, printConfig } from '../../src/config.ts';
import { refusalOf } from './refusal-of.ts';

const good = `
slack: {team: T0000TEAM}
buckets:
  main: {bucket: etcd-backups}
clusters:
  prod-1:
    environment: production
    channels: [C0000PROD]
    etcd: {endpoints: ["http://10.0.0.11:2379"], allowHttp: true}
    backup: {bucket: main, prefix: etcd/prod-1}
`;
const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

function load(
  sections: string,
  environment: Readonly<Record<string, string>> = {},
  role: ConfigSource['role'] = 'worker',
): Config {
  return loadConfig({
    role,
    environment: { SALVOR_CONFIG: '/salvor.yaml', REDIS_URL: 'redis://127.0.0.1:6379', ...environment },
    readText: () => `${good}${sections}\n`,
  });
}

describe('traces', () => {
  it('are off unless somebody says where to', () => {
    expect(load('').traces).toBeUndefined();
    const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318', OTEL_SDK_DISABLED: 'true' };
    expect(load('', disabled).traces).toBeUndefined();
  });

  it('go where OpenTelemetry’s own variable says, or the file before it', () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318/', TRACES_TOKEN: 'tok-1' };
    expect(load('', environment).traces).toEqual({ url: 'http://otel:4318/v1/traces', token: undefined, share: 1 });
    const section = 'traces: {endpoint: "https://tempo.example.org/otlp", token: TRACES_TOKEN, share: 0.1}';
    expect(load(section, environment).traces).toEqual({
      ...{ url: 'https://tempo.example.org/otlp/v1/traces', token: 'tok-1', share: 0.1 },
    });
  });

  it('hide what opens the collector', () => {
    const environment = {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318', TRACES_TOKEN: 'tok-of-mine' },
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=team,authorization=Bearer a-b-c-d',
    };
    const config = load('traces: {token: TRACES_TOKEN}', environment);
    expect(config.mask('tok-of-mine, Bearer a-b-c-d')).toBe('•••, •••');
    expect(printConfig(config)).not.toContain('tok-of-mine');
  });

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['no endpoint', 'traces: {share: 1}', {}, 'traces.endpoint  must be given, or OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['a variable that is no URL', '', { OTEL_EXPORTER_OTLP_ENDPOINT: 'otel:4318' }, 'must be an http or https URL'],
    [
      'a secret in the variable',
      '',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:b@otel' },
      'must hold no user and no password',
    ],
    ['a secret in the file', 'traces: {endpoint: "http://a:b@otel"}', {}, 'must hold no user and no password'],
    [
      'a token itself',
      'traces: {endpoint: "http://otel", token: abc}',
      {},
      'must be the name of an environment variable',
    ],
    ['a token that is not there', 'traces: {endpoint: "http://otel", token: TOK}', {}, 'TOK  must be set'],
    ['more than all', 'traces: {endpoint: "http://otel", share: 2}', {}, 'traces.share'],
  ])('are refused with %s', (_, section, environment, why) => {
    expect(refusalOf(() => load(section, environment))).toContain(why);
  });
});

describe('the page of the queues', () => {
  it('is off unless it is asked for, and then on this machine alone', () => {
    expect(load('', tokens, 'bot').queuePage).toBeUndefined();
    const config = load('queuePage: {password: PAGE_PASSWORD}', { ...tokens, PAGE_PASSWORD: 'open sesame' }, 'bot');
    expect(config.queuePage).toEqual({ password: 'open sesame', token: undefined });
    expect(config.settings.queuePage).toMatchObject({ listen: { host: '127.0.0.1', port: 9467 }, username: 'salvor' });
    expect(printConfig(config)).not.toContain('open sesame');
  });

  it('has its password read by bots alone', () => {
    expect(load('queuePage: {password: PAGE_PASSWORD}').queuePage).toBeUndefined();
    expect(refusalOf(() => load('queuePage: {password: PAGE_PASSWORD}', tokens, 'bot'))).toContain(
      'PAGE_PASSWORD  must be set',
    );
  });

  it('is refused without a password and a token, and with a name that no browser can send', () => {
    expect(refusalOf(() => load('queuePage: {username: ops}', tokens, 'bot'))).toContain(
      'anybody could look into the queues',
    );
    expect(refusalOf(() => load('queuePage: {token: TOK, username: "a:b"}', { ...tokens, TOK: 't' }, 'bot'))).toContain(
      'must have no colon',
    );
  });
});
