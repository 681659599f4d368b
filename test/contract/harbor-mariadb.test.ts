import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeContents } from '../../sandbox/harbor/host/state.ts';
import { migrationCommands } from '../../src/ops/harbor/path/commands.ts';
import { findPath } from '../../src/ops/harbor/path/find-path.ts';
import type { OptionalPart } from '../../src/ops/harbor/path/flags.ts';
import { databaseMigration } from '../../src/ops/harbor/upgrade/database-migration.ts';
import { all, back, open, refusal, type Step, step, toConfig } from './harbor-by-module.ts';
import type { HarborLab, Hop } from './harbor-lab.ts';

// By the modules of the playbook themselves: what Salvor makes of them is in harbor-old.test.ts.
const toDatabase: readonly Step[] = [...toConfig, 'migrate', 'prepare'];
const whole: readonly Step[] = [...toDatabase, 'migrate database', 'install'];

interface Old {
  readonly lab: HarborLab;
  readonly hop: Hop;
}

/** A Harbor with MariaDB, and the hop that leads on from it. */
async function openOld(from = '1.5.4', to = '1.6.3', parts: readonly OptionalPart[] = []): Promise<Old> {
  const flags = parts.map((part) => `--with-${part}`);
  const lab = await open({ version: from, packages: [to], flags });
  const [planned] = findPath({ from, to, database: 'bundled', packages: [to] });
  const image = planned?.image;
  if (!planned || image === undefined) throw new Error(`nothing leads from ${from} to ${to}`);
  lab.host.state.setDocker({ pullable: [image] });
  const config = join(lab.workDir, `config-${to}/harbor.cfg`);
  const places = { config, newConfig: config, data: join(lab.host.dataDir, 'database.migrating-m1') };
  const commands = migrationCommands(planned, places, parts).commands.map(({ argv, ...one }) => ({
    ...one,
    argv: [join(lab.host.programs, 'docker'), ...argv.slice(1)],
  }));
  const argv = commands.find(({ what }) => what === 'config')?.argv ?? [];
  const hop = lab.hop(from, to, {
    ...{ config_file: 'harbor.cfg', config_from: 'harbor.cfg', install_flags: flags, migrate: { image, argv } },
    migrate_database: databaseMigration(planned, commands),
  });
  return { lab, hop };
}

const live = (lab: HarborLab) => join(lab.host.dataDir, 'database');
const schemaOf = async (lab: HarborLab): Promise<string> =>
  JSON.parse(await readFile(join(live(lab), 'registry.json'), 'utf8')).schema.version;

it.each([
  ['1.4.0', '1.5.4', '1.5.0'],
  ['1.2.2', '1.6.3', '1'],
])('from %s to %s the schema becomes %s, and the way back is whole', async (from, to, schema) => {
  const { lab, hop } = await openOld(from, to);
  await all(lab, whole, hop);
  expect(lab.host.state.harbor()).toMatchObject({ version: to, components: { core: 'healthy' } });
  expect(await schemaOf(lab)).toBe(schema);
  await all(lab, back, hop);
  expect(lab.host.state.harbor()).toMatchObject({ version: from, components: { core: 'healthy' } });
  expect(await schemaOf(lab)).toBe(`${from.split('.').slice(0, 2).join('.')}.0`);
});

it('a wrong password changes nothing, and is told to nobody', async () => {
  const { lab, hop } = await openOld();
  const cfg = join(lab.host.installDir, 'harbor.cfg');
  const env = join(lab.host.installDir, 'common/config/adminserver/env');
  await all(lab, ['load'], hop);
  for (const file of [cfg, env])
    await writeFile(file, (await readFile(file, 'utf8')).replace('root123', 'not-that-one'));
  const look = await lab.module('harbor_look', hop);
  expect(look.ansible_facts.salvor_facts).toMatchObject({ mariadb: { password: 'refused' } });
  await all(lab, toDatabase.slice(1), hop);
  const said = await refusal(lab, 'migrate database', hop);
  expect(said).toMatch(/ended with 1: .*timeout\. Can't run mysql server\.$/s);
  expect(JSON.stringify([said, look])).not.toContain('not-that-one');
  expect((await step(lab, 'put data back', hop)).msg).toBe('the database is as it was');
});

it.each([
  ['db_password = ro%ot', 'unusable'],
  ['db_password = two words', 'unusable'],
  ["db_password = it's", 'unusable'],
  ['db_password = other', 'differs'],
  ['db_password =', 'missing'],
])('with “%s” the password is %s, and no migrator begins', async (line, trouble) => {
  const { lab, hop } = await openOld();
  const { installDir } = lab.host;
  const file = join(installDir, 'harbor.cfg');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^db_password = .*$/m, line));
  if (trouble !== 'differs') await rm(join(installDir, 'common/config/adminserver/env'));
  const look = await lab.module('harbor_look', hop);
  expect(look.ansible_facts.salvor_facts).toMatchObject({ mariadb: { password: trouble } });
  await all(lab, ['load', 'down', 'copy', 'aside', 'unpack'], hop);
  const said = await refusal(lab, 'migrate database', hop);
  expect(said).toContain('db_password');
  for (const password of ['ro%ot', 'two words', "it's", ' other']) expect(said).not.toContain(password);
});

