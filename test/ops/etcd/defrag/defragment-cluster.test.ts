import { beforeEach, describe, expect, it } from 'vitest';
import { Interruption } from '../../../../src/chatops/interruption.ts';
import { defragmentCluster } from '../../../../src/ops/etcd/defrag/defragment-cluster.ts';
import { planDefrag } from '../../../../src/ops/etcd/defrag/plan-defrag.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeEtcd, type FakeEtcd } from '../../../fakes/etcd.ts';
import { createFakeObjects } from '../../../fakes/objects.ts';
import { createRunContext, type FakeRunContext } from '../../../fakes/run-context.ts';

const mib = 1024 ** 2;
const cluster = clusterOf();

let clock: FakeClock;
let etcd: FakeEtcd;
let stop: AbortController;
let run: FakeRunContext;
beforeEach(() => {
  clock = createFakeClock();
  etcd = createFakeEtcd({ 'prod-1': { members: 3 } }, clock);
  stop = new AbortController();
  run = createRunContext({ signal: stop.signal });
  const prod = etcd.cluster('prod-1');
  for (const name of ['etcd-1', 'etcd-2', 'etcd-3']) {
    prod.holds(name, { databaseBytes: 800 * mib, inUseBytes: 300 * mib });
  }
});

async function defragment(asked: FakeEtcd = etcd) {
  const ports = { etcd: asked, objects: createFakeObjects(clock, { buckets: ['main'] }), clock };
  return defragmentCluster(ports, cluster, planDefrag(cluster, await etcd.survey('prod-1')), run.context);
}

describe('a stop in the middle of a member', () => {
  it('by a person is heard when the member is done and well, for it cannot be stopped half way', async () => {
    etcd.cluster('prod-1').meanwhile('etcd-2', () => stop.abort(new Interruption('cancelled')));
    await expect(defragment()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(run.context.memory.changed).toBe(
      'etcd-2 was defragmented: from 800 MiB down to 300 MiB, which took 0 ms. Not touched: etcd-3, etcd-1.',
    );
  });

  it.each(['stopping', 'superseded'] as const)('of a worker that is %s leaves it to itself at once', async (kind) => {
    const held = Promise.withResolvers<void>();
    etcd.cluster('prod-1').meanwhile('etcd-2', () => {
      stop.abort(new Interruption(kind));
      return held.promise;
    });
    await expect(defragment()).rejects.toMatchObject({ kind });
    expect(run.context.memory.changed).toMatch(/^etcd-2 was being defragmented: whether it is done is not known/);
    held.resolve();
  });
});

describe('time', () => {
  it('is measured for each member', async () => {
    etcd.cluster('prod-1').meanwhile('etcd-3', () => clock.advance(95_000));
    const { ledger } = await defragment();
    expect(ledger.done.map(({ name, tookMs }) => [name, tookMs])).toEqual([
      ['etcd-2', 0],
      ['etcd-3', 95_000],
      ['etcd-1', 0],
    ]);
  });

  it('is given to members generously, and more to one that a worker before may have left at it', async () => {
    const waits: number[] = [];
    const watched: FakeEtcd = {
      ...etcd,
      catchUp(name, endpoint, options) {
        waits.push(options.timeLimitMs);
        return etcd.catchUp(name, endpoint, options);
      },
    };
    await defragment(watched);
    expect(new Set(waits)).toEqual(new Set([60_000]));
    waits.length = 0;
    const left = { wasFull: false, due: [{ id: 'x', name: 'x' }], done: [], at: { id: 'x', beforeBytes: 1 } };
    await run.context.remember('defrag', JSON.stringify(left));
    await defragment(watched);
    expect(waits).toEqual([900_000, 900_000, 900_000]);
  });
});

describe('health', () => {
  it('is asked of every member before the first, and after each', async () => {
    const asked: string[] = [];
    const watched: FakeEtcd = {
      ...etcd,
      catchUp(name, endpoint, options) {
        asked.push('catch up');
        return etcd.catchUp(name, endpoint, options);
      },
      defragment(name, endpoint, options) {
        asked.push('defragment');
        return etcd.defragment(name, endpoint, options);
      },
    };
    await defragment(watched);
    const all = ['catch up', 'catch up', 'catch up'];
    expect(asked).toEqual([...all, ...Array.from({ length: 3 }, () => ['defragment', ...all]).flat()]);
  });
});
