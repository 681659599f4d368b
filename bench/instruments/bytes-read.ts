import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const open = new Set<Socket>();
let bytes = 0;

subscribe('undici:client:connected', (message) => {
  const { socket } = message as { readonly socket: Socket };
  open.add(socket);
  socket.once('close', () => {
    open.delete(socket);
    bytes += socket.bytesRead;
  });
});

/** How many bytes this process has read through fetch, as they came: compressed, and with TLS around them. */
export const bytesRead = (): number => [...open].reduce((sum, socket) => sum + socket.bytesRead, bytes);
