import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { channels, startedRun } from '../bot.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { smallDatabase, smallSnapshot } from '../fakes/etcd/small-database.ts';
import { createFakeKubernetes } from '../fakes/kubernetes.ts';
import { people } from '../people.ts';
import { type House, openHouse } from './snapshot-house.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => {
  house.bot.done();
  expect(house.etcd.openStreams).toBe(0);
});

describe('refuses before anything starts', () => {
  const ask = async (
    words: string,
    actor: (typeof people)[keyof typeof people] = people.alice,
    where: { readonly channel?: string | undefined } = {},
  ) => {
    expect(await house.bot.types(actor, words, where)).toBeUndefined();
    expect(house.bot.queued).toEqual([]);
    expect(house.keys()).toEqual([]);
    return house.bot.reply();
  };

  it.each([
    ['a viewer', people.vera],
    ['an approver', people.bob],
  ])('%s', async (_, actor) => {
    expect(await ask('/salvor snapshot prod-1', actor)).toBe(
      '[look] This takes the operator right on prod-1, which you do not have.\n' +
        '  Next  Ask whoever keeps salvor.yaml to add you to the operators of prod-1.\n',
    );
  });

  it('whoever holds no right on the cluster, as if there were none, naming only what they know', async () => {
    for (const name of ['prod-1', 'prod-9']) {
      expect(await ask(`/salvor snapshot ${name}`, people.otto)).toBe(
        `[look] There is no cluster "${name}".\n  Next  Known here: staging.\n`,
      );
      expect(await ask(`/salvor snapshot ${name}`, people.eve)).toBe(
        `[look] There is no cluster "${name}".\n  Next  Ask whoever keeps salvor.yaml for a right on a cluster.\n`,
      );
    }
  });

  it.each([
    ['in another cluster’s channel', channels.staging],
    ['in a channel of no cluster', channels.other],
    ['in a direct message', undefined],
  ])('an operator %s', async (_, channel) => {
    expect(await ask('/salvor snapshot prod-1', people.alice, { channel })).toBe(
      '[look] prod-1 is spoken of in its own channels only, so that its people see what happens.\n' +
        '  Next  Say it in C0PROD.\n',
    );
  });

  it('a cluster that is not there, with what may have been meant', async () => {
    expect(await ask('/salvor snapshot prdo-1')).toContain(
      'There is no cluster "prdo-1".\n  Next  Did you mean prod-1?',
    );
  });

  it.each([
    ['too long', `--reason "${'x'.repeat(501)}"`, '--reason must be at most 500 characters'],
    ['too short', '--reason ok', '--reason must say in a few words why'],
    ['on two lines', '--reason "first\nsecond"', '--reason must be plain text on one line'],
  ])('a reason %s', async (_, flag, problem) => {
    const reply = await ask(`/salvor snapshot prod-1 ${flag}`);
    expect(reply).toContain(problem);
    expect(reply).toContain('Usage: /salvor snapshot <cluster> [--reason <text>] [--despite-alarm]');
  });

  it('an option that it does not have, with what may have been meant', async () => {
    expect(await ask('/salvor snapshot prod-1 --despite-alarms')).toContain('did you mean --despite-alarm?');
  });
});

describe('refuses once it has looked at the members', () => {
  const refused = async () => {
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'refused', attempt: 1 });
    expect(house.keys()).toEqual([]);
    expect(says).toMatch(/^ {2}Changed {2}nothing$/m);
    return says;
  };

  it.each(['CORRUPT', 'NOSPACE'])('a cluster with the alarm %s, and says how to go on', async (kind) => {
    house.prod.raise(kind);
    const says = await refused();
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) expect(says).toContain(`${member}: it has the alarm ${kind}`);
    expect(says).toContain('Clear the alarm first, or add --despite-alarm');
  });

  it('when no member is healthy, with a reason for each', async () => {
    house.prod.silence('etcd-1', 'etcd-1 did not answer in time');
    house.prod.silence('etcd-2', 'etcd-2 cannot be reached');
    house.prod.demote('etcd-3');
    expect(await refused()).toContain(
      'prod-1 has no member to copy from: etcd-1: etcd-1 did not answer in time; ' +
        'etcd-2: etcd-2 cannot be reached; etcd-3: it is a learner',
    );
  });
});

