import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from '../certificates.ts';
import { createApi } from './api.ts';
import type { Api } from './call.ts';
import type { ApiServerFacts, Cluster } from './cluster.ts';
import { createFaultPlan, type Knobs } from './knobs.ts';

/** One API server, listening on 127.0.0.1 over TLS. */
export interface ApiServer {
  readonly url: string;
  readonly port: number;
  readonly knobs: Knobs;
  stop(): Promise<void>;
}

/** What it proves itself with; may be replaced, as a renewed certificate is. */
export type ServingCertificate = Pick<Certificate, 'certificate' | 'key'>;

export async function startApiServer(
  cluster: Cluster,
  facts: ApiServerFacts,
  { certificate, key, port: wanted = 0 }: ServingCertificate & { readonly port?: number },
): Promise<ApiServer> {
  const plan = createFaultPlan();
  const api = createApi(cluster, facts, plan);
  const sockets = new Set<Socket>();
  const server = createServer(
    { cert: certificate, key, keepAliveTimeout: 60_000, requestTimeout: 0 },
    (request, response) => {
      api.answer(request, response).catch((error) => request.destroy(error));
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, wanted);
  const down = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  const knobs: Knobs = {
    ...{ fail: plan.fail, hang: plan.hang, intercept: plan.intercept, forbid: plan.forbid, seen: plan.seen },
    ...knobsOf(api, cluster, plan.clear),
    down,
    up: async () => void (await listen(server, port)),
  };
  return { url: `https://127.0.0.1:${port}`, port, knobs, stop: async () => void (server.listening && (await down())) };
}

type OwnKnobs = Pick<
  Knobs,
  'freezeEtcd' | 'thawEtcd' | 'cutWatches' | 'silenceWatches' | 'failCheck' | 'compact' | 'load' | 'clear'
>;

function knobsOf(api: Api, { etcd, store }: Cluster, clearPlan: () => void): OwnKnobs {
  return {
    freezeEtcd: etcd.freeze,
    thawEtcd: etcd.thaw,
    cutWatches(how) {
      const open = [...api.watches];
      for (const watch of open) watch.close(how);
      return open.length;
    },
    silenceWatches(isSilent) {
      api.isSilent = isSilent;
    },
    failCheck: (check) => void api.failingChecks.add(check),
    compact: store.compact,
    load(inflight) {
      api.inflight = inflight;
    },
    clear() {
      clearPlan();
      etcd.thaw();
      api.failingChecks.clear();
      api.isSilent = false;
      api.inflight = undefined;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port was given'));
      else resolve(address.port);
    });
  });
}
