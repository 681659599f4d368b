import { sendJson, sendText } from './answers.ts';
import type { Call, Serving } from './call.ts';
import { type Cluster, unavailableIn } from './cluster.ts';
import { discover } from './discovery.ts';
import { healthPaths, probeText } from './health.ts';
import { groupVersionOf } from './kinds.ts';
import { methodNotAllowed, pageNotFound, unavailable } from './status-error.ts';

/** Health, version, metrics and discovery: what is no object. Throws what an API server answers when it cannot. */
export function answerOther({ cluster, facts, metrics, api }: Serving, { request, response, url, asked }: Call): void {
  const { path } = asked;
  if (asked.verb !== 'get') throw methodNotAllowed();
  if (path === '/version' || path === '/version/')
    return void sendJson(response, 200, JSON.stringify(facts.version, null, 2));
  if (healthPaths.includes(path) || /^\/(healthz|livez|readyz)\//.test(path)) {
    const failing = new Set([...api.failingChecks, ...cluster.etcd.failing()]);
    const text = probeText(path, url.searchParams, failing);
    // A single check that is well is told without the header that all other texts have.
    return void sendText(response, { code: 200, text, isSniffable: path.split('/').length > 2 });
  }
  if (path === '/metrics') {
    const inflight = api.inflight ?? { mutating: 0, readOnly: 1 };
    const storageBytes = 2_072_576;
    const text = metrics.text({ inflight, storageBytes, version: facts.version });
    response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
    return void response.end(text);
  }
  if (path === '/') return void sendJson(response, 200, JSON.stringify({ paths: pathsOf(cluster) }));
  if (!/^\/apis?(\/|$)/.test(path)) throw pageNotFound();
  const discovered = { kinds: cluster.kinds, unavailable: unavailableIn(cluster), address: facts.address };
  const [, , group, version] = path.split('/');
  if (discovered.unavailable.some((one) => one.group === group && one.version === version)) throw unavailable();
  const { body, headers } = discover(path, request.headers.accept ?? '', discovered);
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

const pathsOf = ({ kinds }: Cluster): readonly string[] => {
  const groups = [...new Set(kinds.all().map((kind) => groupVersionOf(kind)))];
  const apis = groups.flatMap((name) =>
    name === 'v1' ? ['/api', '/api/v1'] : [`/apis/${name.split('/')[0]}`, `/apis/${name}`],
  );
  return [...new Set([...apis, '/apis', ...healthPaths, '/metrics', '/version'])].sort();
};
