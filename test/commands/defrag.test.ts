import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { people } from '../people.ts';
import { compact, type DefragHouse, fragmented, openDefragHouse } from './defrag-house.ts';

let house: DefragHouse;
beforeEach(async () => {
  house = await openDefragHouse();
});
afterEach(() => house.bot.done());

const untouched = { 'etcd-1': 800, 'etcd-2': 800, 'etcd-3': 800 };
const done = { 'etcd-1': 300, 'etcd-2': 300, 'etcd-3': 300 };

describe('refuses', () => {
  it.each([
    ['a viewer', people.vera],
    ['an approver', people.bob],
  ])('%s', async (_, actor) => {
    expect(await house.bot.types(actor, '/salvor defrag prod-1')).toBeUndefined();
    expect(house.bot.reply()).toContain('This takes the operator right on prod-1');
  });

  it.each(['abc', '3F9A0C51D2E8', '../../etc/passwd', '3f9a0c51d2e8 x'])('the code %s', async (code) => {
    expect(await house.bot.types(people.alice, `/salvor defrag prod-1 --confirm "${code}"`)).toBeUndefined();
    expect(house.bot.reply()).toContain('See the plan and its code: /salvor defrag prod-1');
  });

  it('a code that was never shown', async () => {
    const { run, says } = await house.asks('/salvor defrag prod-1 --confirm 3f9a0c51d2e8');
    expect(run.state).toBe('refused');
    expect(says).toBe(
      '[look] 3f9a0c51d2e8 is not the code of what would be done now: it was mistyped, or something has changed.\n' +
        '  Cluster  prod-1\n' +
        '  Changed  nothing\n' +
        '  Next     See what would be done now, and its code: /salvor defrag prod-1\n',
    );
    expect(await house.sizes()).toEqual(untouched);
  });

  it.each<[string, () => void]>([
    ['when another member leads by now', () => house.prod.lead('etcd-3')],
    ['when a member has become compact', () => house.prod.holds('etcd-2', compact)],
    ['when the cluster has become full', () => house.prod.raise('NOSPACE', 'etcd-2')],
  ])('what was agreed to %s', async (_, happens) => {
    const words = await house.plans();
    happens();
    const before = await house.sizes();
    const { run, says } = await house.asks(`/salvor ${words}`);
    expect(run.state).toBe('refused');
    expect(says).toContain('or something has changed');
    expect(await house.sizes()).toEqual(before);
  });

  it('a cluster that is not well, with what to do', async () => {
    house.prod.silence('etcd-3');
    const { run, says } = await house.asks('/salvor defrag prod-1');
    expect(run.state).toBe('refused');
    expect(says).toContain('prod-1 is not well enough to be defragmented: etcd-3 is silent: ');
    expect(says).toMatch(/^ {2}Next +Bring it back/m);
  });
});

describe('without a code', () => {
  it('shows what would be done to whom and why, and changes nothing', async () => {
    house.prod.holds('etcd-2', compact);
    const { run, says } = await house.asks('/salvor defrag prod-1');
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual(['Look at the members: complete']);
    expect(says.replace(/[0-9a-f]{12}/, 'CODE')).toMatchInlineSnapshot(`
      "prod-1: 2 of 3 members are worth defragmenting, 1000 MiB to win
      One member at a time: it answers nothing while it works, nor does an API server that talks to it alone; the next one’s turn comes when all are well. While the leader works, last of all, writes wait. Each needs as much free disk as it has in use.
        Order          etcd-3, and last the leader etcd-1
        To win         1000 MiB
        Worth it from  45 % and 100 MiB fragmented
      Member  Role      Database  In use   Fragmented  Decision
      etcd-2  follower  310 MiB   300 MiB  3 %         leave: 3 % fragmented, less than 45 %
      etcd-3  follower  800 MiB   300 MiB  62 %        defragment: 62 % fragmented, 500 MiB to win
      etcd-1  leader    800 MiB   300 MiB  62 %        defragment: 62 % fragmented, 500 MiB to win
        Changed  nothing
        Next     To do just this: /salvor defrag prod-1 --confirm CODE
      "
    `);
    expect(await house.sizes()).toEqual({ ...untouched, 'etcd-2': 310 });
  });

  it('offers a button that does just this, once pressed and confirmed', async () => {
    const { run } = await house.asks('/salvor defrag prod-1');
    const words = await house.plans();
    expect(run.report?.actions).toEqual([
      {
        ...{ label: 'Defragment 3 members', does: 'command', on: words, style: 'primary' },
        confirm:
          'prod-1: etcd-2, etcd-3, and last the leader etcd-1, one at a time. A stop takes effect between members.',
      },
    ]);
  });

  it('says so when there is nothing to do', async () => {
    for (const name of ['etcd-1', 'etcd-2', 'etcd-3']) house.prod.holds(name, compact);
    const { run, says } = await house.asks('/salvor defrag prod-1');
    expect(run.report?.actions).toBeUndefined();
    expect(says).toMatchInlineSnapshot(`
      "[ok] prod-1: no member is worth defragmenting
        Worth it from  45 % and 100 MiB fragmented
      Member  Role      Database  In use   Fragmented  Decision
      etcd-2  follower  310 MiB   300 MiB  3 %         leave: 3 % fragmented, less than 45 %
      etcd-3  follower  310 MiB   300 MiB  3 %         leave: 3 % fragmented, less than 45 %
      etcd-1  leader    310 MiB   300 MiB  3 %         leave: 3 % fragmented, less than 45 %
      "
    `);
  });

  it('says that nothing can be read or written while the only member works', async () => {
    house = await openDefragHouse({ members: 1 });
    const { says } = await house.asks('/salvor defrag prod-1');
    expect(says).toContain('prod-1: its only member is worth defragmenting, 500 MiB to win');
    expect(says).toContain('It is the only member: while it works, nothing can be read or written.');
  });

  it('measures the members for machines', async () => {
    house.prod.holds('etcd-2', { databaseBytes: 1_000, inUseBytes: 10 });
    const { run } = await house.asks('/salvor defrag prod-1');
    expect(run.report?.measures).toEqual({
      databaseBytes: fragmented.databaseBytes,
      fragmentedBytes: fragmented.databaseBytes - fragmented.inUseBytes,
      fragmentedShare: 0.99,
    });
  });
});

