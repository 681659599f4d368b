import { once } from 'node:events';
import { createServer as createHttpServer, type OutgoingHttpHeaders } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EtcdTimings } from '../../src/adapters/etcd.ts';
import { directoryOf, endpointOf, oneMember, visit } from './etcd-visit.ts';

const directory = directoryOf('vitals');
const quotaBytes = 3 * 1024 ** 3;

/** What a real member tells beside gRPC, through those who stand between it and us. */
describe('the vitals of a member', () => {
  const etcd = oneMember(directory, 'vitals', () => ({ quotaBytes }));

  it.each([-3_600_000, -30_000, 0, 5_000])('whose clock is %d ms ahead', async (aheadMs) => {
    const [told] = await vitals(await front(endpointOf(etcd()), (date) => ({ date: moved(date, aheadMs) })));
    expect(told?.aheadMs?.atLeast).toBeLessThanOrEqual(aheadMs);
    expect(told?.aheadMs?.atMost).toBeGreaterThanOrEqual(aheadMs);
    expect((told?.aheadMs?.atMost ?? 0) - (told?.aheadMs?.atLeast ?? 0)).toBeLessThan(2_000);
    expect(told?.quotaBytes).toBe(quotaBytes);
  });

  it('are the clock alone where the metrics are for others', async () => {
    const [told] = await vitals(await front(endpointOf(etcd()), (date) => ({ date }), '/nothing-here'));
    expect(told).toEqual({ endpoint: expect.any(String), aheadMs: expect.any(Object) });
  });

  it('are the quota alone where nobody tells the time', async () => {
    const [told] = await vitals(await front(endpointOf(etcd()), () => ({})));
    expect(told).toEqual({ endpoint: expect.any(String), quotaBytes });
  });

  it('are not told by one that speaks gRPC alone', async () => {
    const endpoint = await listening(createHttp2Server());
    expect(await vitals(endpoint)).toEqual([{ endpoint, silence: expect.stringContaining(endpoint) }]);
  });

  it('are not waited for longer than any answer', async () => {
    const endpoint = await listening(createServer(() => undefined));
    const told = await vitals(endpoint, { askMs: 200 });
    expect(told).toEqual([{ endpoint, silence: expect.stringMatching(/did not answer in time/) }]);
  });
});

const vitals = (endpoint: string, timings: Partial<EtcdTimings> = {}) => visit(endpoint, { timings }).vitals();

const moved = (date: string, byMs: number) => new Date(Date.parse(date) + byMs).toUTCString();

/** Asks the member for every question, and answers with headers of its own. */
function front(endpoint: string, headersFor: (date: string) => OutgoingHttpHeaders, path?: string): Promise<string> {
  return listening(
    createHttpServer(async (request, response) => {
      const answer = await fetch(new URL(path ?? request.url ?? '/', endpoint));
      response.sendDate = false;
      response.writeHead(answer.status, headersFor(answer.headers.get('date') ?? ''));
      response.end(await answer.text());
    }),
  );
}

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
