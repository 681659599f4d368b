import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, stringify } from 'yaml';
import { Refusal } from './chatops/errors.ts';
import { locator, meaningProblems, type Problem, sayProblem, shapeProblems } from './config/problems.ts';
import { programName } from './config/program.ts';
import { passwordsIn, redisAddress, redisUrlProblems } from './config/redis-url.ts';
import { type BucketSettings, type ClusterSettings, Settings } from './config/schema.ts';
import { type Environment, masker, Secrets } from './config/secrets.ts';

/** Which secrets a process reads: a bot holds no cluster key and no S3 key, a worker no Slack token. */
export type Role = 'bot' | 'worker' | 'all';

export interface SlackSecrets {
  readonly botToken: string;
  /** Socket mode. */
  readonly appToken?: string;
  /** HTTP mode. */
  readonly signingSecret?: string;
}

export interface EtcdAccess {
  readonly endpoints: readonly string[];
  readonly tls?: {
    readonly ca: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly serverName?: string;
  };
  readonly auth?: { readonly username: string; readonly password: string };
  readonly windowBytes: number;
}

export interface BucketAccess {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly pathStyle: boolean;
  readonly certificateAuthority?: string;
  readonly timeouts?: { readonly connectMs?: number; readonly idleMs?: number };
  readonly checksums?: 'required' | 'supported';
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

export interface Config {
  readonly settings: Settings;
  readonly redisUrl: string;
  readonly slack: SlackSecrets | undefined;
  /** By cluster name; only the clusters this process serves. */
  readonly etcd: Readonly<Record<string, EtcdAccess>>;
  /** By the bucket's name in salvor.yaml. */
  readonly buckets: Readonly<Record<string, BucketAccess>>;
  /** Hides every secret read here in a text. */
  readonly mask: (text: string) => string;
}

export interface ConfigSource {
  readonly role: Role;
  /** Only clusters of this site get their keys read; all of them when undefined. */
  readonly site?: string | undefined;
  readonly environment?: Environment;
  readonly readText?: (path: string) => string;
}

/** Where salvor.yaml is: $SALVOR_CONFIG, else ./salvor.yaml. */
export const configFile = (environment: Environment = process.env): string =>
  environment.SALVOR_CONFIG ?? 'salvor.yaml';

/**
 * Reads salvor.yaml and the environment. Throws Refusal that lists every problem there is, each with its line, its path and
 * what was expected.
 */
export function loadConfig(source: ConfigSource): Config {
  const environment = source.environment ?? process.env;
  const readText = source.readText ?? ((path: string) => readFileSync(path, 'utf8'));
  const file = configFile(environment);
  const { settings, problems } = readSettings(file, readText);
  const secrets = new Secrets(environment, readText);
  const redisUrl = secrets.required('REDIS_URL', 'where Redis is, such as redis://127.0.0.1:6379');
  const slack = settings && source.role !== 'worker' ? slackSecrets(settings, secrets) : undefined;
  const serves = source.role !== 'bot' ? settings : undefined;
  const etcd = serves ? etcdAccess(serves, source.site, secrets) : {};
  const buckets = serves ? bucketAccess(serves, source.site, secrets) : {};
  const all = [...problems, ...secrets.problems, ...(redisUrl === '' ? [] : redisUrlProblems(redisUrl))];
  if (!settings || all.length > 0) throw refuse(all, file, programName(environment));
  return { settings, redisUrl, slack, etcd, buckets, mask: masker([...secrets.values, ...passwordsIn(redisUrl)]) };
}

/** The configuration as it was understood, defaults filled in, secrets masked: for `check-config`. */
export function printConfig(config: Config): string {
  const secrets = {
    REDIS_URL: redisAddress(config.redisUrl),
    slack: config.slack ? Object.keys(config.slack).map((name) => `${name}: •••`) : 'not read for this role',
    etcd: Object.keys(config.etcd),
    buckets: Object.keys(config.buckets),
  };
  // Masked before it is written as YAML, which may fold or escape a secret out of the mask's sight.
  return stringify(masked({ ...config.settings, 'read from the environment': secrets }, config.mask));
}

function masked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one) => masked(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [mask(name), masked(one, mask)]));
}

