import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { RedisAccess } from '../src/config/redis-access.ts';
import { type SandboxAlerts, startAlerts } from './alerts.ts';
import { type EtcdCluster, freePorts, startEtcd } from './etcd.ts';
import { type SandboxRegistry, startRegistry } from './harbor/registry.ts';
import { type ClusterApi, startClusterApi } from './kubernetes/cluster-api.ts';
import { type SandboxRedis, startRedis } from './redis.ts';
import { startSentinels } from './redis-sentinels.ts';
import { type SandboxS3, startS3 } from './s3/server.ts';
import { type SalvorProcess, startSalvor } from './salvor.ts';
import { writeSettings } from './settings.ts';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from './slack/server.ts';
import { defaultWorkspace, registryChannel } from './slack/workspace.ts';

export interface SandboxSetup {
  /** Holds all data and logs. */
  readonly directory: string;
  readonly members?: 1 | 3 | 5;
  /** Its members can be restored: they are services of this machine, and salvor.yaml says how to reach them. */
  readonly restorable?: boolean;
  readonly slackPort?: number;
  readonly slack?: Partial<LocalSlackOptions>;
  /** How Slack delivers to Salvor: over sockets unless told. */
  readonly slackMode?: 'socket' | 'http';
  /** prod-1 has an API server with three control planes whose leaders can be moved; Salvor reads it with the rights of deploy/kubernetes. */
  readonly hasKubernetes?: boolean;
  /** There is a registry too, reg-eu: a Harbor of this machine that can be upgraded, with a channel of its own. */
  readonly hasHarbor?: boolean;
  /** An Alertmanager tells Salvor what fires, with the rules of deploy/alerts. */
  readonly hasAlerts?: boolean;
  /** Redis has so many replicas, and three sentinels that put one in the master's place. */
  readonly replicas?: 1 | 2;
  /** Laid over the cluster in salvor.yaml. */
  readonly cluster?: Readonly<Record<string, object | string>>;
  /** As in salvor.yaml; nothing comes by itself unless told. */
  readonly schedules?: Readonly<Record<string, object>>;
  /** Further sections of salvor.yaml: { alerts: … }; and the variables that they name. */
  readonly sections?: Readonly<Record<string, object>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Told what is being started, for the person who waits. */
  readonly say?: (line: string) => void;
}

/** A whole control plane on one machine, and what Salvor needs; Salvor itself is started on it. */
export interface Sandbox {
  readonly directory: string;
  readonly etcd: EtcdCluster;
  /** The master at the start, where there are replicas. */
  readonly redis: SandboxRedis;
  readonly replicas: readonly SandboxRedis[];
  /** How it is reached, whichever server is the master. */
  readonly redisAccess: RedisAccess;
  readonly s3: SandboxS3;
  readonly slack: LocalSlack;
  readonly bucket: string;
  /** Where it was asked for. */
  readonly kubernetes?: ClusterApi;
  readonly registry?: SandboxRegistry;
  readonly alerts?: SandboxAlerts;
  /** What a process of Salvor needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts a bot, a worker or both in one; stopped with the sandbox. */
  start(role: 'bot' | 'worker' | 'all', flags?: readonly string[]): Promise<SalvorProcess>;
  stop(): Promise<void>;
}

const bucket = 'etcd-backups';

