import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Certificates, makeCertificates } from '../certificates.ts';
import type { Right, User } from './access.ts';
import { type Cluster, type Times, usualTimes } from './cluster.ts';
import { createFrozenEtcd } from './frozen-etcd.ts';
import { KubernetesObject } from './json.ts';
import { collectionOf, createKinds, customKindsOf, type KindFacts, kindOf } from './kinds.ts';
import type { Knobs } from './knobs.ts';
import { knownKinds } from './known-kinds.ts';
import { type ApiServer, type ServingCertificate, startApiServer } from './server.ts';
import { createStore, type Store, storedOf } from './store.ts';
import { versionOf } from './version.ts';
import { keyOf, toSecond } from './writing.ts';

export interface KubernetesOptions {
  /** Where certificates and kubeconfigs lie. */
  readonly directory: string;
  /** One unless told; they share the objects, and each has its own knobs and metrics. */
  readonly apiServers?: number;
  /** A free one unless told; for the first API server. */
  readonly port?: number;
  /** 'v1.36.2' unless told; one for each API server where they differ. */
  readonly version?: string | readonly string[];
  /** Versions that are off by default: 'networking.k8s.io/v1beta1'. */
  readonly runtimeConfig?: readonly string[];
  /** Kinds beyond those of v1.36: what an older API server still serves. */
  readonly kinds?: readonly KindFacts[];
  /** Who may ask what, by their token; `admin`, of system:masters, is always there. */
  readonly users?: readonly { readonly name: string; readonly rights: readonly Right[] }[];
  readonly certificates?: Certificates;
  readonly serving?: ServingCertificate;
  readonly times?: Partial<Times>;
  readonly now?: () => number;
}

/** A stand-in for the API servers of a Kubernetes cluster: a store that can be watched, and nothing behind it. */
export interface SandboxKubernetes {
  /** Of the first API server, as `knobs` and `url` are. */
  readonly url: string;
  readonly knobs: Knobs;
  readonly apiServers: readonly ApiServer[];
  readonly certificates: Certificates;
  readonly store: Store;
  readonly cluster: Cluster;
  /** The token of a user, by name. */
  token(user: string): string;
  /** Writes a kubeconfig for a user, for the first API server unless told; answers its path. */
  kubeconfig(user: string, apiServer?: number): Promise<string>;
  /** Objects as they come from a manifest or a recording, put into the store as they are; those without uid and times are given some. */
  load(objects: readonly unknown[]): void;
  stop(): Promise<void>;
}

/** How the context of each kubeconfig is called. */
export const contextName = 'sandbox';

export async function startKubernetes(options: KubernetesOptions): Promise<SandboxKubernetes> {
  const { directory, now = Date.now } = options;
  await mkdir(directory, { recursive: true });
  const certificates = options.certificates ?? (await makeCertificates(join(directory, 'certificates')));
  const cluster = clusterOf(options, now);
  const times = { ...usualTimes, ...options.times };
  const apiServers: ApiServer[] = [];
  for (let nth = 0; nth < (options.apiServers ?? 1); nth += 1) {
    const place = { node: `cp-${1 + nth}`, address: `10.0.0.${11 + nth}:6443` };
    const facts = { ...place, version: versionOf(nthVersion(options.version, nth)), times };
    const serving = options.serving ?? certificates.server;
    const port = nth === 0 ? (options.port ?? 0) : 0;
    apiServers.push(await startApiServer(cluster, facts, { ...serving, port }));
  }
  const [first] = apiServers;
  if (!first) throw new Error('a cluster needs an API server');
  const token = (name: string) => tokenOf(cluster.users, name);
  return {
    ...{ url: first.url, knobs: first.knobs, apiServers, certificates, store: cluster.store, cluster, token },
    async kubeconfig(user, apiServer = 0) {
      const file = join(directory, `${user.replaceAll(/[^\w-]+/g, '-')}-${apiServer}.kubeconfig`);
      const server = apiServers[apiServer]?.url ?? first.url;
      await writeFile(file, kubeconfigOf({ server, ca: certificates.ca.certificate, user, token: token(user) }), {
        mode: 0o600,
      });
      return file;
    },
    load: (objects) => loadInto(cluster, objects),
    stop: async () => void (await Promise.all(apiServers.map((server) => server.stop()))),
  };
}

const nthVersion = (version: KubernetesOptions['version'], nth: number): string =>
  (typeof version === 'string' ? version : version?.[nth]) ?? 'v1.36.2';

function clusterOf({ kinds = [], runtimeConfig = [], users = [] }: KubernetesOptions, now: () => number): Cluster {
  const admin: User = { name: 'admin', token: randomBytes(16).toString('hex'), isMaster: true };
  return {
    store: createStore(now),
    kinds: createKinds([...knownKinds(runtimeConfig), ...kinds.map(kindOf)]),
    users: [admin, ...users.map((user) => ({ ...user, token: randomBytes(16).toString('hex') }))],
    ...{ etcd: createFrozenEtcd(now), deadNodes: new Set(), logs: new Map(), now },
  };
}

function tokenOf(users: readonly User[], name: string): string {
  const user = users.find((one) => one.name === name);
  if (!user) throw new Error(`${name} is no user of this cluster`);
  return user.token;
}

interface KubeconfigFacts {
  readonly server: string;
  readonly ca: string;
  readonly user: string;
  readonly token: string;
}

function kubeconfigOf({ server, ca, user, token }: KubeconfigFacts): string {
  const authority = Buffer.from(ca).toString('base64');
  return stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': contextName },
    clusters: [{ name: contextName, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: contextName, context: { cluster: contextName, user } }],
  });
}

function loadInto({ store, kinds, now }: Cluster, objects: readonly unknown[]): void {
  const parsed = objects.map((object) => KubernetesObject.parse(object));
  for (const object of parsed) if (object.kind === 'CustomResourceDefinition') customKindsOf(object).forEach(kinds.add);
  const byCollection = Map.groupBy(parsed, (object) => collectionOf(kindIn(kinds, object)));
  for (const [collection, some] of byCollection) {
    const stored = some.map((object) => {
      const { name = '', namespace, uid = randomUUID(), creationTimestamp, resourceVersion } = object.metadata;
      const revision = Number(resourceVersion ?? store.revision() + 1);
      store.advance(revision);
      const metadata = { ...object.metadata, uid, creationTimestamp: creationTimestamp ?? toSecond(new Date(now())) };
      return storedOf(keyOf(kindIn(kinds, object), namespace, name), revision, { ...object, metadata });
    });
    store.load(collection, stored);
  }
}

function kindIn(kinds: Cluster['kinds'], { apiVersion = 'v1', kind }: KubernetesObject) {
  const found = kinds
    .all()
    .find((one) => one.kind === kind && `${one.group}/${one.version}`.replace(/^\//, '') === apiVersion);
  if (!found) throw new Error(`${apiVersion} ${kind} is no kind of this cluster`);
  return found;
}
