import { pageNotFound, TextError } from './status-error.ts';

export type Probe = 'healthz' | 'livez' | 'readyz';

/** As kube-apiserver v1.36 lists them. */
const hooks =
  `start-apiserver-admission-initializer generic-apiserver-start-informers priority-and-fairness-config-consumer
priority-and-fairness-filter storage-object-count-tracker-hook start-apiextensions-informers start-apiextensions-controllers
crd-informer-synced start-system-namespaces-controller peer-endpoint-reconciler-controller
start-cluster-authentication-info-controller start-kube-apiserver-identity-lease-controller
start-kube-apiserver-identity-lease-garbage-collector storage-readiness start-legacy-token-tracking-controller
start-service-ip-repair-controllers rbac/bootstrap-roles scheduling/bootstrap-system-priority-classes
priority-and-fairness-config-producer bootstrap-controller start-kubernetes-service-cidr-controller
aggregator-reload-proxy-client-cert start-kube-aggregator-informers apiservice-status-local-available-controller
apiservice-status-remote-available-controller apiservice-registration-controller apiservice-wait-for-first-sync
apiservice-discovery-controller kube-apiserver-autoregistration`
    .split(/\s+/)
    .map((name) => `poststarthook/${name}`);
const last = [
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];
const lively = ['ping', 'log', 'loopback-serving-certificate', 'etcd', ...hooks, ...last];

const checks: Readonly<Record<Probe, readonly string[]>> = {
  healthz: lively,
  livez: lively,
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...hooks, ...last, 'shutdown'],
};

export const probes = Object.keys(checks) as readonly Probe[];

/** Where each check can be asked for by itself: '/livez/etcd'. */
export const healthPaths: readonly string[] = probes.flatMap((probe) => [
  `/${probe}`,
  ...checks[probe].map((check) => `/${probe}/${check}`),
]);

/** The text of an answer with status 200. Throws TextError 500 with the failing checks, which the caller says, and 404 for an unknown one. */
export function probeText(path: string, query: URLSearchParams, failing: ReadonlySet<string>): string {
  const [probe = '', ...rest] = path.slice(1).split('/');
  if (!isProbe(probe)) throw pageNotFound();
  if (rest.length > 0) return singleText(probe, rest.join('/'), failing);
  const excluded = query.getAll('exclude');
  const lines = checks[probe].map((check) => {
    if (excluded.includes(check)) return `[+]${check} excluded: ok`;
    return failing.has(check) ? `[-]${check} failed: reason withheld` : `[+]${check} ok`;
  });
  const isFailed = lines.some((line) => line.startsWith('[-]'));
  if (!isFailed && !query.has('verbose')) return 'ok';
  const text = `${lines.join('\n')}\n${probe} check ${isFailed ? 'failed' : 'passed'}\n`;
  if (isFailed) throw new TextError(500, text);
  return text;
}

function singleText(probe: Probe, check: string, failing: ReadonlySet<string>): string {
  if (!checks[probe].includes(check)) throw pageNotFound();
  if (!failing.has(check)) return 'ok';
  const why = check.startsWith('etcd') ? 'error getting data from etcd: context deadline exceeded' : 'not finished';
  throw new TextError(500, `internal server error: ${why}\n`);
}

const isProbe = (word: string): word is Probe => Object.hasOwn(checks, word);