describe('saves', () => {
  it('and says what, how big, at which revision, how fast, and where', async () => {
    const { run, says } = await house.snapshot('/salvor snapshot prod-1 --reason “before the CNI change”');
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Choose a member: complete',
      'Copy to the store: complete',
      'Read back: complete',
      'Commit: complete',
    ]);
    const measured = says
      .replaceAll(run.id, 'RUN')
      .replace(/-[0-9a-f]{12}\.db/, '-NONCE.db')
      .replace(/stored as \S+ KiB \(zstd, \S+ to 1/, 'stored as SIZE (zstd, RATIO to 1')
      .replace(/\d+(\.\d)? m?s, \d+ MiB\/s/, 'TIME, SPEED');
    expect(measured).toMatchInlineSnapshot(`
      "[ok] prod-1 is saved: 120 KiB at revision 185
        Backup   RUN, taken 2026-03-01 09:00:00 UTC
        Where    s3://etcd-backups/etcd/prod-1/data/20260301T090000Z-RUN-NONCE.db.zst
        Size     120 KiB, stored as SIZE (zstd, RATIO to 1, not encrypted by Salvor)
        Speed    TIME, SPEED
        Keys     92 live, 132 in all with history
        From     etcd-2: a follower, up to date; etcd 3.4.23
        Checked  etcd’s own SHA-256 as it passed; size, read back from S3
        For      before the CNI change
      "
    `);
  });

  it('one object of data, and a manifest that says the same', async () => {
    const { run } = await house.snapshot('/salvor snapshot prod-1 --reason "before the CNI change"');
    const [manifest, ...more] = house.manifests();
    expect(more).toEqual([]);
    const data = house.keys().filter((key) => key !== house.keys().find((one) => one.endsWith('.json')));
    expect(data).toEqual([manifest?.stored.key]);
    const stored = house.objects.peek({ bucket: 'main', key: manifest?.stored.key ?? '' }) ?? Buffer.alloc(0);
    expect(zstdDecompressSync(stored).equals(smallSnapshot)).toBe(true);
    expect(manifest).toMatchObject({
      id: run.id,
      cluster: 'prod-1',
      runId: run.id,
      actor: { kind: 'person', id: 'U0ALICE', name: 'Alice' },
      reason: 'before the CNI change',
      takenAt: house.bot.clock.now(),
      member: { name: 'etcd-2', role: 'follower', endpoint: house.prod.endpoints[1] },
      etcdVersion: '3.4.23',
      revision: { kind: 'exact', revision: smallDatabase.revision },
      keys: { total: smallDatabase.totalKeys, live: smallDatabase.keys.length },
      database: { sizeBytes: smallDatabase.sizeBytes, sha256: smallDatabase.sha256 },
      stored: {
        sizeBytes: stored.length,
        sha256: createHash('sha256').update(stored).digest('hex'),
        compression: 'zstd',
        encryption: { kind: 'none' },
      },
    });
    expect(manifest).not.toHaveProperty('kubernetesVersion');
  });

  it('a cluster with an alarm when told to, and warns', async () => {
    house.prod.raise('CORRUPT', 'etcd-1');
    house.prod.raise('NOSPACE', 'etcd-2');
    house.prod.raise('NOSPACE', 'etcd-3');
    const { run, says } = await house.snapshot('/salvor snapshot prod-1 --despite-alarm');
    expect(run.state).toBe('done');
    expect(says).toMatch(/^\[look\] prod-1 is saved/);
    expect(says).toContain('etcd has the alarm CORRUPT. etcd has the alarm NOSPACE.');
    expect(says).toContain('etcd-2: a follower, up to date; in spite of its alarm NOSPACE');
  });

  it('from the leader when the followers are silent, and warns', async () => {
    house.prod.silence('etcd-3');
    house.prod.lag('etcd-2', 5_000n);
    const { says } = await house.snapshot();
    expect(says).toContain('etcd-1: the leader, because no follower is fit for it');
    expect(says).toContain('No answer from etcd-3.');
  });

  it('what a member knows when the cluster has no leader, and warns', async () => {
    house.prod.silence('etcd-1');
    house.prod.silence('etcd-3');
    const { run, says } = await house.snapshot();
    expect(run.state).toBe('done');
    expect(says).toContain('The cluster has no leader: newer writes may exist on other members.');
    expect(says).toContain('Alarms could not be read');
    expect(house.manifests()).toMatchObject([{ member: { name: 'etcd-2', role: 'leaderless' } }]);
  });
});

