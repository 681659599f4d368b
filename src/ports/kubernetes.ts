import type { Fault } from '../chatops/errors.ts';
import type { AskOptions } from './etcd.ts';
import type { ServedCertificate } from './served-certificate.ts';

/** Objects of one kind. */
export interface Listing {
  /** As the API server has it: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** At most so many objects a page; 500 unless told. */
  readonly pageSize?: number;
  /** Only the metadata of each, as PartialObjectMetadata: a fraction of the bytes, and nothing of what secrets hold. */
  readonly metadataOnly?: boolean;
}

/** Some objects, as they came: whoever reads them parses what it needs and lets go of the rest. */
export interface ObjectPage {
  readonly items: readonly unknown[];
  /** When the API server answered, by its own clock, to the second: what its objects say is compared with this and with no other clock. */
  readonly at: Date;
}

/** What an API server says of itself at /readyz. */
export interface Readiness {
  readonly isReady: boolean;
  /** Names of the checks that fail: 'etcd', 'etcd-readiness'. */
  readonly failing: readonly string[];
}

/** What an API server carries. */
export interface ServerLoad {
  /** Of all kinds, since it was last asked for within a quarter of an hour; over about a second where it was not, or has started since. */
  readonly requestsPerSecond: number;
  /** How many that were: of a few no share means anything. */
  readonly requestsCounted: number;
  /** The most at once within a second, long watches apart: at the beginning and at the end of that time, on average. */
  readonly inFlight: number;
}

/** Of which API server: undefined is the one that the kubeconfig leads to. */
export interface OneServer extends AskOptions {
  /** '10.0.0.11:6443', as the cluster tells. */
  readonly address?: string | undefined;
}

/** What a watch tells, in order. Times are the API server's. */
export type WatchNews =
  /** All there is, at the beginning and whenever the API server no longer knows what happened since: what is not in it is gone. */
  | { readonly kind: 'listed'; readonly items: readonly unknown[]; readonly at: Date }
  | { readonly kind: 'changed' | 'gone'; readonly object: unknown; readonly at: Date }
  /** All that has happened is told: a bookmark. */
  | { readonly kind: 'unchanged'; readonly at: Date }
  /** Nothing is heard for now, and why. It tries again by itself; what it hears next ends this. */
  | { readonly kind: 'deaf'; readonly fault: Fault };

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** After so long without a word the connection is opened anew; bookmarks come once a minute, so 90 s unless told. */
  readonly silenceMs?: number;
}

/**
 * A Kubernetes API server, by cluster name. Only reads. Throws Fault (port 'kubernetes') with one of the codes KUBERNETES_UNREACHABLE,
 * KUBERNETES_TIMEOUT, KUBERNETES_UNAUTHORIZED, KUBERNETES_FORBIDDEN (whose message names the right that is missing), KUBERNETES_EXPIRED (a list
 * took too long, begin anew), KUBERNETES_ABSENT (it has no such path), KUBERNETES_TOO_LARGE, KUBERNETES_ANSWER, KUBERNETES_CONFIG.
 */
export interface Kubernetes {
  /** The API server's version as it says it, such as `v1.36.2`. */
  version(cluster: string, signal?: AbortSignal): Promise<string>;

  /**
   * Resolves once an API server says at /readyz that it is ready, which it is only with etcd behind it. Asks again until the time limit, then throws
   * Fault KUBERNETES_NOT_READY with what it said last. Idempotent.
   */
  ready(cluster: string, options: { readonly timeLimitMs: number; readonly signal?: AbortSignal }): Promise<void>;

  /**
   * Whether an API server is ready now, check by check: the one that its kubeconfig leads to, or the one at `address`, which is asked only where
   * its certificate can be verified: by the same authority, for its own name or that of the kubeconfig.
   */
  readiness(cluster: string, options?: OneServer): Promise<Readiness>;

  /**
   * The certificate that an API server shows, verified as for `readiness`, though it may have run out; undefined where it speaks plain http.
   * Source: the TLS handshake, without credentials.
   */
  certificate(cluster: string, options?: OneServer): Promise<ServedCertificate | undefined>;

  /**
   * What an API server carries now; takes about a second where it was not asked for in the last quarter of an hour. Needs the right to get /metrics.
   * Source: apiserver_request_total between two scrapes, and apiserver_current_inflight_requests.
   */
  load(cluster: string, options?: OneServer): Promise<ServerLoad>;

  /** All objects of a kind, page by page as they are consumed, as of one moment. At least one page, though it be empty. */
  list(cluster: string, listing: Listing, options?: AskOptions): AsyncIterable<ObjectPage>;

  /**
   * Lists once, then tells of every change until the signal fires, and ends then. Goes on where it was after whatever breaks it, and lists anew
   * only where that is not known any more. For few objects: a list is told as a whole. A Fault is told, not thrown, with the code that the other
   * methods have, and tried again after a second, then later and later, at most a minute; but for a cluster without a kubeconfig.
   */
  watch(cluster: string, listing: Listing, options: WatchOptions): AsyncIterable<WatchNews>;
  /** One object as it came, or whatever JSON lies under a path; undefined where there is none. */
  object(cluster: string, path: string, options?: AskOptions): Promise<unknown>;

  /** What is said under a path that is no JSON, such as /metrics: a few MB. Each API server tells of itself alone, at its address as with `readiness`. */
  text(
    cluster: string,
    path: string,
    options?: AskOptions & { readonly address?: string | undefined },
  ): Promise<string>;

  /**
   * The lines of a file that lies under a path, such as a log of a node, while they come: none is kept. Those of its last `lastBytes`, where what
   * serves it can tell a part of a file (the Range of HTTP), else all. The first may lack its beginning, and so does one longer than a million
   * characters.
   */
  lines(cluster: string, path: string, options: AskOptions & { readonly lastBytes: number }): AsyncIterable<string>;
}
