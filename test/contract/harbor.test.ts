import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificates } from '../../sandbox/certificates.ts';
import { startHarborProcess } from '../../sandbox/harbor/process.ts';
import { changeState, readDatabase, writeDatabase } from '../../sandbox/harbor/state.ts';
import { createHarbor } from '../../src/adapters/harbor.ts';
import { harborPromises } from './harbor.ts';
import { admin, startForTest, startHarborHouse } from './harbor-house.ts';

for (const version of ['1.7.6', '1.8.6', '1.10.19', '2.1.6', '2.10.3', '2.13.1'])
  harborPromises(`the sandbox’s Harbor ${version}`, () => startHarborHouse(version));

// Another one: HARBOR_URL, HARBOR_USERNAME and HARBOR_PASSWORD of whoever may read all, and HARBOR_CA, a file, where its authority is not known.
const { HARBOR_URL: url, HARBOR_USERNAME: username, HARBOR_PASSWORD: password, HARBOR_CA: ca } = process.env;
harborPromises(
  'a real Harbor',
  url && username && password
    ? async () => ({
        harbor: createHarbor({ reg: { url, ca, allowHttp: true, api: { username, password } } }),
        stop: async () => undefined,
      })
    : 'HARBOR_URL, HARBOR_USERNAME and HARBOR_PASSWORD lead to none',
);

const since = '2026-08-01T10:00:00Z';

describe('with whom it replicates', () => {
  const partners = [
    { name: 'us', url: 'https://us.example.com', type: 'harbor' },
    { name: 'hub', url: 'https://hub.docker.com', type: 'docker-hub' },
  ];
  it.for(['1.7.6', '1.8.6', '2.10.3'])('is told by %s, and nobody is asked there', async (version) => {
    const { harbor, stateDir } = await startForTest(version);
    expect(await harbor.partners('reg')).toEqual([]);
    changeState(stateDir, { partners });
    expect(await harbor.partners('reg')).toEqual([
      { name: 'us', url: 'https://us.example.com', isHarbor: true },
      { name: 'hub', url: 'https://hub.docker.com', isHarbor: false },
    ]);
  });

  it('is not told to whoever may not see it, and the right is named', async () => {
    const { as } = await startForTest('2.10.3');
    await expect(as({}).partners('reg')).rejects.toMatchObject({
      code: 'HARBOR_FORBIDDEN',
      message: expect.stringContaining('registry:list'),
    });
  });
});

describe('what there is', () => {
  it.for([
    ['1.10.19', 'tags', 27],
    ['2.10.3', 'artifacts', 16],
  ] as const)('is listed by %s with its %s', async ([version, counted, sum]) => {
    const { harbor } = await startForTest(version);
    const contents = await Array.fromAsync(harbor.contents('reg'));
    expect(contents.map((one) => [one.project, one.repositories.length, one.counted])).toEqual([
      ['library', 15, counted],
      ['secret', 1, counted],
      ['salvor-probe', 0, counted],
    ]);
    expect(contents.flatMap((one) => one.repositories).reduce((all, one) => all + one.artifacts, 0)).toBe(sum);
  });

  it('is listed to its end where there are hundreds of projects', async () => {
    const { harbor, state, server } = await startForTest('2.10.3');
    const before = readDatabase(state.database ?? '');
    const more = Array.from({ length: 247 }, (_, at) => ({ name: `p-${at}`, isPublic: false, repositories: [] }));
    writeDatabase(state.database ?? '', { ...before, projects: [...before.projects, ...more] });
    expect((await harbor.statistics('reg')).projects).toBe(250);
    expect(server.asked.filter((one) => one.includes('/projects?page='))).toEqual(
      [1, 2, 3].map((page) => `GET /api/v2.0/projects?page=${page}&page_size=100`),
    );
  });

  it('is weighed by its quotas for a robot; how many projects there are, an administrator alone is told', async () => {
    const { harbor, as } = await startForTest('2.10.3');
    const seen = await harbor.statistics('reg');
    const all = await as({ api: admin }).statistics('reg');
    expect(seen).toEqual(all);
    expect(all).toMatchObject({ projects: 3, repositories: 16, allProjects: 3 });
    expect(await as({}).statistics('reg')).toEqual({ ...all, allProjects: undefined });
    expect(all.storageBytes).toBeGreaterThan(1000);
  });

  it('is nothing but library once the database is a new one', async () => {
    const { as, state, stateDir } = await startForTest('2.10.3');
    changeState(stateDir, { database: `${state.database}-new` });
    const contents = await Array.fromAsync(as({ api: admin }).contents('reg'));
    expect(contents).toMatchObject([{ project: 'library', repositories: [] }]);
    await expect(as({}).statistics('reg')).rejects.toMatchObject({ code: 'HARBOR_UNAUTHORIZED' });
  });

  it.for(['1.10.19', '2.7.4'])('has charts and signed tags in %s', async (version) => {
    const { harbor } = await startForTest(version, { components: ['notary', 'chartmuseum'] });
    expect(await harbor.system('reg')).toMatchObject({ withNotary: true, withChartmuseum: true });
    const charts = (await Array.fromAsync(harbor.contents('reg'))).map((one) => one.charts);
    expect(charts).toEqual([2, 1, 0]);
    expect(await harbor.signedTags('reg')).toBe(1);
  });

  it('has neither from 2.9 on', async () => {
    const { harbor } = await startForTest('2.9.0', { components: ['notary', 'chartmuseum'] });
    const { withNotary, withChartmuseum } = await harbor.system('reg');
    expect([withNotary, withChartmuseum]).toEqual([undefined, undefined]);
    expect((await Array.fromAsync(harbor.contents('reg'))).map((one) => one.charts)).toEqual(Array(3).fill(undefined));
    expect(await harbor.signedTags('reg')).toBe(0);
  });

  it('has users besides the first administrator, whom an administrator counts', async () => {
    const { harbor, as } = await startForTest('2.10.3');
    expect(await harbor.users('reg')).toBe(2);
    await expect(as({}).users('reg')).rejects.toMatchObject({
      code: 'HARBOR_FORBIDDEN',
      message: 'reg refuses robot$salvor, who lacks the rights of an administrator: FORBIDDEN: forbidden.',
      next: 'Give it an admin in salvor.yaml.',
    });
  });
});

