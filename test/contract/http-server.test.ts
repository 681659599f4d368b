import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startHttp } from '../../src/http/server.ts';

it('hangs up on whoever sends headers a letter at a time, once their five seconds are over', async () => {
  const server = await startHttp({ host: '127.0.0.1', port: 0 }, {});
  onTestFinished(() => server.close());
  const socket = connect(server.port, '127.0.0.1');
  const startedAt = Date.now();
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const dripping = setInterval(() => socket.write('x'), 500);
  onTestFinished(() => clearInterval(dripping));
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  expect(Date.now() - startedAt).toBeLessThan(9000);
});
