import type { AskOptions } from './etcd.ts';

/** What a Harbor says of itself. */
export interface HarborSystem {
  /** '2.10.3', of the 'v2.10.3-abc1234' that it says. */
  readonly version: string;
  /** 'db_auth', 'ldap_auth', 'oidc_auth', … */
  readonly authMode: string;
  readonly isReadOnly: boolean;
  /** The driver of the registry's storage: 'filesystem', 's3'; undefined where it is not told. */
  readonly storage?: string | undefined;
  /** Undefined where it is not told: a Harbor that no longer knows a component does not name it. */
  readonly withNotary?: boolean | undefined;
  readonly withChartmuseum?: boolean | undefined;
  readonly withClair?: boolean | undefined;
}

export interface HarborComponent {
  /** 'core', 'database', 'jobservice', 'portal', 'redis', 'registry', 'registryctl', … */
  readonly name: string;
  readonly isHealthy: boolean;
  /** What Harbor says is wrong. */
  readonly error?: string | undefined;
}

export interface HarborHealth {
  readonly isHealthy: boolean;
  readonly components: readonly HarborComponent[];
}

/** How much there is, as far as the account sees. */
export interface HarborStatistics {
  readonly projects: number;
  readonly repositories: number;
  /** Undefined where the account may not know. */
  readonly storageBytes?: number | undefined;
  /** How many projects there are: administrators alone are told. A robot sees what it covers, besides what is public. */
  readonly allProjects?: number | undefined;
}

export interface HarborProject {
  readonly project: string;
  /** In the order in which Harbor lists them. */
  readonly repositories: readonly {
    /** With the name of the project: 'library/nginx'. */
    readonly name: string;
    /** Tags where `counted` says so: Harbor 1.x counts no artifacts, and untagged ones and several tags of one make a difference. */
    readonly artifacts: number;
  }[];
  readonly counted: 'artifacts' | 'tags';
  /** Versions of Helm charts in ChartMuseum; undefined where there is none. */
  readonly charts?: number | undefined;
}

export interface HarborImage {
  /** 'library/nginx' */
  readonly repository: string;
  readonly tag: string;
  /** 'sha256:…' */
  readonly digest: string;
}

export interface HarborJob {
  readonly kind: 'replication' | 'gc' | 'scan';
  /** As Harbor numbers them. */
  readonly id: string;
  readonly since?: Date | undefined;
}

export interface CommitOptions extends AskOptions {
  /** Awaited once it has been asked what there is to know, right before anything is changed; what it throws is thrown on. */
  readonly beforeCommit?: () => Promise<void>;
}

/** Another registry, to which it replicates or from which. */
export interface HarborPartner {
  readonly name: string;
  /** As somebody wrote it down in Harbor. */
  readonly url: string;
  /** Else it is a registry of another kind. */
  readonly isHarbor: boolean;
}

/**
 * Harbor registries of 1.x and 2.x, by their names in salvor.yaml: the API at /api or /api/v2.0, whichever there is, and the registry's own at /v2/.
 * Reads with `api`. Credentials go to the host in `url` and to no other. Asks once: what may be repeated is for the caller, as the Fault says.
 *
 * Throws Fault (port 'harbor') with one of the codes HARBOR_UNREACHABLE, HARBOR_TIMEOUT, HARBOR_UNAUTHORIZED (it does not know who asks: to such
 * it answers as to anybody, so that is looked at first), HARBOR_FORBIDDEN (names the right that is missing, in Harbor's words: 'quota:list'),
 * HARBOR_ANSWER (retryable where it says 5xx, as nginx does while core starts), HARBOR_CONFIG; and the signal's reason.
 */
export interface Harbor {
  /** Source: /systeminfo. */
  system(registry: string, options?: AskOptions): Promise<HarborSystem>;

  /** Every component, as Harbor sees them. Before 1.8 only core, which is healthy when it answers. Source: /health, without credentials. */
  health(registry: string, options?: AskOptions): Promise<HarborHealth>;

  /**
   * Counted by the list of projects, since /statistics tells robots of what is public only. Bytes: /statistics, or /quotas (quota:list). All projects:
   * /statistics, asked with `admin` where there is one.
   */
  statistics(registry: string, options?: AskOptions): Promise<HarborStatistics>;

  /** How many users there are, besides the first administrator. Harbor tells administrators only, no robot: asked with `admin` where there is one. */
  users(registry: string, options?: AskOptions): Promise<number>;

  /** All projects that the account sees, each with what lies in it, page by page. Needs repository:list, and helm-chart:list with ChartMuseum. */
  contents(registry: string, options?: AskOptions): AsyncIterable<HarborProject>;

  /** Tags signed by Notary, which 2.9 has no more; 0 without Notary. A question for each repository. Needs artifact:list. */
  signedTags(registry: string, options?: AskOptions): Promise<number>;

  /**
   * At most `count` tagged images of as many repositories, with their digests: the same ones while nothing is pushed or removed. In a repository
   * one of the first hundred artifacts. Needs artifact:list.
   */
  sample(registry: string, count: number, options?: AskOptions): Promise<readonly HarborImage[]>;

  /**
   * The digest that lies under a tag or digest; undefined where there is none. HARBOR_FORBIDDEN where the whole project is gone, too: the registry
   * does not tell it from one that may not be pulled. Needs repository:pull. Source: HEAD /v2/…/manifests/…, Docker-Content-Digest.
   */
  digest(registry: string, repository: string, reference: string, options?: AskOptions): Promise<string | undefined>;

  /**
   * What runs or waits to: replications, garbage collection, scans of everything. Needs replication:list, garbage-collection:list and
   * scan-all:read, and before 2.10 an administrator: asked with `admin` where there is one. Before 1.10 no scans are told.
   */
  jobs(registry: string, options?: AskOptions): Promise<readonly HarborJob[]>;

  /**
   * Registries that replications know. Needs registry:list, and before 2.10 an administrator: asked with `admin` where there is one. Nobody is asked
   * at the addresses that it tells. Source: /registries, before 1.8 /targets.
   */
  partners(registry: string, options?: AskOptions): Promise<readonly HarborPartner[]>;

  /** Sets read-only mode, and looks that it is so. Idempotent. With `admin`; HARBOR_CONFIG where there is none. */
  setReadOnly(registry: string, on: boolean, options?: CommitOptions): Promise<void>;

  /**
   * Pulls a manifest, its configuration and its smallest layer, of an index those of its first image, each checked against its digest; answers the
   * bytes. Needs repository:pull.
   */
  pull(registry: string, repository: string, digest: string, options?: AskOptions): Promise<number>;

  /**
   * Pushes an image of a few hundred bytes, a new one each time, to `probe`'s project under the tag 'probe', and pulls it again; HARBOR_CONFIG where
   * there is no `probe`, HARBOR_FORBIDDEN with what Harbor says in read-only mode.
   */
  push(registry: string, options?: AskOptions): Promise<HarborImage>;
}