describe('what runs', () => {
  const jobs = [
    { kind: 'replication', id: 12, since },
    { kind: 'gc', id: 7, since },
    { kind: 'scan', id: 1, since },
  ] as const;

  it.for([
    ['1.6.3', ['replication 12']],
    ['1.7.6', ['replication 12', 'gc 7']],
    ['1.9.4', ['replication 12', 'gc 7']],
    ['1.10.19', ['replication 12', 'gc 7', 'scan all']],
    ['2.0.6', ['replication 12', 'gc 7', 'scan all']],
    ['2.10.3', ['replication 12', 'gc 7', 'scan all']],
  ] as const)('is told by %s', async ([version, told]) => {
    const { harbor, stateDir } = await startForTest(version, { components: ['trivy'] });
    expect(await harbor.jobs('reg')).toEqual([]);
    changeState(stateDir, { jobs: [...jobs] });
    const running = await harbor.jobs('reg');
    expect(running.map(({ kind, id }) => `${kind} ${id}`)).toEqual(told);
    expect(running[0]?.since).toEqual(new Date(since));
  });

  it('is nothing where nothing scans', async () => {
    const { harbor } = await startForTest('2.10.3');
    expect(await harbor.jobs('reg')).toEqual([]);
  });
});

describe('its health', () => {
  it('names what is wrong', async () => {
    const { harbor, stateDir, state } = await startForTest('2.10.3');
    changeState(stateDir, { components: { ...state.components, redis: 'failed to ping' } });
    const { isHealthy, components } = await harbor.health('reg');
    expect(isHealthy).toBe(false);
    expect(components.filter((one) => !one.isHealthy)).toEqual([
      { name: 'redis', isHealthy: false, error: 'failed to ping' },
    ]);
  });

  it('is that of core alone before 1.8', async () => {
    const { harbor } = await startForTest('1.7.6');
    expect(await harbor.health('reg')).toEqual({ isHealthy: true, components: [{ name: 'core', isHealthy: true }] });
  });

  it('comes some time after it came up', async () => {
    const { harbor, stateDir } = await startForTest('2.10.3');
    changeState(stateDir, { startedAt: new Date().toISOString(), healthyAfterMs: 500 });
    await expect(harbor.health('reg')).rejects.toMatchObject({
      ...{ code: 'HARBOR_ANSWER', retryable: true },
      message: 'reg answers 502 to /api/v2.0/health: 502 Bad Gateway.',
    });
    await expect.poll(async () => (await harbor.health('reg').catch(() => undefined))?.isHealthy).toBe(true);
  });
});

describe('read-only mode', () => {
  it.for(['1.10.19', '2.10.3'])(
    'is set and ended by an administrator of %s, as often as one likes',
    async (version) => {
      const { harbor } = await startForTest(version);
      for (const on of [true, true, false, false]) {
        await harbor.setReadOnly('reg', on);
        expect((await harbor.system('reg')).isReadOnly).toBe(on);
      }
    },
  );

  it('is not set where somebody says no right before', async () => {
    const { harbor, server } = await startForTest('2.10.3');
    const beforeCommit = () => Promise.reject(new Error('not ours'));
    await expect(harbor.setReadOnly('reg', true, { beforeCommit })).rejects.toThrow('not ours');
    expect(server.asked.filter((question) => question.startsWith('PUT'))).toEqual([]);
    expect((await harbor.system('reg')).isReadOnly).toBe(false);
  });

  it('is not set by a robot, nor without an administrator', async () => {
    const { as } = await startForTest('2.10.3');
    await expect(as({}).setReadOnly('reg', true)).rejects.toMatchObject({
      ...{ code: 'HARBOR_CONFIG', message: 'reg is not asked: it has no admin.' },
    });
    const asRobot = as({ admin: { username: 'robot$salvor', password: 'a-robot-secret' } });
    await expect(asRobot.setReadOnly('reg', true)).rejects.toMatchObject({ code: 'HARBOR_FORBIDDEN' });
  });
});

it('runs in a process of its own, over TLS', async () => {
  const { stateDir, as } = await startForTest('2.10.3');
  const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-tls-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { ca, server } = await makeCertificates(directory);
  const own = await startHarborProcess({ stateDir, tls: server });
  onTestFinished(() => own.stop());
  const harbor = as({ url: own.url, ca: ca.certificateFile });
  const [image] = await harbor.sample('reg', 1);
  expect(await harbor.pull('reg', image?.repository ?? '', image?.digest ?? '')).toBeGreaterThan(0);
  await own.stop('SIGKILL');
  await expect(harbor.health('reg')).rejects.toMatchObject({ code: 'HARBOR_UNREACHABLE' });
});

it('is given up when the signal says so, with its reason', async () => {
  const { harbor, server } = await startForTest('2.10.3');
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const walk = (async () => {
    for await (const _ of harbor.contents('reg', { signal: ending.signal })) ending.abort(new Error('enough'));
  })();
  await expect(walk).rejects.toThrow('enough');
  const asked = server.asked.length;
  await pause(50);
  expect(server.asked.length).toBe(asked);
});
