import { z } from 'zod';
import { Name } from '../chatops/interpret.ts';
import { Says } from '../chatops/run.ts';
import { languageCodes } from '../languages/language.ts';
import { Alerts } from './alerts-schema.ts';
import { cronProblem } from './cron.ts';
import { QueuePage, Traces } from './observing-schema.ts';
import {
  Argv,
  FilePath,
  HostName,
  HttpUrl,
  holdsNoSecret,
  howReached,
  noSecret,
  Port,
  SlackChannel,
  SlackGroup,
  SlackTeam,
  SlackUser,
  Variable,
  whoAndWhere,
} from './pieces.ts';
import { RedisSection } from './redis-schema.ts';
import { Registry } from './registry-schema.ts';

const Endpoint = z.string().refine((text) => {
  const url = URL.parse(text);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.port !== '' && url.pathname === '/' && holdsNoSecret(text)
  );
}, 'must be scheme, host and port, such as https://10.0.0.11:2379');

/** A key prefix in a bucket: no slash at either end, no way out of it. */
const Prefix = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
    'must be letters, digits and dashes between single slashes',
  );

const Slack = z.strictObject({
  /** People of this workspace alone may ask for anything. */
  team: SlackTeam,
  mode: z.enum(['socket', 'http']).default('socket'),
  command: z
    .string()
    .regex(/^\/[a-z][a-z0-9-]{0,31}$/, 'must be a slash and a word, such as /salvor')
    .default('/salvor'),
  /** Of what is said in channels, and to people whose own language Salvor does not speak. */
  language: z.enum(languageCodes).default('en'),
  /** Of channels where another one is spoken, by their id. */
  channelLanguages: z.record(SlackChannel, z.enum(languageCodes)).default({}),
  /** Where Slack delivers to, in http mode. */
  listen: z.strictObject({ host: z.string().default('0.0.0.0'), port: Port.default(3000) }).prefault({}),
  /** Only for a Slack that is not slack.com, such as the sandbox's. Ends in /api/. */
  apiUrl: z.url().endsWith('/api/').refine(holdsNoSecret, noSecret).optional(),
});

const People = z
  .strictObject({ users: z.array(SlackUser).default([]), groups: z.array(SlackGroup).default([]) })
  .refine((people) => people.users.length + people.groups.length > 0, 'must name at least one user or group');

const Bucket = z.strictObject({
  bucket: z.string().min(3).max(63),
  region: z.string().min(1).default('us-east-1'),
  /** For a store that is not AWS. */
  endpoint: HttpUrl.optional(),
  pathStyle: z.boolean().default(false),
  /** The authority that signed the endpoint's certificate, where the system does not know it. */
  ca: FilePath.optional(),
  timeouts: z.strictObject({ connectMs: z.int().min(100).optional(), idleMs: z.int().min(1000).optional() }).optional(),
  /** 'supported' asks for and checks the newer S3 checksums; custom endpoints often cannot. */
  checksums: z.enum(['required', 'supported']).optional(),
  /** Environment variables that hold the keys. Without them: the usual AWS chain (role, profile, web identity). */
  credentials: z
    .strictObject({ accessKeyId: Variable, secretAccessKey: Variable, sessionToken: Variable.optional() })
    .optional(),
});

const Encryption = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('sse-s3') }),
  z.strictObject({ kind: z.literal('sse-kms'), keyId: z.string().min(1).optional() }),
  z.strictObject({
    kind: z.literal('age'),
    recipients: z.array(z.string().regex(/^age1[a-z0-9]+$/, 'must be an age public key: age1…')).min(1),
    /** The environment variable that holds an age identity of one of them: without it a worker stores backups that it cannot try out. */
    identity: Variable.optional(),
  }),
]);

const Etcd = z.strictObject({
  endpoints: z.array(Endpoint).min(1),
  /** Plain http is refused unless this says so. */
  allowHttp: z.boolean().default(false),
  ca: FilePath.optional(),
  certificate: FilePath.optional(),
  key: FilePath.optional(),
  serverName: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  /** The environment variable that holds the password. */
  password: Variable.optional(),
  /** What etcd was started with (--quota-backend-bytes), where its members do not tell: those with --listen-client-http-urls. */
  quotaBytes: z.int().positive().optional(),
  /** HTTP/2 window of the snapshot stream: bandwidth x round trip, for long ways. */
  windowBytes: z.int().min(65_535).max(67_108_864).default(8_388_608),
  /** From where on a member is worth defragmenting: both must hold. */
  defrag: z
    .strictObject({
      fragmentedPercent: z.number().min(1).max(99).default(45),
      fragmentedMiB: z.int().min(1).default(100),
    })
    .prefault({}),
});

