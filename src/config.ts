import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter } from 'node:path';
import { stringify } from 'yaml';
import { Refusal } from './chatops/errors.ts';
import { alertChecks, type Commands, includedRules } from './config/alert-rules.ts';
import type { AlertRuleSettings } from './config/alerts-schema.ts';
import { given } from './config/given.ts';
import {
  type AgeIdentity,
  type AlertKeys,
  ageIdentities,
  alertKeys,
  auditBucketKeys,
  type BucketKeys,
  bucketKeys,
  type EtcdKeys,
  etcdKeys,
  type HostKeys,
  hostKeys,
  oidcSecret,
  type RegistryKeys,
  registryKeys,
  type SlackSecrets,
  slackSecrets,
} from './config/keys.ts';
import {
  type QueuePageKeys,
  queuePageKeys,
  type TracesAccess,
  tracesAccess,
  tracesEndpoint,
  tracesToken,
} from './config/observing.ts';
import type { Outline } from './config/outline.ts';
import { type Problem, sayProblem } from './config/problems.ts';
import { programName } from './config/program.ts';
import { readSettings } from './config/read-settings.ts';
import { type RedisAccess, redisAccess, redisKeys, redisPlace } from './config/redis-access.ts';
import type { Jobs } from './config/schedule-checks.ts';
import type { BucketSettings, ClusterSettings, RegistrySettings, Settings } from './config/schema.ts';
import { type Environment, masker, Secrets } from './config/secrets.ts';

/**
 * Which secrets a process reads: a bot holds no cluster key, and no S3 key but that of the audit's copies; a worker no Slack token; an auditor
 * nothing but the key of those copies.
 */
export type Role = 'bot' | 'worker' | 'all' | 'auditor';

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

/** A user of Harbor. */
export interface HarborLogin {
  readonly username: string;
  readonly password: string;
}

/** How a Harbor is reached. */
export interface RegistryAccess {
  /** Scheme and host: 'https://registry.example.com' */
  readonly url: string;
  /** The path of a file of authorities that was checked to be readable. */
  readonly ca?: string;
  readonly allowHttp: boolean;
  /** May read. */
  readonly api: HarborLogin;
  /** May make it read-only. */
  readonly admin?: HarborLogin;
  /** May push to a project that is there for nothing else. */
  readonly probe?: HarborLogin & { readonly project: string };
}

