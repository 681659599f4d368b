import type { IncomingMessage } from 'node:http';
import { sendJson } from './answers.ts';
import { audit } from './audit.ts';
import type { Call, OpenWatch, Serving } from './call.ts';
import { unavailableIn } from './cluster.ts';
import { formOf, listText, objectText } from './forms.ts';
import { collectionOf, groupVersionOf, type Kind } from './kinds.ts';
import { type Page, readPage } from './listing.ts';
import { askKubelet } from './node-proxy.ts';
import { isFromCache, patiently, waitForEtcd } from './patience.ts';
import type { ResourceAsked } from './request.ts';
import { selectorOf } from './selectors.ts';
import { sendList } from './send-list.ts';
import { notFound, pageNotFound, resourceNotFound, unavailable } from './status-error.ts';
import { checkWatch, startWatch } from './watching.ts';
import { keyOf, write } from './writing.ts';

/** Objects: list, watch, get and change. Throws what an API server answers when it cannot. */
export async function answerResource(serving: Serving, call: Call, asked: ResourceAsked): Promise<void> {
  const { cluster, metrics } = serving;
  const { group, version } = asked;
  const isUnavailable = () => unavailableIn(cluster).some((one) => one.group === group && one.version === version);
  const kind = cluster.kinds.find(group, version, asked.resource);
  if (!kind && isUnavailable()) throw unavailable();
  if (!kind) throw cluster.kinds.hasGroup(group) ? resourceNotFound() : pageNotFound();
  if (asked.subresource === 'proxy' && kind.resource === 'nodes') {
    return askKubelet(cluster, call, asked);
  }
  if (kind.deprecated) {
    call.response.setHeader('Warning', warningOf(kind));
    metrics.deprecated(kind, asked.subresource ?? '');
    audit(serving, call, asked, kind);
  }
  if (asked.verb === 'watch') return watch(serving, call, asked, kind);
  if (asked.verb === 'list') return list(serving, call, asked, kind);
  if (asked.verb === 'get') return get(serving, call, asked, kind);
  return change(serving, call, asked, kind);
}

/** The words of an API server; a custom resource's version only says that it is deprecated. */
function warningOf(kind: Kind): string {
  const { since = '', removed, use, warning } = kind.deprecated ?? {};
  if (warning !== undefined) return `299 - "${warning}"`;
  const what = `${groupVersionOf(kind)} ${kind.kind} is deprecated`;
  const until = removed === undefined ? '' : `, unavailable in v${removed}+`;
  return `299 - "${what}${since === '' ? '' : ` in v${since}+`}${until}${use === undefined ? '' : `; use ${use}`}"`;
}

async function list(serving: Serving, call: Call, asked: ResourceAsked, kind: Kind): Promise<void> {
  const { cluster, facts } = serving;
  const { request, response, url } = call;
  const form = formOf(request.headers.accept, url.searchParams);
  const selector = selectorOf(kind, url.searchParams);
  if (kind.resource === 'componentstatuses') return sendJson(response, 200, JSON.stringify(componentStatuses()));
  if (!isFromCache(call)) await waitForEtcd(serving, call, false);
  const place = { kind, namespace: asked.namespace };
  const read = (): Page => readPage(cluster.store, place, url.searchParams, selector);
  const page = await patiently(read, facts.times.futureMs);
  await sendList(call, listText(form, kind, page, cluster.now()));
}

const componentStatuses = () => ({
  ...{ kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {} },
  items: ['etcd-0', 'scheduler', 'controller-manager'].map((name) => ({
    ...{ metadata: { name }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] },
  })),
});

async function get(serving: Serving, call: Call, asked: ResourceAsked, kind: Kind): Promise<void> {
  const { cluster } = serving;
  const form = formOf(call.request.headers.accept, call.url.searchParams);
  if (asked.subresource !== undefined && asked.subresource !== 'status') throw resourceNotFound();
  if (!isFromCache(call)) await waitForEtcd(serving, call, false);
  const name = asked.name ?? '';
  const stored = cluster.store.get(collectionOf(kind), keyOf(kind, asked.namespace, name));
  if (!stored) throw notFound(kind, name);
  sendJson(call.response, 200, `${objectText(form, kind, stored, cluster.now())}\n`);
}

async function change(serving: Serving, call: Call, asked: ResourceAsked, kind: Kind): Promise<void> {
  const { cluster } = serving;
  const { request, response, url } = call;
  const body = await textOf(request);
  if (asked.subresource !== undefined && asked.subresource !== 'status') throw resourceNotFound();
  const contentType = request.headers['content-type'] ?? 'application/json';
  const isDryRun = url.searchParams.get('dryRun') === 'All';
  await waitForEtcd(serving, call, true);
  const at = new Date(cluster.now());
  const done = write(cluster.store, cluster.kinds, { asked, kind, contentType, body, isDryRun, at });
  const text = done.stored
    ? objectText({ kind: 'whole' }, kind, done.stored, cluster.now())
    : JSON.stringify(done.body);
  sendJson(response, done.code, `${text}\n`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

async function watch(serving: Serving, call: Call, asked: ResourceAsked, kind: Kind): Promise<void> {
  const { cluster, facts, api } = serving;
  const { request, response, url } = call;
  const query = url.searchParams;
  const form = formOf(request.headers.accept, query);
  const selector = selectorOf(kind, query);
  checkWatch(query);
  if (!isFromCache(call)) await waitForEtcd(serving, call, false);
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const open: OpenWatch = {
    close: (how) => {
      stop();
      if (how === 'end') response.end();
      else request.socket.destroy();
    },
  };
  let stop = () => {};
  api.watches.add(open);
  response.once('close', () => {
    stop();
    api.watches.delete(open);
  });
  stop = startWatch(
    cluster.store,
    {
      ...{ where: { kind, namespace: asked.namespace }, query, selector, form },
      write: (line) => void (api.isSilent || response.write(line)),
      end: () => response.end(),
    },
    { bookmarkEveryMs: facts.times.bookmarkEveryMs, now: cluster.now },
  );
}