function readSettings(file: string, readText: (path: string) => string) {
  let text: string;
  try {
    text = readText(file);
  } catch {
    throw new Refusal(
      `There is no readable configuration at ${file}.`,
      'Copy salvor.example.yaml there, or set SALVOR_CONFIG to its path.',
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors.map((error): Problem => {
    return {
      path: 'yaml',
      line: lines.linePos(error.pos[0]).line,
      expected: error.message.split('\n')[0] ?? error.code,
    };
  });
  if (broken.length > 0) return { settings: undefined, problems: broken };
  const locate = locator(document, lines);
  const plain = toPlain(document);
  if ('problem' in plain) return { settings: undefined, problems: [plain.problem] };
  const parsed = Settings.safeParse(plain.value);
  if (!parsed.success) return { settings: undefined, problems: shapeProblems(parsed.error, locate) };
  return { settings: parsed.data, problems: meaningProblems(parsed.data, locate) };
}

/** An alias that points nowhere, or aliases of aliases without end, show only here. */
function toPlain(document: Document): { readonly value: unknown } | { readonly problem: Problem } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: { path: 'yaml', expected: `has no aliases that cannot be resolved: ${why}` } };
  }
}

function slackSecrets(settings: Settings, secrets: Secrets): SlackSecrets {
  const botToken = secrets.required('SLACK_BOT_TOKEN', 'the bot token, xoxb-…');
  if (settings.slack.mode === 'http') {
    return { botToken, signingSecret: secrets.required('SLACK_SIGNING_SECRET', 'the signing secret, for http mode') };
  }
  return { botToken, appToken: secrets.required('SLACK_APP_TOKEN', 'the app-level token, xapp-…, for socket mode') };
}

function etcdAccess(settings: Settings, site: string | undefined, secrets: Secrets): Record<string, EtcdAccess> {
  return Object.fromEntries(served(settings, site).map(([name, cluster]) => [name, oneEtcd(name, cluster, secrets)]));
}

function oneEtcd(name: string, { etcd }: ClusterSettings, secrets: Secrets): EtcdAccess {
  const at = `clusters.${name}.etcd`;
  const certificate = etcd.certificate && secrets.file(etcd.certificate, `${at}.certificate`);
  const key = etcd.key && secrets.file(etcd.key, `${at}.key`);
  const ca = etcd.ca && secrets.file(etcd.ca, `${at}.ca`);
  const password =
    etcd.password && secrets.required(etcd.password, `the password of etcd user ${etcd.username} of ${name}`);
  return {
    endpoints: etcd.endpoints,
    windowBytes: etcd.windowBytes,
    ...(ca ? { tls: { ca, ...given({ certificate, key, serverName: etcd.serverName }) } } : {}),
    ...(etcd.username && password ? { auth: { username: etcd.username, password } } : {}),
  };
}

function bucketAccess(settings: Settings, site: string | undefined, secrets: Secrets): Record<string, BucketAccess> {
  const used = new Set(
    served(settings, site).flatMap(([, { backup }]) => [backup.bucket, ...(backup.copy ? [backup.copy.bucket] : [])]),
  );
  const buckets = Object.entries(settings.buckets).filter(([name]) => used.has(name));
  return Object.fromEntries(buckets.map(([name, bucket]) => [name, oneBucket(name, bucket, secrets)]));
}

function oneBucket(name: string, settings: BucketSettings, secrets: Secrets): BucketAccess {
  const { bucket, region, endpoint, pathStyle, checksums, credentials, timeouts } = settings;
  const certificateAuthority = settings.ca && secrets.file(settings.ca, `buckets.${name}.ca`);
  const keys = credentials && {
    accessKeyId: secrets.required(credentials.accessKeyId, `the access key id of bucket ${name}`),
    secretAccessKey: secrets.required(credentials.secretAccessKey, `the secret key of bucket ${name}`),
    ...given({ sessionToken: credentials.sessionToken && secrets.optional(credentials.sessionToken) }),
  };
  return {
    bucket,
    region,
    pathStyle,
    ...given({ endpoint, checksums, credentials: keys, certificateAuthority, timeouts: timeouts && given(timeouts) }),
  };
}

function served(settings: Settings, site: string | undefined) {
  return Object.entries(settings.clusters).filter(([, cluster]) => site === undefined || cluster.site === site);
}

/** Leaves away what is not there: exactOptionalPropertyTypes tells absent from undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined | ''> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined | ''> };
}

function refuse(problems: readonly Problem[], file: string, program: string): Refusal {
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  const lines = problems.map(
    (one) => `  ${sayProblem(one, one.line === undefined && /^[A-Z]/.test(one.path) ? 'environment' : file)}`,
  );
  return new Refusal(
    `${count} in the configuration:\n${lines.join('\n')}`,
    `Mend them all, then: ${program} check-config`,
  );
}