it('without a whole copy, with a newer database, or with Harbor running nothing is migrated', async () => {
  const { lab, hop } = await openOld();
  await all(lab, toDatabase, hop);
  expect(await refusal(lab, 'install', hop)).toBe(`${live(lab)} is not migrated yet: Harbor 1.6.3 could not read it`);
  const mark = join(lab.workDir, 'before-1.5.4/whole.json');
  await rename(mark, `${mark}.away`);
  expect(await refusal(lab, 'migrate database', hop)).toMatch(/is no whole copy of the database/);
  await rename(`${mark}.away`, mark);
  await writeFile(join(live(lab), 'ibdata1'), 'newer');
  expect(await refusal(lab, 'migrate database', hop)).toMatch(/has changed since it was copied/);
  const { lab: other, hop: its } = await openOld();
  await all(other, ['load', 'down', 'copy', 'aside', 'unpack'], its);
  const container = { name: 'harbor-db', image: 'vmware/harbor-db:v1.5.4', status: 'Up 2 seconds' };
  other.host.state.setDocker({ containers: [container] });
  expect(await refusal(other, 'migrate database', its)).toBe('Harbor still runs on this host: harbor-db');
});

it('PostgreSQL that a broken upgrade left there is not taken for MariaDB', async () => {
  const { lab, hop } = await openOld();
  await all(lab, ['load', 'down'], hop);
  await writeFile(join(live(lab), 'PG_VERSION'), '9.6\n');
  expect(await refusal(lab, 'copy', hop)).toBe(
    `${live(lab)} must hold MariaDB and does not: look whether an earlier upgrade was broken off`,
  );
});

it('steps that were cut short around the change of databases come to the same end, forward and back', async () => {
  const { lab, hop } = await openOld('1.5.4', '1.6.3', ['notary', 'clair']);
  await all(lab, [...toDatabase, 'migrate database'], hop);
  const { dataDir } = lab.host;
  const aside = join(dataDir, 'database.before-m1-1.5.4');
  // The old one was renamed away, and the new one not yet put there.
  await rename(live(lab), join(dataDir, 'database.migrated-m1'));
  await all(lab, ['migrate database', 'migrate database'], hop);
  expect(await readFile(join(live(lab), 'PG_VERSION'), 'utf8')).toBe('9.6\n');
  expect((await readdir(join(live(lab), 'base'))).toSorted()).toEqual(['16384', 'clair', 'notary']);
  expect(await readdir(live(lab))).not.toContain('postmaster.pid');
  await all(lab, ['stop to put back'], hop);
  // The way back was cut short between its renames.
  await rename(aside, join(dataDir, 'database.putting-m1'));
  await rename(live(lab), join(dataDir, 'database.failed-m1'));
  await all(lab, ['put data back', 'put data back', 'put install back', 'up'], hop);
  expect(lab.host.state.harbor()).toMatchObject({ version: '1.5.4', components: { core: 'healthy' } });
  expect((await readdir(dataDir)).toSorted()).toEqual([
    ...['clair-db', 'database', 'database.failed-m1', 'notary-db', 'registry', 'secretkey'],
  ]);
  await all(lab, ['down', ...whole.slice(2)], hop);
  expect(lab.host.state.harbor()).toMatchObject({ version: '1.6.3', components: { core: 'healthy' } });
});

it('what Notary has is not left behind in silence', async () => {
  const { lab, hop } = await openOld('1.5.4', '1.6.3', ['notary']);
  await all(lab, ['load', 'down', 'copy', 'aside', 'unpack'], hop);
  await rename(join(lab.host.dataDir, 'notary-db'), join(lab.host.dataDir, 'elsewhere'));
  expect(await refusal(lab, 'migrate database', hop)).toBe(
    `${join(lab.host.dataDir, 'notary-db')} is not there, and Harbor uses notary`,
  );
});

it('a migrator of another patch makes what Harbor does not start on, and the way back is whole', async () => {
  const { lab, hop } = await openOld();
  const other = 'goharbor/harbor-migrator:v1.6.1';
  lab.host.state.setDocker({ images: [...lab.host.state.docker().images, other] });
  const commands = hop.migrate_database?.commands.map((command) => ({
    ...command,
    argv: command.argv.map((word) => (word === hop.migrate.image ? other : word)),
  }));
  const wrong: Hop = { ...hop, migrate_database: { ...hop.migrate_database, commands: commands ?? [] } };
  await all(lab, whole, wrong);
  expect(lab.host.state.harbor().components.core).toMatch(/^migrated by 1\.6\.1/);
  await all(lab, back, wrong);
  expect(lab.host.state.harbor()).toMatchObject({ version: '1.5.4', components: { core: 'healthy' } });
});

it('a copy is made anew where Harbor ran again since, also of MariaDB', async () => {
  const { lab, hop } = await openOld('1.5.4', '1.6.3', ['notary']);
  const before = lab.contents();
  await all(lab, ['load', 'down', 'copy', 'up'], hop);
  expect(lab.host.state.docker().containers.map(({ name }) => name)).toContain('notary-db');
  if (before) writeContents(live(lab), { ...before, users: [...before.users, 'berta'] });
  await all(lab, ['down', 'copy'], hop);
  expect(await readFile(join(lab.workDir, 'before-1.5.4/database/registry.json'), 'utf8')).toContain('berta');
});