describe('asked for twice', () => {
  it('tells the second about the first, with its link', async () => {
    const first = startedRun(await house.bot.types(people.alice, '/salvor snapshot prod-1'));
    house.bot.reply();
    const second = await house.bot.types(people.alice, '/salvor snapshot prod-1');
    expect(second).toMatchObject({ kind: 'private', isBusy: true });
    expect(house.bot.reply()).toBe(
      `prod-1 already has this under way: run ${first.id}, asked for by Alice.\n` +
        `Follow it in its thread (https://slack.example/${first.id}).\n  Changed  nothing\n`,
    );
    await house.bot.works();
    expect(house.manifests().map((manifest) => manifest.runId)).toEqual([first.id]);
  });

  it('by the same request is the same run', async () => {
    const once = startedRun(await house.bot.types(people.alice, '/salvor snapshot prod-1', { requestId: 'trigger-1' }));
    house.bot.reply();
    const again = startedRun(
      await house.bot.types(people.alice, '/salvor snapshot prod-1', { requestId: 'trigger-1' }),
    );
    house.bot.reply();
    await house.bot.works();
    const late = startedRun(await house.bot.types(people.alice, '/salvor snapshot prod-1', { requestId: 'trigger-1' }));
    house.bot.reply();
    await house.bot.works();
    expect([again.id, late.id]).toEqual([once.id, once.id]);
    expect(house.manifests()).toHaveLength(1);
  });

  it('one after the other makes two backups, the newest first', async () => {
    const first = await house.snapshot();
    house.bot.clock.advance(1_000);
    const second = await house.snapshot();
    expect(house.manifests().map((manifest) => manifest.runId)).toEqual([second.run.id, first.run.id]);
  });

  it('for two clusters works on both', async () => {
    await house.snapshot();
    const { id } = startedRun(
      await house.bot.types(people.otto, '/salvor snapshot staging', { channel: channels.staging }),
    );
    house.bot.reply();
    await house.bot.works();
    expect(await house.bot.result(id)).toContain('staging is saved');
  });
});

describe('a backup that is to be locked', () => {
  it('says until when it is', async () => {
    house = await openHouse({ locks: 'in a bucket with Object Lock' });
    const { says } = await house.snapshot();
    expect(says).toMatch(/^\[ok\] prod-1 is saved/);
    expect(says).toMatch(/^ {2}Locked +until 2026-03-31 09:00:00 UTC in governance mode$/m);
  });

  it('says that it is not, in a bucket that cannot', async () => {
    house = await openHouse({ locks: 'in a bucket without' });
    const { says } = await house.snapshot();
    expect(says).toMatch(/^\[look\] prod-1 is saved/);
    expect(says).toContain('The backup is not locked as salvor.yaml wants it. Locking etcd/prod-1/data/');
    expect(says).not.toMatch(/^ {2}Locked /m);
  });

  it('says what a failed attempt left locked, when the run ends badly', async () => {
    house = await openHouse({ locks: 'in a bucket with Object Lock' });
    house.objects.fail('put', new Fault('no put now', { port: 'objects', operation: 'put', retryable: false }));
    const { run, says } = await house.snapshot();
    expect(run.state).toBe('failed');
    expect(says).toMatch(/^ {2}Changed +Data that belongs to no backup stays in the store\. .* governance mode until/m);
  });
});

describe('the Kubernetes version', () => {
  it('is recorded when the API server tells it', async () => {
    house = await openHouse({ kubernetes: createFakeKubernetes(createFakeClock()) });
    await house.snapshot();
    expect(house.manifests()).toMatchObject([{ kubernetesVersion: 'v1.36.2' }]);
  });

  it('is left out when it does not, which fails no snapshot', async () => {
    const fault = new Fault('the API server of prod-1 does not tell its version', {
      ...{ port: 'kubernetes', operation: 'version', retryable: true },
    });
    house = await openHouse({
      kubernetes: { ...createFakeKubernetes(createFakeClock()), version: () => Promise.reject(fault) },
    });
    const { run } = await house.snapshot();
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    expect(house.manifests()[0]).not.toHaveProperty('kubernetesVersion');
    const lines = (await house.bot.runs.logs(run.id)).map(({ line }) => line);
    expect(lines).toContain('the Kubernetes version is left out: the API server of prod-1 does not tell its version');
  });
});
