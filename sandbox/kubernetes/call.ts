import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from './access.ts';
import type { ApiServerFacts, Cluster } from './cluster.ts';
import type { FaultPlan } from './knobs.ts';
import type { Metrics } from './metrics.ts';
import type { Asked } from './request.ts';

/** One API server: it answers what a request asks of its cluster. */
export interface Api {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly failingChecks: Set<string>;
  readonly watches: Set<OpenWatch>;
  /** Says nothing more in watches. */
  isSilent: boolean;
  inflight: { readonly mutating: number; readonly readOnly: number } | undefined;
}

export interface OpenWatch {
  close(how: 'end' | 'reset'): void;
}

export interface Serving {
  readonly cluster: Cluster;
  readonly facts: ApiServerFacts;
  readonly plan: FaultPlan;
  readonly metrics: Metrics;
  readonly api: Api;
}

/** A request on its way. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly asked: Asked;
  readonly user: User;
}