describe('with the code', () => {
  it('defragments one member after the other, the leader last, and says what was won', async () => {
    const { run, says } = await house.defragments();
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Look at the members: complete',
      'Wait until all are well: complete',
      'Defragment etcd-2: complete',
      'Defragment etcd-3: complete',
      'Defragment etcd-1: complete',
    ]);
    expect(says).toMatchInlineSnapshot(`
      "[ok] prod-1: 3 members defragmented, 1.5 GiB won
        Health  every member has a leader and is up to date; no alarm stands
      Member  Role      Before   After    Took
      etcd-2  follower  800 MiB  300 MiB  0 ms
      etcd-3  follower  800 MiB  300 MiB  0 ms
      etcd-1  leader    800 MiB  300 MiB  0 ms
      "
    `);
    expect(await house.sizes()).toEqual(done);
    expect(run.report?.measures).toMatchObject({ fragmentedBytes: 0, fragmentedShare: 0 });
  });

  it('leaves alone who is not worth it', async () => {
    house.prod.holds('etcd-3', compact);
    const { says } = await house.defragments();
    expect(says).toContain('[ok] prod-1: 2 members defragmented, 1000 MiB won');
    expect(await house.sizes()).toEqual({ ...done, 'etcd-3': 310 });
  });

  it('shows before each member which ones are still to come', async () => {
    let shown: readonly string[] = [];
    house.prod.meanwhile('etcd-3', async () => {
      const [run] = await house.bot.runs.list({ limit: 1 });
      shown = run?.steps.map(({ name, state }) => `${name}: ${state}`) ?? [];
    });
    await house.defragments();
    expect(shown.slice(2)).toEqual([
      'Defragment etcd-2: complete',
      'Defragment etcd-3: in_progress',
      'Defragment etcd-1: pending',
    ]);
  });

  it('lets whoever leads by then be the last when the leader moves', async () => {
    house.prod.meanwhile('etcd-2', () => house.prod.lead('etcd-3'));
    const { run } = await house.defragments();
    expect(run.steps.map(({ name }) => name).slice(2)).toEqual([
      'Defragment etcd-2',
      'Defragment etcd-1',
      'Defragment etcd-3',
    ]);
    expect(await house.sizes()).toEqual(done);
  });

  it('passes over a member that somebody else has defragmented meanwhile', async () => {
    house.prod.meanwhile('etcd-2', () => house.prod.holds('etcd-3', compact));
    const { says } = await house.defragments();
    expect(says).toContain('2 members defragmented, 1000 MiB won; 1 member no longer worth it');
    expect(await house.sizes()).toEqual({ ...done, 'etcd-3': 310 });
  });

  it('used twice is refused the second time, for there is nothing like it left to do', async () => {
    const words = await house.plans();
    expect((await house.asks(`/salvor ${words}`)).run.state).toBe('done');
    expect((await house.asks(`/salvor ${words}`)).run.state).toBe('refused');
  });
});

describe('while it runs', () => {
  it('no snapshot is taken, and whoever asks is told so', async () => {
    const words = await house.plans();
    let told = '';
    house.prod.meanwhile('etcd-2', async () => {
      await house.bot.types(people.alice, '/salvor snapshot prod-1');
      told = house.bot.reply();
    });
    await house.bot.types(people.alice, `/salvor ${words}`);
    house.bot.reply();
    await house.bot.works();
    expect(told).toContain('prod-1 already has this under way');
  });
});
