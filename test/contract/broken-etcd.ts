import { once } from 'node:events';
import { connect, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { Transform } from 'node:stream';
import { setImmediate as yieldToOthers } from 'node:timers/promises';

/** An HTTP/2 server that answers calls as it is told, Maintenance.Snapshot above all, to try what no healthy etcd does. */
export interface BrokenEtcd {
  readonly endpoint: string;
  close(): Promise<void>;
}

export type Answering = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void | Promise<void>;

export async function startBrokenEtcd(answer: Answering): Promise<BrokenEtcd> {
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    void answer(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const grpc = { ':status': 200, 'content-type': 'application/grpc' };

/** Sends the bytes, then the trailers with this status; without one the stream just ends. */
export function answerWith(bytes: Uint8Array, status: Readonly<Record<string, string>> | undefined): Answering {
  return (stream) => {
    stream.respond(grpc, { waitForTrailers: status !== undefined });
    stream.once('wantTrailers', () => stream.sendTrailers({ ...status }));
    stream.end(bytes);
  };
}

/** An answer without a body: status in the headers, as grpc-go refuses. */
export const refuseWith =
  (status: Readonly<Record<string, string>>): Answering =>
  (stream) =>
    stream.respond({ ...grpc, ...status }, { endStream: true });

/** Sends the bytes, then this message again and again for as long as somebody listens. */
export function answerForEver(bytes: Uint8Array, message: Uint8Array): Answering {
  return async (stream) => {
    stream.respond(grpc);
    stream.write(bytes);
    while (!stream.destroyed) {
      if (!stream.write(message)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      await yieldToOthers();
    }
  };
}

/** Sends the bytes, then nothing, though it is alive. */
export const answerAndStop =
  (bytes: Uint8Array): Answering =>
  (stream) => {
    stream.respond(grpc);
    stream.write(bytes);
  };

/** Sends the bytes, then loses the connection. */
export const answerAndBreakOff =
  (bytes: Uint8Array): Answering =>
  (stream) => {
    stream.respond(grpc);
    stream.write(bytes, () => stream.session?.socket.destroy());
  };

/** Lets the member at `endpoint` answer, and flips a bit of each snapshot on its way. */
export const answerWithFlippedBitOf =
  (endpoint: string): Answering =>
  (stream, headers) => {
    const member = connect(endpoint);
    const call = member.request(headers);
    let trailers: IncomingHttpHeaders = {};
    call.once('response', (answered) => stream.respond(answered, { waitForTrailers: true }));
    call.once('trailers', (told) => {
      trailers = told;
    });
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    stream.once('close', () => member.destroy());
    const isSnapshot = headers[':path'] === '/etcdserverpb.Maintenance/Snapshot';
    stream.pipe(call);
    call.pipe(flipping(isSnapshot ? 10_000 : undefined)).pipe(stream);
  };

/** Passes all bytes on, with one bit of the byte at `position` flipped. */
function flipping(position: number | undefined): Transform {
  let passed = 0;
  return new Transform({
    transform(piece: Buffer, _, done) {
      const at = position === undefined ? -1 : position - passed;
      passed += piece.length;
      if (at >= 0 && at < piece.length) piece.writeUInt8(piece.readUInt8(at) ^ 1, at);
      done(undefined, piece);
    },
  });
}