/** How Alertmanager is heard and asked, and the rules, those of included files first. */
export interface AlertsAccess extends AlertKeys {
  readonly rules: Readonly<Record<string, AlertRuleSettings>>;
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

/** Where backups are tried out, and with what. */
export interface DrillPlace {
  readonly directory: string;
  /** Directories that may hold etcd's programs: those of salvor.yaml, then the PATH. */
  readonly programs: readonly string[];
}

/** Where playbooks are run, and with what. */
export interface AnsiblePlace {
  readonly directory: string;
  readonly path: string;
  /** Where the worker's ssh agent listens. */
  readonly agent?: string;
}

export interface Config {
  readonly settings: Settings;
  readonly redis: RedisAccess;
  readonly slack: SlackSecrets | undefined;
  /** Of the OIDC client; read by bots alone. */
  readonly oidcSecret: string | undefined;
  /** Read by bots alone; undefined where no alerts come. */
  readonly alerts: AlertsAccess | undefined;
  /** Undefined where nothing is traced. */
  readonly traces: TracesAccess | undefined;
  /** Read by bots alone; undefined where there is no such page. */
  readonly queuePage: QueuePageKeys | undefined;
  /** By cluster name; only the clusters this process serves. */
  readonly etcd: Readonly<Record<string, EtcdAccess>>;
  /** By the bucket's name in salvor.yaml. */
  readonly buckets: Readonly<Record<string, BucketAccess>>;
  /** By cluster name. */
  readonly identities: Readonly<Record<string, AgeIdentity>>;
  /** By registry name; only the registries this process serves. */
  readonly registries: Readonly<Record<string, RegistryAccess>>;
  /** By the name of a cluster that can be restored, or of a registry. */
  readonly hosts: Readonly<Record<string, HostKeys>>;
  readonly drill: DrillPlace;
  readonly ansible: AnsiblePlace;
  /** Hides every secret read here in a text. */
  readonly mask: (text: string) => string;
}

export interface ConfigSource {
  readonly role: Role;
  /** Only clusters and registries of this site get their keys read; all of them when undefined. */
  readonly site?: string | undefined;
  /** What there is to run: schedules are checked against it where it is given. */
  readonly jobs?: Jobs;
  /** What there is to type: rules for alerts are checked against it where it is given. */
  readonly commands?: Commands;
  readonly environment?: Environment;
  readonly readText?: (path: string) => string;
}

/** Where salvor.yaml is: $SALVOR_CONFIG, else ./salvor.yaml. */
const configFile = (environment: Environment = process.env): string => environment.SALVOR_CONFIG ?? 'salvor.yaml';

/**
 * Reads salvor.yaml and the environment. Throws Refusal that lists every problem there is, each with its line, its path and
 * what must be there.
 */
export function loadConfig(source: ConfigSource): Config {
  const environment = source.environment ?? process.env;
  const readText = source.readText ?? ((path: string) => readFileSync(path, 'utf8'));
  const file = configFile(environment);
  const { settings, outline, problems, say } = readSettings(file, readText, source.jobs);
  const secrets = new Secrets(environment, readText);
  const ofRedis = redisKeys(outline, secrets);
  const hearsSlack = source.role === 'bot' || source.role === 'all';
  const slack = hearsSlack ? slackSecrets(outline, secrets) : undefined;
  const clientSecret = hearsSlack ? oidcSecret(outline, secrets) : undefined;
  const serves = source.role === 'worker' || source.role === 'all' ? outline : {};
  const botOutline = hearsSlack ? outline : {};
  const included = includedRules(botOutline, secrets);
  const alerts = alertKeys(botOutline, secrets);
  const endpoint = tracesEndpoint(outline, environment, secrets);
  const tracing = tracesToken(outline, secrets);
  const queuePage = queuePageKeys(botOutline, secrets);
  const audits = source.role === 'worker' ? {} : outline;
  const buckets = new Map([...bucketKeys(serves, source.site, secrets), ...auditBucketKeys(audits, secrets)]);
  const keys = { etcd: etcdKeys(serves, source.site, secrets), buckets };
  const identities = ageIdentities(serves, source.site, secrets);
  const harbors = registryKeys(serves, source.site, secrets);
  const hosts = Object.fromEntries(hostKeys(serves, source.site, secrets));
  const ofAlerts = [...included.findings, ...alertChecks(botOutline, included.rules, source.commands)].map(say);
  const all = [...problems, ...ofAlerts, ...secrets.problems];
  if (!settings || all.length > 0) throw refuse(all, file, nextStep(source, sitesOf(serves), programName(environment)));
  return {
    settings,
    redis: redisAccess(settings, ofRedis),
    slack,
    oidcSecret: clientSecret,
    alerts: alerts && { ...alerts, rules: { ...included.rules, ...settings.alerts?.rules } },
    traces: tracesAccess(endpoint, tracing, settings.traces),
    queuePage,
    etcd: etcdAccess(settings, keys.etcd),
    buckets: bucketAccess(settings, keys.buckets),
    identities,
    registries: registryAccess(settings, harbors),
    hosts,
    drill: drillPlace(settings, environment),
    ansible: ansiblePlace(environment),
    mask: masker(secrets.values),
  };
}

/** The configuration as it was understood, defaults filled in, secrets masked: for `check-config`. */
export function printConfig(config: Config): string {
  const secrets = {
    [config.redis.url === undefined ? 'redis' : 'REDIS_URL']: redisPlace(config.redis),
    slack: config.slack ? Object.keys(config.slack).map((name) => `${name}: •••`) : 'not read for this role',
    oidc: config.oidcSecret ? 'clientSecret: •••' : 'no client secret',
    traces: config.traces ? `to ${config.traces.url}` : 'off',
    etcd: Object.keys(config.etcd),
    registries: Object.keys(config.registries),
    buckets: Object.keys(config.buckets),
    identities: Object.values(config.identities).map(
      ({ variable, identity }) => `${variable}: ${identity ? '•••' : 'not set'}`,
    ),
    'SSH keys': Object.entries(config.hosts).flatMap(([name, { privateKey }]) => (privateKey ? [`${name}: •••`] : [])),
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

function etcdAccess({ clusters }: Settings, keys: ReadonlyMap<string, EtcdKeys>): Record<string, EtcdAccess> {
  return Object.fromEntries(
    Object.entries(clusters).flatMap(([name, { etcd }]) => {
      const its = keys.get(name);
      return its ? [[name, oneEtcd(etcd, its)] as const] : [];
    }),
  );
}

function oneEtcd(etcd: ClusterSettings['etcd'], { ca, certificate, key, password }: EtcdKeys): EtcdAccess {
  const { endpoints, windowBytes, serverName, username } = etcd;
  return {
    endpoints,
    windowBytes,
    ...(ca ? { tls: { ca, ...given({ certificate, key, serverName }) } } : {}),
    ...(username && password ? { auth: { username, password } } : {}),
  };
}

function registryAccess(
  { registries }: Settings,
  keys: ReadonlyMap<string, RegistryKeys>,
): Record<string, RegistryAccess> {
  return Object.fromEntries(
    Object.entries(registries).flatMap(([name, registry]) => {
      const its = keys.get(name);
      return its ? [[name, oneRegistry(registry, its)] as const] : [];
    }),
  );
}

function oneRegistry({ url, ca, allowHttp, api, admin, probe }: RegistrySettings, keys: RegistryKeys): RegistryAccess {
  const login = <T extends { readonly username: string }>(who: T | undefined, password: string | undefined) =>
    who && password ? { ...who, password } : undefined;
  return {
    url: new URL(url).origin,
    allowHttp,
    api: { username: api.username, password: keys.api ?? '' },
    ...given({ ca, admin: login(admin, keys.admin), probe: login(probe, keys.probe) }),
  };
}

function bucketAccess({ buckets }: Settings, keys: ReadonlyMap<string, BucketKeys>): Record<string, BucketAccess> {
  return Object.fromEntries(
    Object.entries(buckets).flatMap(([name, bucket]) => {
      const its = keys.get(name);
      return its ? [[name, oneBucket(bucket, its)] as const] : [];
    }),
  );
}

function oneBucket(settings: BucketSettings, keys: BucketKeys): BucketAccess {
  const { bucket, region, endpoint, pathStyle, checksums, timeouts } = settings;
  const { certificateAuthority, sessionToken } = keys;
  const credentials = keys.credentials && { ...keys.credentials, ...given({ sessionToken }) };
  return {
    bucket,
    region,
    pathStyle,
    ...given({ endpoint, checksums, credentials, certificateAuthority, timeouts: timeouts && given(timeouts) }),
  };
}

function drillPlace({ drill }: Settings, { PATH = '' }: Environment): DrillPlace {
  const onPath = PATH.split(delimiter).filter((directory) => directory !== '');
  return { directory: drill.directory ?? tmpdir(), programs: [...drill.binaries, ...onPath] };
}

/** What it reads is small and secret: never in the directory for drills, which may be a disk that other machines share. */
const ansiblePlace = ({ PATH = '', SSH_AUTH_SOCK: agent }: Environment): AnsiblePlace => ({
  directory: tmpdir(),
  path: PATH,
  ...given({ agent }),
});

/** Whoever runs a command on a worker's machine has the keys of its site alone. */
function nextStep({ role, site }: ConfigSource, sites: readonly string[], program: string): string {
  const ofRole = role === 'bot' || role === 'worker' ? ` --role ${role}` : '';
  const check = `Mend them all, then: ${program} check-config${ofRole}${site === undefined ? '' : ` --site ${site}`}`;
  if (role !== 'worker' || site !== undefined || sites.length < 2) return check;
  return `${check}. With the keys of one site alone, name it: --site ${sites.join(' or --site ')}`;
}

const sitesOf = ({ clusters, registries }: Outline): readonly string[] => [
  ...new Set(Object.values({ ...clusters, ...registries }).flatMap((one) => one?.site ?? [])),
];

function refuse(problems: readonly Problem[], file: string, next: string): Refusal {
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  const lines = problems.map(
    (one) => `  ${sayProblem(one, one.line === undefined && /^[A-Z]/.test(one.path) ? 'environment' : file)}`,
  );
  return new Refusal(`${count} in the configuration:\n${lines.join('\n')}`, next);
}
