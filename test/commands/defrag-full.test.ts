import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { smallDatabase } from '../fakes/etcd/small-database.ts';
import { compact, type DefragHouse, openDefragHouse } from './defrag-house.ts';

/** A cluster that refuses every write because NOSPACE stands. */
let house: DefragHouse;
beforeEach(async () => {
  house = await openDefragHouse();
  house.prod.raise('NOSPACE', 'etcd-1');
  house.prod.raise('NOSPACE', 'etcd-3');
});
afterEach(() => house.bot.done());

const alarms = async () => (await house.etcd.survey('prod-1')).alarms;

describe('a full cluster', () => {
  it('is shown what will be done in which order', async () => {
    const { says } = await house.asks('/salvor defrag prod-1');
    expect(says.replace(/[0-9a-f]{12}/, 'CODE')).toMatchInlineSnapshot(`
      "[look] prod-1 is full: NOSPACE stands, and etcd refuses every write
      First a snapshot, then the history that it holds is compacted: who lists or watches from an older revision is told so and begins anew, as Kubernetes does by itself. Then the members, and last of all NOSPACE is cleared. One member at a time: it answers nothing while it works, nor does an API server that talks to it alone; the next one’s turn comes when all are well. While the leader works, last of all, writes wait. Each needs as much free disk as it has in use.
        Order  etcd-2, etcd-3, and last the leader etcd-1
      Member  Role      Database  In use   Fragmented  Decision
      etcd-2  follower  800 MiB   300 MiB  62 %        defragment: the cluster is full
      etcd-3  follower  800 MiB   300 MiB  62 %        defragment: the cluster is full
      etcd-1  leader    800 MiB   300 MiB  62 %        defragment: the cluster is full
        Changed  nothing
        Next     To do just this: /salvor defrag prod-1 --confirm CODE
      "
    `);
    expect(house.keys()).toEqual([]);
  });

  it('is saved, compacted, defragmented and then relieved of its alarm', async () => {
    expect(() => house.prod.put('/registry/pods/default/a')).toThrow('database space exceeded');
    const { run, says } = await house.defragments();
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Look at the members: complete',
      'Wait until all are well: complete',
      'Save a snapshot: complete',
      'Compact the history: complete',
      'Defragment etcd-2: complete',
      'Defragment etcd-3: complete',
      'Defragment etcd-1: complete',
      'Clear NOSPACE: complete',
    ]);
    expect(says.replaceAll(run.id, 'RUN')).toMatchInlineSnapshot(`
      "[ok] prod-1 has room again: 3 members defragmented, 1.5 GiB won, NOSPACE cleared
        Snapshot   RUN, taken first
        Compacted  up to revision 185
        Health     every member has a leader and is up to date; no alarm stands
      Member  Role      Before   After    Took
      etcd-2  follower  800 MiB  300 MiB  0 ms
      etcd-3  follower  800 MiB  300 MiB  0 ms
      etcd-1  leader    800 MiB  300 MiB  0 ms
      "
    `);
    expect(await alarms()).toEqual([]);
    expect(house.prod.put('/registry/pods/default/a')).toBeGreaterThan(0n);
    expect(house.manifests()).toMatchObject([{ runId: run.id, reason: 'before room is made: NOSPACE stands' }]);
  });

  it('has each member defragmented, also one that looks compact: what was compacted shows late', async () => {
    house.prod.holds('etcd-2', compact);
    await house.defragments();
    expect(await house.sizes()).toEqual({ 'etcd-1': 300, 'etcd-2': 300, 'etcd-3': 300 });
  });

  it('has no more history compacted than its snapshot holds', async () => {
    house.prod.disarm();
    house.prod.put('/registry/pods/default/later');
    house.prod.raise('NOSPACE', 'etcd-1');
    const { says } = await house.defragments();
    expect(says).toMatch(new RegExp(`^ {2}Compacted +up to revision ${smallDatabase.revision}$`, 'm'));
  });

  it('is left as it is when the snapshot fails for good', async () => {
    const denied = { port: 'objects', operation: 'store', retryable: false, next: 'Allow it.' };
    house.objects.fail('store', new Fault('The keys may not do this', denied));
    const { run, says } = await house.defragments();
    expect(run.state).toBe('failed');
    expect(says).toMatch(/^ {2}Step +3 of 8: Save a snapshot$/m);
    expect(says).toMatch(/^ {2}Changed +nothing$/m);
    expect(await alarms()).toHaveLength(2);
  });

  it('keeps its alarm when what is in use does not fit, and is told how to go on', async () => {
    house = await openDefragHouse();
    house.prod.quota(200 * 1024 ** 2);
    house.prod.raise('NOSPACE', 'etcd-1');
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    const each = (name: string) => `${name} has 300 MiB of a quota of 200 MiB`;
    expect(says.replaceAll(/\n +/g, ' ')).toContain(
      `NOSPACE was left standing: ${each('etcd-2')}, ${each('etcd-3')}, ${each('etcd-1')}`,
    );
    expect(says).toMatch(/^ {2}Next +What is in use does not fit: raise --quota-backend-bytes/m);
    expect(says).toContain('etcd-1 was defragmented: from 800 MiB down to 300 MiB');
    expect(await alarms()).toHaveLength(1);
  });

  it('is said to be full still when the alarm comes back at once', async () => {
    house = await openDefragHouse({
      betweenEtcd: (etcd) => ({
        ...etcd,
        async disarm(...asked) {
          await etcd.disarm(...asked);
          house.prod.raise('NOSPACE', 'etcd-2');
        },
      }),
    });
    house.prod.raise('NOSPACE', 'etcd-1');
    const { run, says } = await house.defragments();
    expect(run.state).toBe('failed');
    expect(says).toContain('NOSPACE came back at once');
    expect(says).toContain('NOSPACE was cleared.');
  });

  it('is not saved twice when the worker dies after the snapshot', async () => {
    house.prod.meanwhile('etcd-2', () => house.dies());
    const { run } = await house.defragments();
    expect(run).toMatchObject({ state: 'running', attempt: 2 });
    const { run: ended, says } = await house.resumes(run.id);
    expect(ended).toMatchObject({ state: 'done', attempt: 3 });
    expect(ended.steps.map(({ name }) => name)).not.toContain('Save a snapshot');
    expect(says).toContain(`Snapshot   ${run.id}`);
    expect(house.manifests()).toHaveLength(1);
    expect(await alarms()).toEqual([]);
  });
});
