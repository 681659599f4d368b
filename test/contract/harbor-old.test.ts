import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { contentsOf } from '../../sandbox/harbor/host/state.ts';
import { filesOf } from '../../src/chatops/report.ts';
import { isThorough } from '../cases.ts';
import { stepNames } from '../commands/restore-house.ts';
import { type HarborSite, openHarborSite } from './harbor-site.ts';

let site: HarborSite;
afterEach(() => site.close());

const migrators = ['1.6.3', '1.8.6'].map((version) => `goharbor/harbor-migrator:v${version}`);
const to18 = '/salvor harbor reg-eu 1.8 --reason "out of support"';

/** A 1.5.4 with Notary and Clair, each with a database of its own. */
async function open15(settings: object = {}): Promise<void> {
  site = await openHarborSite({
    ...{ version: '1.5.4', packages: ['1.6.3', '1.8.6'], flags: ['--with-notary', '--with-clair'], settings },
  });
  site.host.state.setDocker({ pullable: migrators });
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');
const database = (name = 'database') => join(site.host.dataDir, name);
const passwords = /root123|Harbor12345/;
/** Wherever Salvor keeps or says something. */
async function everythingOf({ id }: { readonly id: string }): Promise<string> {
  const { bot } = site;
  const said = bot.said(id);
  const files = filesOf(said).map(({ base64 }) => Buffer.from(base64, 'base64').toString());
  return JSON.stringify([said, files, bot.letters(), await bot.runs.find(id), await bot.runs.logs(id)]);
}

it.runIf(isThorough)(
  'goes from MariaDB to PostgreSQL and on, with what Notary and Clair held, though the migrator is killed once',
  async () => {
    await open15();
    const { id, plan } = await site.plans(to18);
    expect(plan.observed).toMatchObject({ Version: '1.5.4', Way: '1.5.4 → 1.6.3 → 1.8.6' });
    const names = stepNames(plan);
    expect(names.indexOf('Migrate the database to 1.6.3')).toBeGreaterThan(names.indexOf('Copy the database of 1.5.4'));
    expect(names.indexOf('Migrate the database to 1.6.3')).toBe(names.indexOf('Install 1.6.3') - 1);
    expect(plan.steps.filter((step) => step.isPointOfNoReturn).map(({ name }) => name)).toEqual([
      'Migrate the database to 1.6.3',
    ]);
    site.host.state.setDocker({ killsMigrator: true });
    const broken = await site.approves(id);
    expect(oneLine(await site.bot.result(broken.id))).toMatch(/Migrate the database.*Killed/);
    expect(contentsOf(database()).schema.version).toBe('1.5.0');
    const run = await site.does('resume', id);
    expect(await site.bot.result(run.id)).toContain('[ok] reg-eu runs 1.8.6');
    expect(await readFile(join(database(), 'PG_VERSION'), 'utf8')).toBe('9.6\n');
    expect(await readdir(join(database(), 'base'))).toEqual(expect.arrayContaining(['notary', 'clair']));
    expect(contentsOf(database())).toMatchObject({ schema: { version: '4', dirty: false }, users: ['admin', 'anna'] });
    // What it was lies beside it, as it was.
    const [before = ''] = (await readdir(site.host.dataDir)).filter((name) => name.startsWith('database.before-'));
    expect(contentsOf(database(before)).schema.version).toBe('1.5.0');
    expect((await site.asks('/salvor registry reg-eu')).says).toMatch(/Holds +2 projects, 2 repositories, 4 tags\n/);
    expect(await everythingOf(run)).not.toMatch(passwords);
    expect(JSON.stringify(plan)).not.toMatch(passwords);
  },
  240_000,
);

it.runIf(isThorough)(
  'goes back from inside to the MariaDB that it was, also after 1.6 has run on the other',
  async () => {
    await open15({ pause: true });
    const { id } = await site.plans(to18);
    await site.approves(id);
    expect((await site.approval(id)).state).toBe('paused');
    expect(site.host.state.harbor()).toMatchObject({ version: '1.6.3', components: { core: 'healthy' } });
    const back = await site.does('rollback', id);
    expect(await site.bot.result(back.id)).toContain('reg-eu runs 1.5.4 again, as it was before');
    expect(site.host.state.harbor()).toMatchObject({ version: '1.5.4', components: { core: 'healthy' } });
    expect(site.host.state.docker().containers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['notary-db', 'clair-db', 'notary-signer']),
    );
    expect(contentsOf(database()).schema.version).toBe('1.5.0');
    // What 1.6 ran on, and what was set aside for it.
    expect((await readdir(site.host.dataDir)).filter((name) => name.startsWith('database'))).toEqual([
      ...[
        'database',
        expect.stringMatching(/^database\.failed-\w+$/),
        expect.stringMatching(/^database\.failed-\w+-2$/),
      ],
    ]);
  },
  240_000,
);

it('is not begun where the password of harbor.cfg is not that of the database', async () => {
  await open15();
  await writeFile(join(database(), 'mysql/user.MYD'), 'another-one');
  const said = oneLine(await site.refused(to18));
  expect(said).toContain('MariaDB: The db_password of harbor.cfg is not taken by the database');
  expect(said).not.toMatch(passwords);
  expect(site.host.state.harbor()).toMatchObject({ version: '1.5.4', isUp: true });
});
