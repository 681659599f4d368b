import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { people } from '../people.ts';
import { type DefragHouse, openDefragHouse } from './defrag-house.ts';

let house: DefragHouse;
beforeEach(async () => {
  house = await openDefragHouse();
});
afterEach(() => house.bot.done());

const fault = (code: string, retryable: boolean) =>
  new Fault(`etcd said ${code}`, { port: 'etcd', operation: 'defragment', code, retryable, next: 'Look at it.' });

describe('stops at the first member that is not well, and says who was done and who not', () => {
  it('when it dies while it is defragmented', async () => {
    house.prod.meanwhile('etcd-3', () => house.prod.silence('etcd-3'));
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says.replaceAll(run.id, 'RUN')).toMatchInlineSnapshot(`
      "[failed] defrag prod-1: etcd-3 failed while it was defragmented: http://etcd-3.prod-1.example:2379 cannot be reached: connect ECONNREFUSED
        Cluster           prod-1
        Step              4 of 5: Defragment etcd-3
        Last good defrag  none on record here
        Code              ETCD_UNREACHABLE
        Changed  etcd-2 was defragmented: from 800 MiB down to 300 MiB, which took 0 ms. etcd-3 was being defragmented: whether it is done is not known. Not touched: etcd-1.
        Next     Check that the member runs and that this worker may connect to it. Then see what is left: defrag prod-1
      "
    `);
    expect(await house.sizes()).toMatchObject({ 'etcd-1': 800, 'etcd-2': 300 });
  });

  it('when it does not come back to its leader afterwards', async () => {
    house.prod.meanwhile('etcd-2', () => house.prod.lag('etcd-2', 10n));
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toContain('Stopped after etcd-2, because not all is well: http://etcd-2.prod-1.example:2379 was not');
    expect(says).toMatch(/Not touched: etcd-3, etcd-1\./);
    expect(await house.sizes()).toMatchObject({ 'etcd-1': 800, 'etcd-3': 800 });
  });

  it('when another one has fallen silent meanwhile', async () => {
    house.prod.meanwhile('etcd-2', () => house.prod.silence('etcd-1'));
    const { says } = await house.defragments();
    expect(says).toContain('Stopped after etcd-2, because not all is well: http://etcd-1');
    expect(await house.sizes()).toMatchObject({ 'etcd-3': 800 });
  });

  it.each(['CORRUPT', 'NOSPACE'])('when the alarm %s is raised meanwhile', async (kind) => {
    house.prod.meanwhile('etcd-2', () => house.prod.raise(kind, 'etcd-3'));
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toContain(kind);
    expect(says).toContain('etcd-2');
    expect(await house.sizes()).toMatchObject({ 'etcd-1': 800, 'etcd-3': 800 });
  });

  it('when it takes longer than it may, for it works on by itself', async () => {
    house.etcd.fail('defragment', fault('ETCD_TIME_LIMIT', false));
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toContain(
      'etcd-2 was being defragmented: whether it is done is not known. Not touched: etcd-3, etcd-1.',
    );
  });

  it('when etcd does not let our user do this, before anything was changed', async () => {
    house.etcd.fail('defragment', fault('ETCD_PERMISSION', false));
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toMatch(/^ {2}Changed +nothing$/m);
    expect(says).toMatch(/^ {2}Next +Look at it\. Then see what is left: defrag prod-1$/m);
  });
});

describe('before anything was changed', () => {
  it('a fault that may pass is tried again, and the code still holds', async () => {
    const words = await house.plans();
    house.etcd.fail('survey', fault('ETCD_TIMEOUT', true));
    const { run } = await house.asks(`/salvor ${words}`);
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
  });

  it('a retry does nothing that nobody agreed to', async () => {
    house.etcd.fail('survey', fault('ETCD_TIMEOUT', true));
    const { run } = await house.asks('/salvor defrag prod-1 --confirm 3f9a0c51d2e8');
    expect(run).toMatchObject({ state: 'refused', attempt: 2 });
    expect(await house.sizes()).toMatchObject({ 'etcd-1': 800, 'etcd-2': 800, 'etcd-3': 800 });
  });

  it('a member that is not well keeps it from beginning', async () => {
    const words = await house.plans();
    house.prod.lag('etcd-3', 10n);
    const { run, says } = await house.asks(`/salvor ${words}`);
    expect(run).toMatchObject({ state: 'failed', attempt: 1 });
    expect(says).toMatch(/^ {2}Step +2 of 5: Wait until all are well$/m);
    expect(says).toMatch(/^ {2}Changed +nothing$/m);
  });
});

describe('a worker that dies in the middle', () => {
  it('is followed by one that goes on with what is left, without asking again', async () => {
    house.prod.meanwhile('etcd-3', () => house.dies());
    const { run } = await house.defragments();
    expect(run).toMatchObject({ state: 'running', attempt: 2 });
    const { run: ended, says } = await house.resumes(run.id);
    expect(ended).toMatchObject({ state: 'done', attempt: 3 });
    expect(ended.steps.map(({ name }) => name)).toEqual([
      'Look at the members',
      'Wait until all are well',
      'Defragment etcd-1',
    ]);
    expect(says).toMatchInlineSnapshot(`
      "[ok] prod-1: 3 members defragmented, 1.5 GiB won
        Health  every member has a leader and is up to date; no alarm stands
      Member  Role      Before   After    Took
      etcd-2  follower  800 MiB  300 MiB  0 ms
      etcd-3  follower  800 MiB  300 MiB  not known
      etcd-1  leader    800 MiB  300 MiB  0 ms
      "
    `);
  });

  it('is followed by one that lets be who was not to be defragmented when a person agreed', async () => {
    house.prod.holds('etcd-3', { databaseBytes: 1, inUseBytes: 1 });
    house.prod.meanwhile('etcd-2', () => {
      house.prod.holds('etcd-3', { databaseBytes: 900 * 1024 ** 2, inUseBytes: 1 });
      return house.dies();
    });
    const { run } = await house.defragments();
    await house.resumes(run.id);
    expect(await house.sizes()).toMatchObject({ 'etcd-1': 300, 'etcd-2': 300, 'etcd-3': 900 });
  });

  it('three times ends the run, which says what was done', async () => {
    house.prod.meanwhile('etcd-3', () => house.dies());
    const { run } = await house.defragments();
    await house.dies();
    const { run: ended, says } = await house.resumes(run.id);
    expect(ended.state).toBe('failed');
    expect(says).toContain('defrag prod-1: the worker died in the middle of it.');
    expect(says).toContain('etcd-2 was defragmented: from 800 MiB down to 300 MiB');
    expect(says).toContain('etcd-3 was being defragmented: whether it is done is not known. Not touched: etcd-1.');
  });
});

describe('a person’s stop', () => {
  it('takes effect between members, and says what was done', async () => {
    house.prod.meanwhile('etcd-2', async () => {
      const [run] = await house.bot.runs.list({ limit: 1 });
      await house.bot.types(people.alice, `/salvor cancel ${run?.id}`);
      house.bot.reply();
    });
    const { run, says } = await house.defragments();
    expect(run.state).toBe('cancelled');
    expect(says).toContain('defrag prod-1: stopped by Alice.');
    expect(says).toMatch(
      /^ {2}Changed +etcd-2 was defragmented: from 800 MiB down to 300 MiB, which took 0 ms\. Not touched: etcd-3, etcd-1\.$/m,
    );
    expect(await house.sizes()).toEqual({ 'etcd-1': 800, 'etcd-2': 300, 'etcd-3': 800 });
  });
});
