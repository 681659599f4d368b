import { randomUUID } from 'node:crypto';
import type { Call, Serving } from './call.ts';
import type { Kind } from './kinds.ts';
import { toMicrosecond } from './leader-lock.ts';
import type { ResourceAsked } from './request.ts';

/** Where API servers of the sandbox keep it, below /var/log. */
export const auditLog = 'kubernetes/audit.log';

/** Writes down a request of a deprecated API once it has ended, at the level of metadata, as an API server does; of all others nothing is kept. */
export function audit({ cluster, facts }: Serving, call: Call, asked: ResourceAsked, kind: Kind): void {
  const { request, response, url, user } = call;
  const { group, version, resource, namespace, name, subresource } = asked;
  const stamp = () => toMicrosecond(new Date(cluster.now()));
  const received = stamp();
  response.once('close', () => {
    const event = {
      ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: randomUUID() },
      ...{ stage: 'ResponseComplete', requestURI: `${url.pathname}${url.search}`, verb: asked.verb },
      user: { username: user.name, groups: ['system:authenticated'] },
      ...{ sourceIPs: ['127.0.0.1'], userAgent: request.headers['user-agent'] },
      objectRef: {
        ...{
          resource,
          namespace,
          name,
          ...(group === '' ? {} : { apiGroup: group }),
          apiVersion: version,
          subresource,
        },
      },
      responseStatus: { metadata: {}, code: response.statusCode },
      ...{ requestReceivedTimestamp: received, stageTimestamp: stamp() },
      annotations: {
        ...{ 'authorization.k8s.io/decision': 'allow', 'k8s.io/deprecated': 'true' },
        ...(kind.deprecated?.removed === undefined ? {} : { 'k8s.io/removed-release': kind.deprecated.removed }),
      },
    };
    const file = `${facts.node}/${auditLog}`;
    const lines = cluster.logs.get(file) ?? [];
    lines.push(JSON.stringify(event));
    cluster.logs.set(file, lines);
  });
}
