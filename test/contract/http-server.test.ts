import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startHttp, usualPatience } from '../../src/http/server.ts';

it('hangs up on whoever sends headers a letter at a time, once their time is over', async () => {
  const server = await startHttp(
    { host: '127.0.0.1', port: 0 },
    {},
    { headersTimeout: 200, requestTimeout: 60_000, connectionsCheckingInterval: 50 },
  );
  onTestFinished(() => server.close());
  const socket = connect(server.port, '127.0.0.1');
  const startedAt = performance.now();
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const dripping = setInterval(() => socket.write('x'), 20);
  onTestFinished(() => clearInterval(dripping));
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(200);
}, 10_000);

it('gives them six seconds at most where nobody says otherwise', () => {
  const { headersTimeout, requestTimeout, connectionsCheckingInterval } = usualPatience;
  expect(headersTimeout + connectionsCheckingInterval).toBeLessThanOrEqual(6_000);
  expect(headersTimeout).toBeLessThan(requestTimeout);
});