/** Backups to keep, each rule by itself: what any of them keeps stays. Times are UTC. */
const Keep = z
  .strictObject({
    /** The newest so many. */
    last: z.int().min(1).optional(),
    /** The newest of each of the last so many hours, days, weeks (from Monday) and months that have one. */
    hourly: z.int().min(1).optional(),
    daily: z.int().min(1).optional(),
    weekly: z.int().min(1).optional(),
    monthly: z.int().min(1).optional(),
    /** Everything younger than so many days. */
    days: z.int().min(1).optional(),
  })
  .refine((keep) => Object.values(keep).some((value) => value !== undefined), 'must name at least one rule');

/** S3 Object Lock, for a bucket that was made with it. */
const Lock = z
  .strictObject({
    mode: z.enum(['governance', 'compliance']).optional(),
    days: z.int().min(1).max(36_500).optional(),
    legalHold: z.boolean().default(false),
  })
  .refine((lock) => (lock.mode === undefined) === (lock.days === undefined), 'must have mode and days together')
  .refine((lock) => lock.mode !== undefined || lock.legalHold, 'must have a mode with days, or legalHold: true');

/** What people may rely on; the watch says when it does not hold. */
const Target = z.strictObject({
  /** The newest verified backup is never older. */
  maxAgeHours: z.number().positive().default(24),
  /** A backup was restored into a scratch etcd within so many days. */
  drillEveryDays: z.number().positive().default(7),
});

const Backup = z.strictObject({
  bucket: Name,
  prefix: Prefix,
  compression: z.enum(['zstd', 'gzip', 'none']).default('zstd'),
  encryption: Encryption.default({ kind: 'none' }),
  /** While a snapshot streams, etcd cannot free pages; longer than this is given up. */
  timeLimitSeconds: z.int().min(10).max(86_400).default(1800),
  /** Which backups stay; without it nothing is ever pruned. */
  keep: Keep.optional(),
  lock: Lock.optional(),
  /** A second bucket, best in another region or with another provider, to which every backup is copied. */
  copy: z.strictObject({ bucket: Name, prefix: Prefix }).optional(),
  /** Where backups lie that something else made, in the same bucket: etcd-<time>.tar.gz, .db and .db.gz are listed and can be tried out. */
  foreign: z.array(Prefix).default([]),
  target: Target.prefault({}),
});

/** How a service is run on a host, and so how it is stopped and started. */
const ServiceWay = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('systemd'),
    unit: z.string().regex(/^[A-Za-z0-9@._-]+$/, 'must be a unit such as etcd.service'),
  }),
  /** Stopped by moving the manifest out of kubelet's directory, started by moving it back. */
  z.strictObject({ kind: z.literal('staticPod'), manifest: FilePath }),
  /** For what runs otherwise; each ends only once it is done. `isRunning` ends with 0 exactly while it runs. */
  z.strictObject({ kind: z.literal('commands'), start: Argv, stop: Argv, isRunning: Argv }),
]);

const UrlOfMember = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => URL.parse(text)?.pathname === '/' && holdsNoSecret(text), 'must be scheme, host and port');

/** A member of etcd as it is to be after a restore. */
const RestoreMember = z.strictObject({
  /** etcd's --name. */
  name: z.string().regex(/^(?!-)[A-Za-z0-9._-]+$/, 'must be letters, digits, dots and dashes'),
  host: HostName,
  peerUrl: UrlOfMember,
  clientUrl: UrlOfMember,
  dataDir: FilePath,
  walDir: FilePath.optional(),
  owner: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*(:[a-z_][a-z0-9_-]*)?$/i, 'must be user:group')
    .default('root:root'),
  etcd: ServiceWay,
  /** The API server on this host, where there is one. */
  apiServer: ServiceWay.optional(),
  /** Controller manager, scheduler and others that cache: restarted after the API servers are back. */
  afterwards: z.array(ServiceWay).default([]),
});

/** What a restore needs to know: without it none can be planned. */
const Restore = z.strictObject({
  ...howReached,
  /** A new token keeps members of the old cluster away; 'keep' restores with the old one, which `clusterToken` names. */
  clusterToken: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/)
    .optional(),
  /** Where the backup is put on the hosts, and old data directories aside. */
  workDir: FilePath.default('/var/lib/salvor'),
  members: z.array(RestoreMember).min(1),
});

/** How many nodes an order of work takes up at once. */
const NodeBatches = z.strictObject({
  /** Workers that go first, to see what happens. */
  canary: z.int().min(0).max(1000).default(1),
  /** Of all workers, in each batch after that. */
  percent: z.number().gt(0).max(100).default(20),
});

const Kubernetes = z.strictObject({
  kubeconfig: FilePath,
  context: z.string().min(1).optional(),
  /** A leader that changes hands more often within an hour is told of in the channel. */
  takeoversPerHour: z.int().min(1).max(1000).default(3),
  batches: NodeBatches.prefault({}),
});

