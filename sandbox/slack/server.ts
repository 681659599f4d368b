import { createServer, type Server } from 'node:http';
import type { RecordedCall } from './api.ts';
import { systemClock } from './clock.ts';
import { createDeliveries } from './deliveries.ts';
import { createDriver } from './driver.ts';
import { ApiError, CannotDo } from './failures.ts';
import { createFaults } from './faults.ts';
import { createLimits } from './limits.ts';
import type { LocalSlack } from './local-slack.ts';
import { appOf, type LocalSlackOptions, manifestOf } from './options.ts';
import { createResponseUrls } from './response-urls.ts';
import { route } from './routes.ts';
import type { Slack } from './slack.ts';
import { createState } from './state.ts';
import { createTriggers } from './triggers.ts';
import { createUploads } from './uploads.ts';
import { waitFor } from './wait-for.ts';
import { createWay, type Way } from './way.ts';
import { defaultWorkspace } from './workspace.ts';

export type { RecordedCall } from './api.ts';
export { type Clock, type ManualClock, manualClock, systemClock } from './clock.ts';
export type { Target } from './driver.ts';
export { CannotDo } from './failures.ts';
export type { LocalSlack } from './local-slack.ts';
export type { Delivery, LocalSlackOptions } from './options.ts';
export type { Outcome } from './slack.ts';
export { defaultWorkspace } from './workspace.ts';

const mostCallsKept = 50_000;

/** Starts a Slack on 127.0.0.1: Web API, payload delivery, page. */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const server = createServer();
  const baseUrl = await listen(server, options.port ?? 0);
  const app = appOf(options);
  const way = createWay(app, options.clock ?? systemClock, {
    signature: () => local.signature,
    noticed: () => slack.state.noticed(),
  });
  const slack = createSlack(options, app, baseUrl, way);
  const driver = createDriver(slack);
  const calls: RecordedCall[] = [];
  const record = (call: RecordedCall) => {
    if (calls.push(call) > mostCallsKept) calls.shift();
    slack.state.noticed();
  };
  const local: LocalSlack = {
    ...driver,
    ...facts(slack, way),
    ...misbehaviour(slack, way),
    on: (_event, listener) => slack.state.onChanged(listener),
    waitFor: (predicate, limits) => waitFor(slack.state, predicate, limits?.timeoutMs),
    signature: 'right',
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    stop: () => stop(slack, way, server),
  };
  local.deliverTo(options.delivery);
  server.on('request', (request, response) => {
    route({ slack, driver, record }, request, response).catch((error: unknown) => {
      console.error('local Slack failed:', error);
      request.socket.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (slack.faults.down()) socket.destroy();
    else way.sockets.upgrade(request, socket, head);
  });
  return local;
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
}

function createSlack(options: LocalSlackOptions, app: ReturnType<typeof appOf>, baseUrl: string, way: Way): Slack {
  const clock = options.clock ?? systemClock;
  const state = createState({ ...defaultWorkspace, ...options.workspace }, app, clock);
  return {
    state,
    manifest: manifestOf(options),
    triggers: createTriggers(clock),
    responseUrls: createResponseUrls(state, () => baseUrl),
    uploads: createUploads(state, () => baseUrl),
    deliveries: createDeliveries(clock),
    limits: createLimits(clock, options.rateLimits ?? false),
    faults: createFaults(),
    baseUrl: () => baseUrl,
    socketUrl() {
      if (!way.isSocketMode()) throw new ApiError('socket_mode_not_enabled');
      return way.sockets.open(baseUrl);
    },
  };
}

function facts(slack: Slack, way: Way) {
  const { app } = slack.state;
  return {
    apiUrl: `${slack.baseUrl()}/api/`,
    pageUrl: `${slack.baseUrl()}/page/`,
    botToken: app.botToken,
    appToken: app.appToken,
    signingSecret: app.signingSecret,
    state: slack.state,
    envelopes: slack.deliveries.sent,
    connections: way.sockets.connections,
    idle: slack.deliveries.idle,
  } satisfies Partial<LocalSlack>;
}

function misbehaviour(slack: Slack, way: Way) {
  return {
    deliverTo: (delivery) => slack.deliveries.use(way.choose(delivery)),
    verifyUrl: async () => (await way.http()?.verifyUrl()) ?? false,
    rateLimits: slack.limits.switch,
    fail: slack.faults.fail,
    down(is) {
      slack.faults.setDown(is === true ? 'reset' : is === false ? undefined : is);
      if (is) way.sockets.drop();
    },
    dropSockets: way.sockets.drop,
    disconnect: way.sockets.disconnect,
    redeliver(envelope = slack.deliveries.sent().at(-1)) {
      if (!envelope) throw new CannotDo('Nothing was sent to the app yet.');
      return slack.deliveries.redeliver(envelope);
    },
  } satisfies Partial<LocalSlack>;
}

async function stop(slack: Slack, way: Way, server: Server): Promise<void> {
  slack.deliveries.stop();
  await way.sockets.stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
