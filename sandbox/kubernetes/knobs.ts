import type { Asked } from './request.ts';
import { StatusError, TextError } from './status-error.ts';

/** Which requests; all that is not said matches everything. */
export interface Aim {
  /** The beginning of the path: '/apis/coordination.k8s.io'. */
  readonly path?: string;
  readonly verb?: string;
  readonly resource?: string;
  /** 'configz' of nodes is the subresource 'proxy'. */
  readonly subresource?: string;
  readonly namespace?: string;
}

interface Repeated {
  /** Once unless told; Infinity until `clear`. */
  readonly times?: number;
}

/** Faults an API server can have on demand. */
export interface Knobs {
  /** etcd behind it stops answering: what needs it hangs, what is in the cache is still answered, the checks fail. */
  freezeEtcd(): void;
  thawEtcd(): void;
  /** Takes a right away from everybody but system:masters; given back by `clear`. */
  forbid(aim: Aim): void;
  /** Answers with 429 or a 5xx, worded as an API server words it. */
  fail(fault: Aim & Repeated & { readonly status: number; readonly retryAfterSeconds?: number }): void;
  /** Takes the request and never answers. */
  hang(fault: Aim & Repeated): void;
  /** Answers a proxy's HTML page with status 200. */
  intercept(fault: Aim & Repeated): void;
  /** Closes every watch: 'end' as an API server that stops, 'reset' as a network that breaks. Says how many there were. */
  cutWatches(how: 'end' | 'reset'): number;
  /** Watches stay open and say nothing, until told otherwise; what happens meanwhile is lost to them. */
  silenceWatches(isSilent: boolean): void;
  /** A check of /readyz, /livez and /healthz that fails from now on. */
  failCheck(check: string): void;
  /** Forgets what was before now: continue tokens and start points of watches expire. */
  compact(): void;
  /** What /metrics says is in flight, instead of what is. */
  load(inflight: { readonly mutating: number; readonly readOnly: number }): void;
  /** Refuses connections and resets those that stand, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Back to no faults, etcd thawed (but not up from down). */
  clear(): void;
  /** Requests so far that were meant, failed ones too. */
  seen(aim: Aim): number;
}

export type Fault =
  | { readonly kind: 'error'; readonly error: StatusError | TextError }
  | { readonly kind: 'hang' }
  | { readonly kind: 'page' };

export interface FaultPlan {
  fail: Knobs['fail'];
  hang: Knobs['hang'];
  intercept: Knobs['intercept'];
  forbid: Knobs['forbid'];
  clear(): void;
  seen: Knobs['seen'];
  /** Counts the request, and takes the next fault meant for it. */
  next(asked: Asked): Fault | undefined;
  isForbidden(asked: Asked): boolean;
}

/** Beyond it requests are no more remembered one by one, for the sake of benchmarks. */
const mostRemembered = 10_000;

export function createFaultPlan(): FaultPlan {
  let planned: { readonly aim: Aim; readonly fault: Fault; left: number }[] = [];
  let forbidden: Aim[] = [];
  const requests: Asked[] = [];
  const plan = ({ times = 1, ...aim }: Aim & Repeated, fault: Fault) => void planned.push({ aim, fault, left: times });
  return {
    fail: ({ status, retryAfterSeconds, ...aim }) =>
      plan(aim, { kind: 'error', error: errorOf(status, retryAfterSeconds) }),
    hang: (aim) => plan(aim, { kind: 'hang' }),
    intercept: (aim) => plan(aim, { kind: 'page' }),
    forbid: (aim) => void forbidden.push(aim),
    clear() {
      planned = [];
      forbidden = [];
    },
    seen: (aim) => requests.filter((asked) => isMeant(aim, asked)).length,
    next(asked) {
      if (requests.length < mostRemembered) requests.push(asked);
      const found = planned.find(({ aim, left }) => left > 0 && isMeant(aim, asked));
      if (found) found.left -= 1;
      return found?.fault;
    },
    isForbidden: (asked) => forbidden.some((aim) => isMeant(aim, asked)),
  };
}

function isMeant(aim: Aim, asked: Asked): boolean {
  if (aim.path !== undefined && !asked.path.startsWith(aim.path)) return false;
  if (aim.verb !== undefined && aim.verb !== asked.verb) return false;
  const of = asked.isResource ? asked : undefined;
  if (aim.resource !== undefined && aim.resource !== of?.resource) return false;
  if (aim.namespace !== undefined && aim.namespace !== of?.namespace) return false;
  return aim.subresource === undefined || aim.subresource === of?.subresource;
}

function errorOf(status: number, retryAfterSeconds?: number): StatusError | TextError {
  if (status === 429) return new TextError(429, 'Too many requests, please try again later.\n', retryAfterSeconds ?? 1);
  if (status === 503) return new TextError(503, 'service unavailable\n', retryAfterSeconds);
  if (status === 504) {
    const message = 'Timeout: request did not complete within the allotted timeout';
    return new StatusError({ code: 504, reason: 'Timeout', message, details: {} });
  }
  const message = 'Internal error occurred: a fault the sandbox was told to have';
  return new StatusError({ code: status, reason: 'InternalError', message });
}
