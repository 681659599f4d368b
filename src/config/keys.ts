import type { BucketOutline, Outline, RegistryOutline, TargetOutline } from './outline.ts';
import type { Secrets } from './secrets.ts';

export interface SlackSecrets {
  readonly botToken: string;
  /** Socket mode. */
  readonly appToken?: string;
  /** HTTP mode. */
  readonly signingSecret?: string;
}

/** The texts of certificate files, and the password. */
export interface EtcdKeys {
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly password: string | undefined;
}

/** Passwords of users of Harbor. */
export interface RegistryKeys {
  readonly api: string | undefined;
  readonly admin: string | undefined;
  readonly probe: string | undefined;
}

export interface BucketKeys {
  readonly certificateAuthority: string | undefined;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly sessionToken: string | undefined;
}

/** What opens a cluster's backups that were encrypted with age. */
export interface AgeIdentity {
  readonly variable: string;
  /** Undefined where the environment has none: such a worker takes backups all the same, and says so when it is to open one. */
  readonly identity: string | undefined;
}

/** How a worker proves to the hosts of a cluster or a registry who it is, and knows them. */
export interface HostKeys {
  /** The private key; without one whatever the worker's own ssh uses. */
  readonly privateKey: string | undefined;
  /** The path of a file of host keys that was checked to be readable; without one the worker's own. */
  readonly knownHosts: string | undefined;
}

// All of these read what a file names however broken the rest of it is, so that what is missing is told at once.

export function slackSecrets({ slack }: Outline, secrets: Secrets): SlackSecrets {
  const botToken = secrets.required('SLACK_BOT_TOKEN', 'the bot token, xoxb-…');
  if (slack?.mode === 'http')
    return { botToken, signingSecret: secrets.required('SLACK_SIGNING_SECRET', 'the signing secret, for http mode') };
  if (slack?.mode === 'socket')
    return { botToken, appToken: secrets.required('SLACK_APP_TOKEN', 'the app-level token, xapp-…, for socket mode') };
  return { botToken };
}

/** What Alertmanager shows to us, and we to it. Certificates and keys are texts of files. */
export interface AlertKeys {
  readonly token: string | undefined;
  readonly tls:
    | { readonly certificate: string; readonly key: string; readonly clientCa: string | undefined }
    | undefined;
  readonly alertmanager: { readonly token: string | undefined; readonly ca: string | undefined };
}

/** Undefined where no alerts come. */
export function alertKeys({ alerts }: Outline, secrets: Secrets): AlertKeys | undefined {
  if (!alerts) return undefined;
  const { token, tls, alertmanager } = alerts;
  const file = (what: 'certificate' | 'key' | 'clientCa') =>
    tls?.[what] && secrets.file(tls[what], `alerts.tls.${what}`);
  const [certificate = '', key = '', clientCa] = [file('certificate'), file('key'), file('clientCa')];
  if (key) secrets.values.add(key);
  return {
    token: token && secrets.required(token, 'the bearer token that Alertmanager sends'),
    tls: tls && { certificate, key, clientCa },
    alertmanager: {
      token: alertmanager?.token && secrets.required(alertmanager.token, "the bearer token of Alertmanager's API"),
      ca: alertmanager?.ca && secrets.file(alertmanager.ca, 'alerts.alertmanager.ca'),
    },
  };
}

/** What proves to the OIDC provider that it is this bot who asks; undefined for a public client. */
export const oidcSecret = ({ oidc }: Outline, secrets: Secrets): string | undefined =>
  oidc?.clientSecret && secrets.required(oidc.clientSecret, 'the client secret that the OIDC provider gave to Salvor');

/** By name, of the clusters that a site's workers serve; of all where no site is given. */
export function etcdKeys(outline: Outline, site: string | undefined, secrets: Secrets): ReadonlyMap<string, EtcdKeys> {
  return new Map(
    served(outline.clusters, site).map(([name, { etcd = {} }]) => {
      const file = (what: 'ca' | 'certificate' | 'key') =>
        etcd[what] && secrets.file(etcd[what], `clusters.${name}.etcd.${what}`);
      const whose = `the password of etcd user ${etcd.username} of ${name}`;
      const password = etcd.password && secrets.required(etcd.password, whose);
      return [name, { ca: file('ca'), certificate: file('certificate'), key: file('key'), password }];
    }),
  );
}

