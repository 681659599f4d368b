import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EtcdCluster, startEtcd } from '../../sandbox/etcd.ts';
import { createAnsible } from '../../src/adapters/ansible.ts';
import { createCatalogue } from '../../src/adapters/catalogue.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createEtcd } from '../../src/adapters/etcd.ts';
import { createOpener } from '../../src/adapters/opener.ts';
import { createScratch } from '../../src/adapters/scratch.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { Settings } from '../../src/config/schema.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { isThorough } from '../cases.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { people } from '../people.ts';
import { programDirectories } from './scratch-lab.ts';

// The job as a worker runs it: real members, a real Ansible, real programs of etcd; only the store and the chat are in memory.

let directory: string;
let cluster: EtcdCluster;
let etcd: ReturnType<typeof createEtcd>;
let bot: Bot;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-restore-'));
  const [work, scratch] = [join(directory, 'work'), join(directory, 'scratch')];
  await Promise.all([mkdir(work), mkdir(scratch)]);
  cluster = await startEtcd({ directory: join(directory, 'etcd'), members: 3, asServices: true });
  etcd = createEtcd({ 'prod-1': { endpoints: cluster.endpoints } });
  bot = await createBot({
    etcd,
    ansible: createAnsible({ directory: work, hosts: {}, path: programDirectories.join(':') }),
    objects: createFakeObjects(clock, { buckets: ['main'] }),
    scratch: createScratch({ directory: scratch, programs: programDirectories }),
    opener: createOpener({}),
    clock,
    catalogue: catalogueOf(cluster, join(directory, 'restores')),
  });
});
afterAll(async () => {
  etcd?.close();
  await cluster?.stop();
  await rm(directory, { recursive: true, force: true });
});

function catalogueOf({ members, endpoints }: EtcdCluster, workDir: string) {
  const described = members.map(({ name, endpoint, peerUrl, dataDirectory, service }) => ({
    ...{ name, host: '127.0.0.1', clientUrl: endpoint, peerUrl, dataDir: dataDirectory },
    ...{ owner: userInfo().username, etcd: { kind: 'commands', ...service } },
  }));
  const prod = {
    ...{ environment: 'production', channels: ['C0PROD'], etcd: { endpoints, allowHttp: true } },
    backup: { bucket: 'main', prefix: 'etcd/prod-1' },
    restore: { connection: 'local', become: false, workDir, members: described },
  };
  const settings = { slack: { team: 'T0LOCAL' }, buckets: { main: { bucket: 'etcd-backups' } } };
  return createCatalogue(Settings.parse({ ...settings, clusters: { 'prod-1': prod } }));
}

async function does(words: string): Promise<RunRecord> {
  const { id } = startedRun(await bot.types(people.alice, words));
  bot.reply();
  await bot.works();
  return ended(id);
}

async function ended(id: string): Promise<RunRecord> {
  const run = await bot.runs.find(id);
  if (!run) throw new Error(`there is no run ${id}`);
  return run;
}

/** Alice asks, Bob and Carol agree, a worker does it. */
async function restores(words: string) {
  const planned = await does(words);
  const id = planned.id.replace('r-', 'a-');
  const approval = await bot.approvals.find(id);
  if (!approval) throw new Error(`no plan came of it: ${await bot.result(planned.id)}`);
  for (const one of [people.bob, people.carol]) {
    await bot.answers(one, id);
    bot.reply();
  }
  await bot.works();
  const run = await ended((await bot.approvals.find(id))?.runs.at(-1) ?? '');
  return { id, plan: approval.plan, run, says: await bot.result(run.id) };
}

const keysOn = async (endpoint: string) => {
  const keys: string[] = [];
  for await (const page of etcd.keys('prod-1', endpoint)) keys.push(...page.map(({ key }) => key));
  return keys;
};
const write = async (...keys: readonly string[]) => {
  for (const key of keys) await cluster.etcdctl('put', key, `of ${key}`);
};

// The demo and test/faults/restore.test.ts prove the same at each `npm test`, with nothing in memory.
it.runIf(isThorough)('puts a backup on three members in place of all they have, and says what that took', async () => {
  await write('/registry/pods/default/kept', '/registry/configmaps/default/kept');
  expect((await does('/salvor snapshot prod-1')).state).toBe('done');
  expect((await does('/salvor verify prod-1')).state).toBe('done');
  await write('/registry/pods/default/lost', '/registry/pods/default/kept');

  const { plan, run, says } = await restores('/salvor restore prod-1 latest --reason "bad RBAC rollout"');
  expect(says).toContain('prod-1 is restored from r-');
  expect(run.state).toBe('done');
  expect(plan.losses.join(' ')).toContain('Made since, and gone then: 1 key (1 pods).');
  expect(plan.losses.join(' ')).toContain('Changed since, and as they were then: 1 key (1 pods).');
  const left = await Promise.all(cluster.endpoints.map(keysOn));
  for (const keys of left) {
    expect(keys).toContain('/registry/pods/default/kept');
    expect(keys).not.toContain('/registry/pods/default/lost');
  }
  const [scratch, first] = await Promise.all([
    readdir(join(directory, 'scratch')),
    readdir(cluster.member(0).dataDirectory),
  ]);
  expect(scratch).toEqual([]);
  expect(first.toSorted()).toEqual([expect.stringMatching(/^before-/), 'member']);
});

it('has a lost member join anew, whose others lose nothing', async () => {
  await write('/registry/pods/default/meanwhile');
  const lost = cluster.member(1);
  await lost.kill();
  await rm(join(lost.dataDirectory, 'member'), { recursive: true });
  // It may have led: a read that all must agree to waits until the others have elected another one.
  await cluster.etcdctl('--endpoints', cluster.member(0).endpoint, 'get', 'elected');
  const { says } = await restores('/salvor restore prod-1 --reason "etcd-2 has lost its disk"');
  expect(says).toContain('prod-1 has etcd-2 back');
  const left = await Promise.all(cluster.endpoints.map(keysOn));
  expect(new Set(left.map((keys) => keys.join())).size).toBe(1);
  expect(left[1]).toContain('/registry/pods/default/meanwhile');
});
