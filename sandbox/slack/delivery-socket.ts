import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from './clock.ts';
import { type Ack, ackWithin, type Envelope, type Transport } from './envelope.ts';
import { ApiError } from './failures.ts';
import { asRecord, asText, parseJson } from './json.ts';

const mostConnections = 10;
const ticketLifetimeMs = 30_000;
const pingEveryMs = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

export interface SocketDelivery extends Pick<Transport, 'send'> {
  /** The address `apps.connections.open` gives: good for one connection. Throws ApiError once the link is disabled. */
  open(baseUrl: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  connections(): number;
  /** Says goodbye the way Slack does; after `refresh_requested` and `link_disabled` it closes the sockets itself. */
  disconnect(reason: DisconnectReason): void;
  /** Cuts every socket without a word. */
  drop(): void;
  stop(): Promise<void>;
}

interface Connection {
  readonly socket: WebSocket;
  readonly waiting: Map<string, (ack: Ack) => void>;
  readonly stopPings: () => void;
}

export function socketDelivery(appId: string, clock: Clock, noticed: () => void): SocketDelivery {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  let connections: readonly Connection[] = [];
  let turn = 0;
  let isDisabled = false;

  const connect = (socket: WebSocket) => {
    if (connections.length >= mostConnections) {
      socket.send(farewell('too_many_websockets'));
      socket.close();
      return;
    }
    const connection = { socket, waiting: new Map<string, (ack: Ack) => void>(), stopPings: pings(socket, clock) };
    connections = [...connections, connection];
    socket.on('message', (data) => settleAck(connection, data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connections = connections.filter((other) => other !== connection);
      connection.stopPings();
      noticed();
      for (const settle of connection.waiting.values()) settle({ state: 'failed', reason: 'connection_failed' });
    });
    socket.send(hello(appId, connections.length));
    noticed();
  };

  return {
    open(baseUrl) {
      if (isDisabled) throw new ApiError('forbidden_team');
      const ticket = randomBytes(16).toString('hex');
      tickets.set(ticket, clock.now().getTime() + ticketLifetimeMs);
      return `${baseUrl.replace('http:', 'ws:')}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
      const expiresAtMs = tickets.get(ticket) ?? 0;
      tickets.delete(ticket);
      if (expiresAtMs <= clock.now().getTime()) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, connect);
    },
    connections: () => connections.length,
    send(envelope) {
      return ackWithin(clock, 'timeout', (settle) => {
        turn += 1;
        const open = connections.filter(({ socket }) => socket.readyState === socket.OPEN);
        const connection = open[turn % Math.max(open.length, 1)];
        if (!connection) return settle({ state: 'failed', reason: 'connection_failed' });
        const forget = (ack: Ack) => {
          connection.waiting.delete(envelope.id);
          settle(envelope.acceptsResponse || ack.state === 'failed' ? ack : { state: 'acked', body: undefined });
        };
        connection.waiting.set(envelope.id, forget);
        connection.socket.send(written(envelope));
      });
    },
    disconnect(reason) {
      isDisabled ||= reason === 'link_disabled';
      for (const { socket } of connections) {
        socket.send(farewell(reason));
        if (reason !== 'warning') socket.close();
      }
    },
    drop() {
      for (const { socket } of connections) socket.terminate();
    },
    async stop() {
      server.close();
      await Promise.all(connections.map(({ socket }) => farewellTo(socket)));
    },
  };
}

/** Both forms: `{envelope_id}` alone, and with `payload`. An id we do not wait for (late, made up) changes nothing. */
function settleAck(connection: Connection, data: RawData): void {
  const ack = asRecord(parseJson(String(data)));
  const body = ack.payload;
  connection.waiting.get(asText(ack.envelope_id))?.({ state: 'acked', body });
}

/** Closes with a handshake, so that no client reports an error; cuts the line of one that does not answer. */
function farewellTo(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => socket.terminate(), 500);
    socket.once('close', () => {
      clearTimeout(cut);
      resolve();
    });
    socket.close(1001);
  });
}

function pings(socket: WebSocket, clock: Clock): () => void {
  let cancel = () => {};
  const again = () => {
    cancel = clock.after(pingEveryMs, () => {
      socket.ping('Ping from applink');
      again();
    });
  };
  again();
  return () => cancel();
}

function hello(appId: string, count: number): string {
  return JSON.stringify({
    type: 'hello',
    num_connections: count,
    connection_info: { app_id: appId },
    debug_info: { host: 'applink-local', build_number: 1, approximate_connection_time: 18_060 },
  });
}

function farewell(reason: DisconnectReason | 'too_many_websockets'): string {
  return JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-local' } });
}

function written(envelope: Envelope): string {
  return JSON.stringify({
    envelope_id: envelope.id,
    type: envelope.type,
    payload: envelope.payload,
    accepts_response_payload: envelope.acceptsResponse,
    ...(envelope.type === 'events_api'
      ? { retry_attempt: envelope.retry?.number ?? 0, retry_reason: envelope.retry?.reason ?? '' }
      : {}),
  });
}
