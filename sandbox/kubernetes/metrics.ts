import type { Kind } from './kinds.ts';
import type { Version } from './version.ts';

/** What an API server counts of itself: each process for itself, and only since it began. */
export interface Metrics {
  count(request: Counted): void;
  /** Somebody asked for a deprecated API. */
  deprecated(kind: Kind, subresource: string): void;
  text(now: MetricsNow): string;
}

export interface Counted {
  readonly code: number;
  readonly verb: string;
  readonly kind: Pick<Kind, 'group' | 'version' | 'resource'> | undefined;
  readonly scope: '' | 'resource' | 'namespace' | 'cluster';
  readonly subresource: string;
}

export interface MetricsNow {
  readonly inflight: { readonly mutating: number; readonly readOnly: number };
  readonly storageBytes: number;
  readonly version: Version;
}

const family = (name: string, type: 'gauge' | 'counter', help: string, lines: readonly string[]): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...lines,
];

const labelled = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const deprecated = new Set<string>();
  return {
    count({ code, verb, kind, scope, subresource }) {
      const about = { group: kind?.group ?? '', resource: kind?.resource ?? '', version: kind?.version ?? '' };
      const labels = labelled({
        ...{ code: String(code), component: 'apiserver', dry_run: '', system_client: '', verb: verb.toUpperCase() },
        ...{ ...about, scope, subresource },
      });
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
    },
    deprecated({ group, version, resource, deprecated: facts }, subresource) {
      deprecated.add(labelled({ group, version, resource, subresource, removed_release: facts?.removed ?? '' }));
    },
    text({ inflight, storageBytes, version }) {
      const lines = [
        ...family(
          ...(['apiserver_current_inflight_requests', 'gauge'] as const),
          '[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
          Object.entries(inflight).map(
            ([kind, count]) => `apiserver_current_inflight_requests{request_kind="${kind}"} ${count}`,
          ),
        ),
        ...family(
          ...(['apiserver_request_total', 'counter'] as const),
          '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
          [...requests].map(([labels, count]) => `apiserver_request_total${labels} ${count}`).sort(),
        ),
        ...(deprecated.size === 0 ? [] : deprecatedFamily(deprecated)),
        ...family(
          ...(['apiserver_storage_size_bytes', 'gauge'] as const),
          '[STABLE] Size of the storage database file physically allocated in bytes.',
          [`apiserver_storage_size_bytes{storage_cluster_id="etcd-0"} ${storageBytes}`],
        ),
        ...family('kubernetes_build_info', 'gauge', buildHelp, [`kubernetes_build_info${buildOf(version)} 1`]),
      ];
      return `${lines.join('\n')}\n`;
    },
  };
}

const deprecatedFamily = (labels: ReadonlySet<string>) =>
  family(
    ...(['apiserver_requested_deprecated_apis', 'gauge'] as const),
    '[STABLE] Gauge of deprecated APIs that have been requested, broken out by API group, version, resource, subresource, and removed_release.',
    [...labels].sort().map((one) => `apiserver_requested_deprecated_apis${one} 1`),
  );

const buildHelp =
  "[BETA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.";

const buildOf = (version: Version): string =>
  labelled({
    ...{ build_date: version.buildDate, compiler: version.compiler, git_commit: version.gitCommit },
    ...{ git_tree_state: version.gitTreeState, git_version: version.gitVersion, go_version: version.goVersion },
    ...{ major: version.major, minor: version.minor, platform: version.platform },
  });