const Cluster = z.strictObject({
  ...whoAndWhere,
  etcd: Etcd,
  backup: Backup,
  kubernetes: Kubernetes.optional(),
  restore: Restore.optional(),
});

/** Work that comes by itself. */
const Schedule = z.strictObject({
  /** A job that may be scheduled: snapshot, verify, prune, watch or leaders on clusters, registry on registries. */
  job: Name,
  /** What it is done to: clusters or registries, as the job takes one. */
  clusters: z.array(Name).min(1).optional(),
  registries: z.array(Name).min(1).optional(),
  /** Five fields: minute hour day month weekday. */
  cron: z.string().superRefine((cron, context) => {
    const message = cronProblem(cron);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  timezone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').default('UTC'),
  /** Starts up to so much later, each target at its own moment, so that not all of them start at once. */
  jitterSeconds: z.int().min(0).max(3600).default(0),
  /** When its runs speak in the channel; as the job finds right unless given. */
  says: Says.optional(),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Where workers try backups out: on their own disk, with etcd binaries of their own, never touching a real member. */
const Drill = z.strictObject({
  /** Throw-away directories are made in it; the system's temporary directory unless given. */
  directory: FilePath.optional(),
  /** Directories that hold etcd, etcdutl and etcdctl of further versions, besides those on the PATH. */
  binaries: z.array(FilePath).default([]),
});

/** https; plain http only on this machine, for trying it out. */
const isSafeUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '');
};
const safeUrl = 'must be an https URL';

/** Where people prove who they are before a vote counts (`approval.stepUp`), on a page that the bot serves. */
const Oidc = z.strictObject({
  /** Exactly as the provider names itself. */
  issuer: z
    .url({ protocol: /^https?$/, error: safeUrl })
    .refine(isSafeUrl, safeUrl)
    .refine(holdsNoSecret, noSecret),
  clientId: z.string().min(1),
  /** The variable that holds the client's secret; without it a public client. */
  clientSecret: Variable.optional(),
  /** How people's browsers reach the bot: https://salvor.example.org */
  publicUrl: z
    .url({ protocol: /^https?$/, error: safeUrl })
    .refine(isSafeUrl, safeUrl)
    .refine(holdsNoSecret, noSecret)
    .refine(
      (text) => URL.parse(text)?.pathname === '/' && !/[?#]/.test(text),
      'must be scheme and host, without a path',
    ),
  listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: Port.default(9465) }).prefault({}),
  /** Asked for besides openid, so that the provider tells the claim. */
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope such as email')).default(['email']),
  /** The claim that tells who somebody is, and the Slack member id of each: the same person must have pressed the button. */
  claim: z.string().min(1).default('email'),
  people: z.record(z.string(), SlackUser),
  /**
   * Whether the provider must tell when somebody signed in (auth_time), so that a session from before is no proof. 'optional' believes one
   * that does not tell, and only then: for dex, which keeps no session of its own.
   */
  authTime: z.enum(['required', 'optional']).default('required'),
});

/** Where the record of who did what is copied to, so that nobody who may write to Redis can change it unseen. */
const AuditCopy = z.strictObject({
  /** One that no cluster has its backups in: bots hold its keys. */
  bucket: Name,
  prefix: Prefix.default('salvor-audit'),
  /** Object Lock in compliance mode: nobody at all may change or delete a copy before. */
  retainDays: z.int().min(1).max(36_500).default(400),
  /** 'optional' copies to a bucket without Object Lock too, and says so. */
  lock: z.enum(['required', 'optional']).default('required'),
});

/** salvor.yaml: what there is, who may do what, where it is said. Holds no secret: it names the variables that do. */
export const Settings = z.strictObject({
  slack: Slack,
  /** Health and metrics of every process. */
  http: z.strictObject({ host: z.string().default('127.0.0.1'), port: Port.default(9464) }).prefault({}),
  redis: RedisSection.optional(),
  people: z.record(Name, People).default({}),
  /** Where clusters have their backups. */
  buckets: z.record(Name, Bucket).default({}),
  /** At least one of either. */
  clusters: z.record(Name, Cluster).default({}),
  registries: z.record(Name, Registry).default({}),
  schedules: z.record(Name, Schedule).default({}),
  drill: Drill.prefault({}),
  alerts: Alerts.optional(),
  oidc: Oidc.optional(),
  audit: z.strictObject({ copy: AuditCopy.optional() }).optional(),
  traces: Traces.optional(),
  queuePage: QueuePage.optional(),
});
export type ScheduleSettings = z.infer<typeof Schedule>;
export type Settings = z.infer<typeof Settings>;
export type ClusterSettings = z.infer<typeof Cluster>;
export type RegistrySettings = z.infer<typeof Registry>;
export type BucketSettings = z.infer<typeof Bucket>;
export type AuditCopySettings = z.infer<typeof AuditCopy>;