/** By the name in salvor.yaml, of the buckets in which those clusters have their backups. */
export function bucketKeys(
  outline: Outline,
  site: string | undefined,
  secrets: Secrets,
): ReadonlyMap<string, BucketKeys> {
  const used = served(outline.clusters, site).flatMap(([, { backup }]) => [backup?.bucket, backup?.copy?.bucket]);
  return keysOf(used, outline, secrets);
}

/** By the name in salvor.yaml: the one bucket to which the audit is copied, where it is. */
export const auditBucketKeys = (outline: Outline, secrets: Secrets): ReadonlyMap<string, BucketKeys> =>
  keysOf([outline.audit?.copy?.bucket], outline, secrets);

function keysOf(used: readonly (string | undefined)[], { buckets = {} }: Outline, secrets: Secrets) {
  const those = Object.entries(buckets).filter(([name]) => used.includes(name));
  return new Map(those.map(([name, bucket]) => [name, oneBucket(name, bucket, secrets)]));
}

/** By cluster name, where salvor.yaml names a variable for it. */
export function ageIdentities(
  outline: Outline,
  site: string | undefined,
  secrets: Secrets,
): Readonly<Record<string, AgeIdentity>> {
  return Object.fromEntries(
    served(outline.clusters, site).flatMap(([name, { backup }]) => {
      const variable = backup?.encryption?.identity;
      if (variable === undefined) return [];
      const identity = secrets.optional(variable);
      // In a file of age-keygen's it stands among comments; alone it must be masked as well.
      for (const [line] of identity?.matchAll(/^AGE-SECRET-KEY-\S+/gm) ?? []) secrets.values.add(line);
      return [[name, { variable, identity }] as const];
    }),
  );
}

/** By name, of the clusters that can be restored, and of registries. */
export function hostKeys(outline: Outline, site: string | undefined, secrets: Secrets): ReadonlyMap<string, HostKeys> {
  const keysFor = (name: string, { key, knownHosts }: Ssh = {}, at: string) => {
    const privateKey = key && secrets.required(key, `the SSH key for the hosts of ${name}`);
    if (knownHosts) secrets.file(knownHosts, `${at}.ssh.knownHosts`);
    return [name, { privateKey, knownHosts }] as const;
  };
  return new Map([
    ...served(outline.clusters, site).flatMap(([name, { restore }]) =>
      restore ? [keysFor(name, restore.ssh, `clusters.${name}.restore`)] : [],
    ),
    ...served(outline.registries, site).map(([name, { ssh }]) => keysFor(name, ssh, `registries.${name}`)),
  ]);
}
type Ssh = RegistryOutline['ssh'];

/** By name, of the registries that a site's workers serve; of all where no site is given. */
export function registryKeys(
  outline: Outline,
  site: string | undefined,
  secrets: Secrets,
): ReadonlyMap<string, RegistryKeys> {
  return new Map(
    served(outline.registries, site).map(([name, registry]) => {
      const passwordOf = (who: 'api' | 'admin' | 'probe') => {
        const { username, password } = registry[who] ?? {};
        return password && secrets.required(password, `the password of ${username} at Harbor ${name}`);
      };
      if (registry.ca) secrets.file(registry.ca, `registries.${name}.ca`);
      return [name, { api: passwordOf('api'), admin: passwordOf('admin'), probe: passwordOf('probe') }];
    }),
  );
}

function oneBucket(name: string, bucket: BucketOutline | undefined, secrets: Secrets): BucketKeys {
  const { credentials = {} } = bucket ?? {};
  const ask = (variable: string | undefined, what: string) =>
    variable && secrets.required(variable, `${what} of bucket ${name}`);
  const accessKeyId = ask(credentials.accessKeyId, 'the access key id');
  const secretAccessKey = ask(credentials.secretAccessKey, 'the secret key');
  return {
    certificateAuthority: bucket?.ca && secrets.file(bucket.ca, `buckets.${name}.ca`),
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    sessionToken: credentials.sessionToken && secrets.optional(credentials.sessionToken),
  };
}

function served<T extends TargetOutline>(
  named: Readonly<Record<string, T | undefined>> | undefined,
  site: string | undefined,
): readonly (readonly [string, T])[] {
  return Object.entries(named ?? {}).flatMap(([name, one]) =>
    one && (site === undefined || one.site === site) ? [[name, one] as const] : [],
  );
}
