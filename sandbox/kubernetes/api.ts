import type { IncomingMessage, ServerResponse } from 'node:http';
import { anonymous, forbidden, mayDo, type User } from './access.ts';
import { sendError, sendText } from './answers.ts';
import type { Api, Call, OpenWatch, Serving } from './call.ts';
import type { ApiServerFacts, Cluster } from './cluster.ts';
import type { FaultPlan } from './knobs.ts';
import { createMetrics } from './metrics.ts';
import { answerOther } from './other.ts';
import { type Asked, readRequest } from './request.ts';
import { answerResource } from './resource.ts';
import { StatusError, TextError, unauthorised } from './status-error.ts';

export function createApi(cluster: Cluster, facts: ApiServerFacts, plan: FaultPlan): Api {
  const metrics = createMetrics();
  const api: Api = {
    ...{ failingChecks: new Set<string>(), watches: new Set<OpenWatch>(), isSilent: false, inflight: undefined },
    answer: (request, response) => serve({ cluster, facts, plan, metrics, api }, request, response),
  };
  return api;
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache, private');
  response.setHeader('Date', new Date(serving.cluster.now()).toUTCString());
  const url = new URL(request.url ?? '/', 'https://api');
  const counted = {
    verb: (request.method ?? 'GET').toLowerCase(),
    kind: undefined,
    scope: '',
    subresource: '',
  } as const;
  try {
    const asked = readRequest(request.method ?? 'GET', url);
    response.once('close', () => serving.metrics.count({ code: response.statusCode, ...countedOf(asked) }));
    await admitted(serving, { request, response, url, asked });
  } catch (error) {
    if (response.headersSent || response.destroyed) return void request.socket.destroy();
    sendError(response, error);
    if (!(error instanceof StatusError || error instanceof TextError)) serving.metrics.count({ code: 500, ...counted });
  }
}

const countedOf = (asked: Asked) => {
  if (!asked.isResource) return { verb: asked.verb, kind: undefined, scope: '', subresource: '' } as const;
  const scope = asked.name !== undefined ? 'resource' : asked.namespace !== undefined ? 'namespace' : 'cluster';
  return { verb: asked.verb, kind: asked, scope, subresource: asked.subresource ?? '' } as const;
};

/** Who asks, may they, and has this server a fault meant for it: in the order of an API server. */
async function admitted(serving: Serving, asking: Omit<Call, 'user'>): Promise<void> {
  const { cluster, plan } = serving;
  const { request, response, asked } = asking;
  const fault = plan.next(asked);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'page')
    return sendText(response, { code: 200, text: '<html><body>Sign in</body></html>', type: 'text/html' });
  const user = userOf(cluster.users, request);
  const call = { ...asking, user };
  if (!mayDo(user, asked) || (!user.isMaster && plan.isForbidden(asked))) throw forbidden(user, asked);
  if (fault?.kind === 'error') throw fault.error;
  if (asked.isResource) return answerResource(serving, call, asked);
  return answerOther(serving, call);
}

function userOf(users: readonly User[], request: IncomingMessage): User {
  const { authorization } = request.headers;
  if (authorization === undefined) return anonymous;
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const user = users.find((one) => one.token === token);
  if (!user) throw unauthorised();
  return user;
}
