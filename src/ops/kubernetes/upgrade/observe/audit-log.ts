import { z } from 'zod';
import { apiRemovals } from '../facts/api-removals.ts';
import type { Caller } from '../observed.ts';
import { keyOf } from './deprecated-calls.ts';
import { type Looking, unreadable } from './read.ts';
import { pathOnNode, type SystemPod } from './system-pods.ts';

/** Who called what, by `keyOf`. */
export type Callers = ReadonlyMap<string, readonly Caller[]>;

/** What a kubelet serves at /logs/. Source: kubernetes/kubernetes pkg/kubelet/kubelet.go, nodeLogDir. */
const served = '/var/log/';
/** Seconds to minutes of a busy API server, hours of a quiet one. */
const lastBytes = 32 * 1024 ** 2;
/** Clients call themselves whatever they like. */
const mostCallers = 1000;

/** Of an event of audit.k8s.io/v1 what tells who asked for what; never what was sent or answered. */
const Event = z.object({
  user: z.object({ username: z.string().max(500) }),
  userAgent: z.string().default(''),
  objectRef: z.object({
    apiGroup: z.string().default(''),
    apiVersion: z.string(),
    resource: z.string(),
    subresource: z.string().default(''),
  }),
});

/**
 * Who called deprecated APIs, by the end of the audit log of one API server, which its kubelet serves where it lies in /var/log of the node. Needs
 * nodes/proxy, as configz does. Throws Fault that says what would make it known.
 */
export async function readAuditLog(looking: Looking, pod: SystemPod): Promise<Callers> {
  const { kubernetes, cluster, options } = looking;
  const { node, path } = auditLogOf(pod);
  const below = path.slice(served.length).split('/').map(encodeURIComponent).join('/');
  const from = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/logs/${below}`;
  return callersIn(kubernetes.lines(cluster, from, { ...options, lastBytes }));
}

function auditLogOf(pod: SystemPod): { readonly node: string; readonly path: string } {
  const { node, flags } = pod;
  const path = flags['audit-log-path'];
  if (path === '-') throw unreadable('The API server writes its audit log to its standard output: look there.');
  if (path === undefined) {
    throw unreadable(
      flags['audit-webhook-config-file'] === undefined
        ? 'The API server writes no audit log: give it an --audit-policy-file, and an --audit-log-path in /var/log.'
        : 'The API server sends its audit events to a webhook: look there.',
    );
  }
  const onNode = pathOnNode(pod, path);
  if (node === undefined || !onNode?.startsWith(served)) {
    throw unreadable(
      `The audit log is ${onNode ?? `${path} in the container`}: look there. Kubelets serve /var/log only.`,
    );
  }
  return { node, path: onNode };
}

/** Each line of a deprecated request is one that has ended, since only then it is annotated. */
export async function callersIn(lines: AsyncIterable<string>): Promise<Callers> {
  const found = new Map<string, Map<string, Caller>>();
  const [annotation] = apiRemovals().auditAnnotations;
  const marked = `"${annotation}":"true"`;
  let distinct = 0;
  for await (const line of lines) {
    const event = line.includes(marked) ? eventIn(line) : undefined;
    if (!event) continue;
    const { apiGroup: group, apiVersion: version, resource, subresource } = event.objectRef;
    const user = event.user.username;
    const agent = /^[\w.-]{1,60}/.exec(event.userAgent)?.[0] ?? '';
    const api = keyOf({ group, version, resource, subresource });
    const callers = found.get(api) ?? new Map<string, Caller>();
    const before = callers.get(`${user} ${agent}`);
    if (!before && distinct === mostCallers) continue;
    if (!before) distinct += 1;
    found.set(api, callers.set(`${user} ${agent}`, { user, agent, requests: (before?.requests ?? 0) + 1 }));
  }
  return new Map([...found].map(([api, callers]) => [api, [...callers.values()]] as const));
}

/** The first line is cut, and the last may be half written. */
function eventIn(line: string): z.infer<typeof Event> | undefined {
  try {
    return Event.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
