import { gzipSync } from 'node:zlib';
import { nodeTemplate, podTemplate, releaseTemplate, secretTemplate } from './many.ts';
import type { Store, Stored } from './store.ts';

export interface Fill {
  readonly nodes: number;
  readonly pods: number;
  readonly secrets: number;
  /** How many of the secrets hold Helm releases; a tenth unless told. */
  readonly releases?: number;
  /** Of the kubelets: 'v1.36.2' unless told. */
  readonly kubeletVersion?: string;
}

/** Puts that many objects into the store, of the sizes they have in real clusters: nodes of 9 kB, pods of 7 kB. Takes a second and little memory. */
export function fill(
  store: Store,
  { nodes, pods, secrets, releases = Math.trunc(secrets / 10), kubeletVersion = 'v1.36.2' }: Fill,
): void {
  const first = store.revision() + 1;
  const some = (count: number, from: number, make: (nth: number, revision: number) => Stored) =>
    Array.from({ length: count }, (_, nth) => make(nth, first + from + nth));
  store.load(
    '/nodes',
    some(nodes, 0, (nth, revision) => nodeOf(nth, revision, kubeletVersion)),
  );
  store.load(
    '/pods',
    some(pods, nodes, (nth, revision) => podOf(nth, revision, Math.max(1, nodes))),
  );
  store.load(
    '/secrets',
    some(secrets, nodes + pods, (nth, revision) => secretOf(nth, revision, releases)),
  );
}

const padded = (nth: number, length = 5): string => String(nth).padStart(length, '0');
const nodeName = (nth: number): string => `node-${padded(nth)}`;
const addressOf = (nth: number): string => `10.${64 + (nth >> 16)}.${(nth >> 8) & 255}.${nth & 255}`;

function nodeOf(nth: number, revision: number, kubeletVersion: string): Stored {
  const name = nodeName(nth);
  const zone = `zone-${'abc'[nth % 3]}`;
  const labels = {
    ...{ 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': name },
    'topology.kubernetes.io/zone': zone,
  };
  return nodeTemplate.make(name, revision, labels, { name, zone, version: kubeletVersion, address: addressOf(nth) });
}

const apps = 300;

function podOf(nth: number, revision: number, nodes: number): Stored {
  const app = `app-${padded(nth % apps, 3)}`;
  const namespace = `team-${padded(nth % 60, 2)}`;
  const name = `${app}-7d4b9c6f5-${padded(nth, 6)}`;
  const labels = { app, 'app.kubernetes.io/managed-by': 'Helm', 'pod-template-hash': '7d4b9c6f5' };
  const values = {
    name,
    namespace,
    app,
    node: nodeName(nth % nodes),
    address: addressOf(nth),
    host: addressOf(nth % nodes),
  };
  return podTemplate.make(`${namespace}/${name}`, revision, labels, values);
}

function secretOf(nth: number, revision: number, releases: number): Stored {
  const namespace = `team-${padded(nth % 60, 2)}`;
  if (nth >= releases) {
    const name = `credentials-${padded(nth)}`;
    const values = { name, namespace, field: 'password', data: password, type: 'Opaque' };
    return secretTemplate.make(`${namespace}/${name}`, revision, {}, values);
  }
  const version = String((nth % 5) + 1);
  const release = `app-${padded(Math.trunc(nth / 5), 3)}`;
  const name = `sh.helm.release.v1.${release}.v${version}`;
  const labels = { name: release, owner: 'helm', status: version === '5' ? 'deployed' : 'superseded', version };
  const data = payloads[nth % payloads.length] ?? '';
  const { status } = labels;
  const values = { name, namespace, release, status, version, field: 'release', data, type: 'helm.sh/release.v1' };
  return releaseTemplate.make(`${namespace}/${name}`, revision, labels, values);
}

const password = Buffer.from('not a password but as long as one that somebody keeps'.repeat(12)).toString('base64');

/** As Helm 3 keeps releases: base64 of base64 of a gzipped JSON; some kilobytes, one of them with an API version that is gone. */
const payloads: readonly string[] = ['policy/v1', 'policy/v1', 'policy/v1', 'policy/v1beta1'].map((apiVersion, nth) => {
  const manifest = Array.from({ length: 40 }, (_, at) => manifestOf(at === 0 ? apiVersion : 'apps/v1', at)).join(
    '---\n',
  );
  const release = { name: 'app', info: { status: 'deployed' }, manifest, version: nth + 1, namespace: 'team' };
  const zipped = gzipSync(JSON.stringify(release)).toString('base64');
  return Buffer.from(zipped).toString('base64');
});

function manifestOf(apiVersion: string, nth: number): string {
  const kind = apiVersion.startsWith('policy/') ? 'PodDisruptionBudget' : 'Deployment';
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: app-${nth}-${(nth * 7919).toString(36)}\nspec: {}\n`;
}
