import { expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { openHarborHouse } from './harbor-house.ts';

const silent = (operation: string) =>
  new Fault('reg-eu cannot be reached: connect ECONNREFUSED.', {
    ...{ port: 'harbor', operation, code: 'HARBOR_UNREACHABLE', retryable: true },
    next: 'Look whether it runs.',
  });

it('tells how a registry is, what it holds, and where it may go', async () => {
  const { asks } = await openHarborHouse();
  const { run, says } = await asks('/salvor registry reg-eu');
  expect(run.state).toBe('done');
  expect(says).toMatch(/^\[ok\] reg-eu runs 2\.10\.3 and is healthy$/m);
  expect(says).toMatch(/^ {2}Holds +2 projects, 2 repositories, 3 artifacts; 5\.0 GiB$/m);
  expect(says).toMatch(/^ {2}Database +PostgreSQL 14 in database\/pg14$/m);
  expect(says).toMatch(/2\.12 +1 +2\.10\.3 → 2\.12\.4 +none/);
  expect(says).toMatch(/2\.14 +2 +2\.10\.3 → 2\.12\.4 → 2\.14\.1 +none/);
  expect(says).toMatch(/2\.13 +2 +2\.10\.3 → 2\.12\.4 → 2\.13 +2\.13$/m);
  expect(says).toMatch(/^ {2}Changed +nothing$/m);
});

it('says how old its version is, whether that gets fixes, and how an upgrade is planned', async () => {
  const said = async (version: string) => {
    const { asks } = await openHarborHouse(version);
    return (await asks('/salvor registry reg-eu')).says.replaceAll(/\s+/g, ' ');
  };
  expect(await said('2.10.3')).toContain('2.10.3, of 2023-12; 5 minors behind 2.15.2; gets no fixes, since only');
  expect(await said('2.10.3')).toContain('/salvor harbor reg-eu 2.15 --reason "…"');
  expect(await said('2.13.1')).toContain('2 minors behind 2.15.2; gets fixes (as of');
  expect(await said('2.15.2')).toMatch(/no later minor is known; gets fixes .*\/salvor runs --registry reg-eu/);
  expect(await said('2.99.0')).toContain('2.99.0, which the data does not know (as of');
});

it('says in words how people sign in, and what room is for', async () => {
  const { harbor, asks } = await openHarborHouse();
  harbor.is.system = { ...harbor.is.system, authMode: 'db_auth' };
  const says = (await asks('/salvor registry reg-eu')).says.replaceAll(/\s+/g, ' ');
  expect(says).toContain('Signs in by users of its own');
  expect(says).toContain('102 GiB for the working directory; 103 GiB for Docker');
});

it('names each component that is not healthy', async () => {
  const { harbor, asks } = await openHarborHouse();
  harbor.is.components = [
    { name: 'core', isHealthy: true },
    { name: 'redis', isHealthy: false, error: 'failed to ping' },
    { name: 'jobservice', isHealthy: false },
  ];
  const { says } = await asks('/salvor registry reg-eu');
  expect(says).toContain('[failed] reg-eu runs 2.10.3 and is not healthy');
  expect(says).toContain('redis: failed to ping and jobservice: not healthy.');
});

it('says what it could not see, and the rest all the same', async () => {
  const house = await openHarborHouse();
  house.unreachable = 'ssh: connect to host 10.0.0.21 port 22: timed out';
  const { run, says } = await house.asks('/salvor registry reg-eu');
  expect(run.state).toBe('done');
  expect(says).toContain('[ok] reg-eu runs 2.10.3 and is healthy');
  expect(says.replaceAll(/\s+/g, ' ')).toMatch(/Not known .*the install directory.*10\.0\.0\.21 port 22: timed out/);
});

it('says so when nobody can ask it, and tells of its host', async () => {
  const { harbor, asks } = await openHarborHouse();
  for (const call of ['system', 'health', 'statistics', 'users', 'signedTags', 'jobs'] as const)
    harbor.broken.set(call, silent(call));
  const { says } = await asks('/salvor registry reg-eu');
  expect(says).toContain('[failed] reg-eu does not answer');
  expect(says).toContain('Look whether it runs.');
  expect(says).toMatch(/^ {2}Database +PostgreSQL 14 in database\/pg14$/m);
});

it('is for viewers of the registry, and for nobody else', async () => {
  const { bot, people, channel } = await openHarborHouse();
  await bot.types(people.vera, '/salvor registry reg-eu', { channel });
  expect(bot.reply()).toMatch(/^run r-\S+ started/);
  await bot.types({ ...people.vera, id: 'U0EVE', grants: [] }, '/salvor registry reg-eu', { channel });
  expect(bot.reply()).toContain('reg-eu');
  expect(bot.queued).toHaveLength(1);
  await bot.types(people.vera, '/salvor registry reg-us', { channel });
  expect(bot.reply()).toContain('reg-us');
});

it('says that no upgrade is on record', async () => {
  const { asks } = await openHarborHouse();
  expect((await asks('/salvor registry reg-eu')).says).toMatch(/^ {2}Last upgrade +none on record here$/m);
});

it('says that an upgrade stopped half-way, by whom, and what to type', async () => {
  const house = await openHarborHouse();
  const { id } = await house.plans('/salvor harbor reg-eu 2.12 --reason "fixes"');
  house.allowed = ['fetch', 'load'];
  const run = await house.approves(id);
  expect(run.state).toBe('failed');
  const says = (await house.asks('/salvor registry reg-eu')).says.replaceAll(/\s+/g, ' ');
  expect(says).toMatch(
    new RegExp(
      `Upgrade not at its end 2\\.10\\.3 → 2\\.12\\.4: stopped half-way, .*, asked for by Alice, run ${run.id}`,
    ),
  );
  expect(says).toContain(`Next Go on with it: /salvor resume ${id} — or take it back: /salvor rollback ${id}`);
});

it('counts no upgrade that ended before it changed anything', async () => {
  const house = await openHarborHouse();
  const { id } = await house.plans('/salvor harbor reg-eu 2.12 --reason "fixes"');
  expect((await house.approves(id)).state).toBe('failed');
  const { says } = await house.asks('/salvor registry reg-eu');
  expect(says).toMatch(/^ {2}Last upgrade +none on record here$/m);
  expect(says).not.toContain('Upgrade not at its end');
});

it.each([
  ['14.12', /^ {2}Database +outside, PostgreSQL 14\.12$/m],
  [null, /Not known +the version of the PostgreSQL outside: .*SHOW server_version/s],
])('tells of a PostgreSQL outside what its host could see: %s', async (version, expected) => {
  const { facts, asks } = await openHarborHouse('2.10.3', { database: 'external' });
  Object.assign(facts, { pg: [], external_postgres: version });
  expect((await asks('/salvor registry reg-eu')).says).toMatch(expected);
});

it('tells of a MariaDB', async () => {
  const { facts, asks } = await openHarborHouse('1.5.4');
  Object.assign(facts, { pg: [], mariadb: { password: 'works' } });
  expect((await asks('/salvor registry reg-eu')).says).toMatch(/^ {2}Database +MariaDB$/m);
});