export async function startSandbox(setup: SandboxSetup): Promise<Sandbox> {
  const { directory, say = () => {} } = setup;
  await mkdir(directory, { recursive: true });
  const keys = { accessKeyId: 'SANDBOXKEY', secretAccessKey: randomBytes(20).toString('hex') };
  const stops: (() => Promise<void>)[] = [];
  const started = async <T extends { stop(): Promise<void> }>(name: string, starting: Promise<T>): Promise<T> => {
    const server = await starting;
    stops.unshift(() => server.stop());
    say(`${name} is up`);
    return server;
  };
  const stop = async () => {
    for (const one of stops.splice(0)) await one();
  };
  const isRestorable = setup.restorable === true;
  const channels = setup.hasHarbor ? [...defaultWorkspace.channels, registryChannel] : defaultWorkspace.channels;
  const shortcuts = [
    { name: 'Ask Salvor', callback_id: 'alert.ask' },
    { name: 'Salvor: logs of this run', callback_id: 'run.logs' },
  ];
  const slackSetup = { ...{ workspace: { ...defaultWorkspace, channels }, shortcuts }, ...setup.slack };
  const etcdSetup = { directory: join(directory, 'etcd'), members: setup.members ?? 3, asServices: isRestorable };
  try {
    const [etcd, store, s3, slack, alerts] = await Promise.all([
      started('etcd', startEtcd(etcdSetup)),
      started('Redis', startStore(join(directory, 'redis'), setup.replicas)),
      started('S3', startS3({ directory: join(directory, 's3'), buckets: [bucket], region: 'us-east-1', ...keys })),
      started('Slack', startLocalSlack({ delivery: { mode: 'socket' }, port: setup.slackPort ?? 0, ...slackSetup })),
      setup.hasAlerts ? started('Alertmanager', startAlerts(join(directory, 'alertmanager'))) : undefined,
    ]);
    const kubernetes = setup.hasKubernetes
      ? await started('Kubernetes', startClusterApi(join(directory, 'kubernetes')))
      : undefined;
    const registry = setup.hasHarbor ? await started('Harbor', startRegistry(join(directory, 'harbor'))) : undefined;
    const { redis, replicas, redisAccess } = store;
    const { url } = redisAccess;
    const slackMode = setup.slackMode ?? 'socket';
    const [slackPort = 0] = await freePorts(1);
    if (slackMode === 'http') slack.deliverTo({ mode: 'http', url: `http://127.0.0.1:${slackPort}/slack/events` });
    const file = await writeSettings({
      directory,
      slackMode,
      slackPort,
      slackApiUrl: slack.apiUrl,
      team: slack.state.team.id,
      channels: ['C0PROD1'],
      endpoints: etcd.endpoints,
      s3Endpoint: s3.endpoint,
      bucket,
      cluster: {
        ...(isRestorable ? { restore: restoreOf(directory, etcd) } : {}),
        ...(kubernetes ? { kubernetes: { kubeconfig: kubernetes.kubeconfigFile } } : {}),
        ...setup.cluster,
      },
      ...(setup.schedules ? { schedules: setup.schedules } : {}),
      sections: {
        ...(url === undefined ? { redis: redisAccess } : {}),
        ...(alerts ? { alerts: alerts.settings } : {}),
        ...setup.sections,
      },
      ...(registry ? { registries: { 'reg-eu': { channels: [registryChannel.id], ...registry.settings } } } : {}),
    });
    const environment = {
      SALVOR_CONFIG: file,
      ...(url === undefined ? {} : { REDIS_URL: url }),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      S3_ACCESS_KEY_ID: keys.accessKeyId,
      S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...registry?.environment,
      ...alerts?.environment,
      ...setup.variables,
    };
    let count = 0;
    const start: Sandbox['start'] = async (role, flags = []) => {
      count += 1;
      const [httpPort = 0] = await freePorts(1);
      const logFile = join(directory, `${role}-${count}.log`);
      const salvor = await startSalvor({
        role,
        flags,
        environment,
        httpPort,
        logFile,
        ...(role === 'bot' ? {} : { site: 'main' }),
      });
      stops.unshift(() => salvor.kill());
      return salvor;
    };
    const servers = {
      etcd,
      redis,
      replicas,
      redisAccess,
      s3,
      slack,
      ...(kubernetes ? { kubernetes } : {}),
      ...(registry ? { registry } : {}),
      ...(alerts ? { alerts } : {}),
    };
    return { directory, ...servers, bucket, environment, start, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Store {
  readonly redis: SandboxRedis;
  readonly replicas: readonly SandboxRedis[];
  readonly redisAccess: RedisAccess;
  stop(): Promise<void>;
}

async function startStore(directory: string, count: SandboxSetup['replicas']): Promise<Store> {
  if (count === undefined) {
    const redis = await startRedis({ directory });
    return { redis, replicas: [], redisAccess: { url: redis.url }, stop: redis.stop };
  }
  const { master, replicas, access, stop } = await startSentinels(directory, count);
  return { redis: master, replicas, redisAccess: access, stop };
}

/** All members on this machine, as whoever runs the sandbox. */
function restoreOf(directory: string, { members }: EtcdCluster) {
  return {
    connection: 'local',
    become: false,
    workDir: join(directory, 'restores'),
    members: members.map(({ name, endpoint, peerUrl, dataDirectory, service }) => ({
      ...{ name, host: '127.0.0.1', clientUrl: endpoint, peerUrl, dataDir: dataDirectory },
      ...{ owner: userInfo().username, etcd: { kind: 'commands', ...service } },
    })),
  };
}
