import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface SettingsFacts {
  readonly directory: string;
  readonly slackApiUrl: string;
  readonly team: string;
  readonly slackMode?: 'socket' | 'http';
  readonly slackPort?: number;
  readonly channels: readonly string[];
  readonly endpoints: readonly string[];
  readonly s3Endpoint: string;
  readonly bucket: string;
  /** Laid over the cluster prod-1: { backup: { encryption: … } }. */
  readonly cluster?: Readonly<Record<string, object | string>>;
  /** By name, with their channels; the people are those of prod-1. */
  readonly registries?: Readonly<Record<string, object>>;
  readonly schedules?: Readonly<Record<string, object>>;
  /** Further sections of the file: { oidc: … }. */
  readonly sections?: Readonly<Record<string, object>>;
}

/** A cluster is watched unless a schedule says when. Here one says next year, so that nothing comes by itself in the middle of a test. */
const unwatched = { watch: { job: 'watch', clusters: ['prod-1'], cron: '0 0 1 1 *' } };

const people = {
  environment: 'production',
  viewers: ['etcd-viewers'],
  operators: ['etcd-operators', 'on-call'],
  approvers: ['etcd-approvers'],
};

/** Writes the salvor.yaml of the sandbox: one production cluster, prod-1, and what registries there are; answers its path. */
export async function writeSettings(facts: SettingsFacts): Promise<string> {
  const { cluster = {}, registries = {} } = facts;
  const settings = {
    slack: {
      team: facts.team,
      mode: facts.slackMode ?? 'socket',
      apiUrl: facts.slackApiUrl,
      listen: { host: '127.0.0.1', port: facts.slackPort ?? 0 },
    },
    people: {
      'etcd-operators': { groups: ['S0OPERATORS'] },
      'etcd-approvers': { groups: ['S0APPROVERS'] },
      'etcd-viewers': { groups: ['S0VIEWERS'] },
      'on-call': { users: ['U0ALICE'] },
    },
    buckets: {
      main: {
        bucket: facts.bucket,
        endpoint: facts.s3Endpoint,
        pathStyle: true,
        // The sandbox's server keeps what S3 keeps, so that the demo reads back the checksum too.
        checksums: 'supported',
        credentials: { accessKeyId: 'S3_ACCESS_KEY_ID', secretAccessKey: 'S3_SECRET_ACCESS_KEY' },
      },
    },
    clusters: {
      'prod-1': {
        ...people,
        channels: facts.channels,
        ...cluster,
        etcd: { endpoints: facts.endpoints, allowHttp: true, ...object(cluster.etcd) },
        backup: { bucket: 'main', prefix: 'etcd/prod-1', ...object(cluster.backup) },
      },
    },
    registries: Object.fromEntries(Object.entries(registries).map(([name, one]) => [name, { ...people, ...one }])),
    schedules: { ...unwatched, ...facts.schedules },
    drill: { directory: facts.directory },
    ...facts.sections,
  };
  const file = join(facts.directory, 'salvor.yaml');
  await writeFile(file, stringify(settings));
  return file;
}

const object = (value: object | string | undefined): object => (typeof value === 'object' ? value : {});
