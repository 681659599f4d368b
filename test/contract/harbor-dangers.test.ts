import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeContents } from '../../sandbox/harbor/host/state.ts';
import { all, back, open, refusal, type Step, step, to212, toConfig, toEnd } from './harbor-by-module.ts';
import type { HarborLab } from './harbor-lab.ts';

const isUp = (lab: HarborLab) => lab.host.state.harbor().isUp;

it('an empty database is not begun where the one that the target converts is missing', async () => {
  const lab = await open({ version: '2.8.4', packages: ['2.12.3'] });
  const hop = lab.hop('2.8.4', '2.12.3', { pg: { expects: '14', dir: 'pg14' }, install_flags: [] });
  await all(lab, ['fetch', 'load', 'down'], hop);
  const missing = join(lab.host.dataDir, 'database/pg14');
  expect(await refusal(lab, 'copy', hop)).toBe(
    `${missing} must hold PostgreSQL 14 and holds none: Harbor 2.12.3 would begin an empty database or stop`,
  );
  // What Harbor itself does, where nobody looks: it is well, and empty.
  const blind = { ...hop, pg: { expects: '', dir: '' } };
  await all(lab, toEnd, blind);
  expect(lab.host.state.harbor().components).toMatchObject({ core: 'healthy', database: 'healthy' });
  expect(lab.contents()?.projects).toEqual([{ name: 'library', repositories: [] }]);
  await all(lab, back, blind);
  expect(lab.contents()?.projects).toHaveLength(2);
});

it('an empty database is not begun either where it is exchanged while the installer is cut short, nor on the way back', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const database = join(lab.host.dataDir, 'database');
  const exchanged = async (refused: Step) => {
    await rename(database, `${database}.elsewhere`);
    await mkdir(database);
    const why = await refusal(lab, refused, hop);
    expect([isUp(lab), await readdir(database)]).toEqual([false, []]);
    await rm(database, { recursive: true });
    await rename(`${database}.elsewhere`, database);
    return why;
  };
  await all(lab, ['fetch', 'load', 'down'], hop);
  expect(await exchanged('up')).toBe(
    `${database}/pg14 must hold PostgreSQL 14 and holds none: Harbor 2.10.3 would begin an empty database or stop`,
  );
  await all(lab, ['copy', 'aside', 'unpack', 'migrate', 'prepare'], hop);
  // As it is left where the installer was cut short before anything of it ran.
  await writeFile(join(lab.workDir, 'install-began-2.12.3'), '');
  expect(await exchanged('install')).toBe(
    `${database} holds no PostgreSQL any more: Harbor 2.12.3 would begin an empty database`,
  );
  await all(lab, ['install'], hop);
  expect(lab.contents()?.projects).toHaveLength(2);
});

it('a schema whose migration was cut short is told, and put back', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const before = lab.contents();
  lab.host.state.setDocker({ killsCore: true });
  await all(lab, toEnd, hop);
  const look = await lab.module('harbor_look', hop);
  expect(look.ansible_facts.salvor_facts).toMatchObject({ schema: { version: '150', dirty: true }, version: '2.12.3' });
  await all(lab, back, hop);
  expect(lab.contents()).toEqual(before);
  expect(lab.host.state.harbor()).toMatchObject({ version: '2.10.3', components: { core: 'healthy' } });
});

it('PostgreSQL 9.6 stops the container of a later release, and is put back', async () => {
  const lab = await open({ version: '1.10.19', packages: ['2.8.4'] });
  const hop = lab.hop('1.10.19', '2.8.4', { install_flags: [] });
  await all(lab, toEnd, hop);
  expect(lab.host.state.harbor().components.database).toMatch(/^Upgrading from PostgreSQL 9\.6 .* is not supported/);
  await all(lab, back, hop);
  expect(lab.contents()?.users).toEqual(['admin', 'anna']);
});

it('flags that the installer does not take are refused while Harbor runs', async () => {
  const lab = await open({ version: '2.2.4', packages: ['2.4.3', '2.9.5'] });
  const clair = lab.hop('2.2.4', '2.4.3', { install_flags: ['--with-trivy', '--with-clair'] });
  expect(await refusal(lab, 'load', clair)).toBe('install.sh of Harbor 2.4.3 does not take --with-clair');
  const notary = lab.hop('2.2.4', '2.9.5', { install_flags: ['--with-notary'] });
  expect(await refusal(lab, 'load', notary)).toBe('install.sh of Harbor 2.9.5 does not take --with-notary');
  expect(isUp(lab)).toBe(true);
});

it('a copy that does not match is none, and the next one is made anew', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  await all(lab, ['load', 'down'], hop);
  const cp = join(lab.host.programs, 'cp');
  const lost = 'case $last in */database) : > "$last/pg14/base/16384/1259" ;; esac';
  const broken = ['#!/bin/sh', '/bin/cp "$@"', 'for last; do :; done', lost];
  await writeFile(cp, `${broken.join('\n')}\n`);
  await chmod(cp, 0o755);
  expect(await refusal(lab, 'copy', hop)).toBe(
    `the copy in ${join(lab.workDir, 'before-2.10.3.part')} does not match: database/pg14/base/16384/1259 is 0 bytes there and must be 8192 bytes; it has 18 of 18 entries`,
  );
  await rm(cp);
  const copied = await all(lab, ['copy', 'aside'], hop);
  expect(copied).toMatchObject({ copy: { files: 9 } });
  await writeFile(join(lab.workDir, 'before-2.10.3/database/pg14/PG_VERSION'), '');
  expect(await refusal(lab, 'copy', hop)).toMatch(/PG_VERSION is 0 bytes there and must be 3 bytes/);
});

it('a copy is made anew where Harbor ran again since', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  await all(lab, ['load', 'down', 'copy', 'up'], hop);
  const [live = '', now] = [lab.host.state.harbor().database ?? '', lab.contents()];
  if (now) writeContents(live, { ...now, users: [...now.users, 'berta'] });
  await all(lab, ['down', 'copy'], hop);
  expect(await readFile(join(lab.workDir, 'before-2.10.3/database/pg14/registry.json'), 'utf8')).toContain('berta');
  expect((await readdir(lab.workDir)).filter((name) => name.startsWith('before-'))).toEqual([
    'before-2.10.3',
    'before-2.10.3.old',
  ]);
});

it('nothing is begun without room, without its package, or with another one', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const full = { reserve_bytes: 1e18 };
  expect(await refusal(lab, 'fetch', hop, full)).toMatch(/has \d+ free bytes, and Harbor 2\.12\.3 needs \d+$/);
  expect(await refusal(lab, 'fetch', { ...hop, package: '/nowhere.tgz' })).toBe('/nowhere.tgz is not there');
  expect(await refusal(lab, 'fetch', { ...hop, package_sha256: 'f'.repeat(64) })).toMatch(
    /^the SHA-256 of .*v2\.12\.3\.tgz is [0-9a-f]{64} and must be f{64}$/,
  );
  await writeFile(hop.package, 'half a package');
  expect(await refusal(lab, 'load', hop)).toMatch(/^tar -xzf .* ended with \d/);
  await all(lab, ['down'], hop);
  expect(await refusal(lab, 'copy', hop, full)).toMatch(/free bytes, and the copy of the database needs \d+$/);
});

it('nothing of a Harbor that runs is copied or moved', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  for (const name of ['copy', 'aside'] as const)
    expect(await refusal(lab, name, hop)).toMatch(/^Harbor still runs on this host: harbor-log, /);
  expect((await lab.left()).installs).toEqual(['harbor']);
});

it('a configuration that the tool has not migrated is not taken, as with the migrator of 1.9.0', async () => {
  const lab = await open({ version: '1.8.6', packages: ['1.9.0'] });
  const migrator = (version: string) => {
    const image = `goharbor/harbor-migrator:v${version}`;
    const mount = `${join(lab.workDir, 'config-1.9.0/harbor.yml')}:/harbor-migration/harbor-cfg/harbor.yml`;
    const argv = [
      join(lab.host.programs, 'docker'),
      'run',
      '--rm',
      '-e',
      'SKIP_CONFIRM=y',
      '-v',
      mount,
      image,
      '--cfg',
      'up',
    ];
    return lab.hop('1.8.6', '1.9.0', { install_flags: [], migrate: { image, argv } });
  };
  expect(await refusal(lab, 'load', migrator('1.9.0'))).toMatch(
    /docker pull goharbor\/harbor-migrator:v1\.9\.0 ended with 1: /,
  );
  const pullable = ['1.9.0', '1.9.4'].map((version) => `goharbor/harbor-migrator:v${version}`);
  lab.host.state.setDocker({ pullable });
  await all(lab, toConfig, migrator('1.9.0'));
  expect(await refusal(lab, 'migrate', migrator('1.9.0'))).toBe(
    'the migrated harbor.yml says version 1.8.0 and must say 1.9: Skip cfg up as no harbor.cfg in the path.',
  );
  const later = await all(lab, ['load', 'migrate'], migrator('1.9.4'));
  expect(later.config).toMatchObject({ from: '1.8.0', to: '1.9.0' });
});

it('harbor.cfg becomes harbor.yml, and prepare refuses what is older than 1.9', async () => {
  const lab = await open({ version: '1.7.6', packages: ['1.9.4', '2.0.6'] });
  const image = 'goharbor/harbor-migrator:v1.9.4';
  lab.host.state.setDocker({ pullable: [image] });
  const config = join(lab.workDir, 'config-1.9.4');
  const mounts = [
    ...['-v', `${config}/harbor.cfg:/harbor-migration/harbor-cfg/harbor.cfg`],
    ...['-v', `${config}/harbor.yml:/harbor-migration/harbor-cfg-out/harbor.yml`],
  ];
  const argv = [
    join(lab.host.programs, 'docker'),
    'run',
    '--rm',
    '-e',
    'SKIP_CONFIRM=y',
    ...mounts,
    image,
    '--cfg',
    'up',
  ];
  const hop = lab.hop('1.7.6', '1.9.4', { config_from: 'harbor.cfg', install_flags: [], migrate: { image, argv } });
  const { config: told } = await all(lab, toEnd, hop);
  expect(told).toMatchObject({ from: '1.7.0', to: '1.9.0', left_behind: [] });
  expect(lab.host.state.harbor()).toMatchObject({ version: '1.9.4', components: { core: 'healthy' } });

  const older = await open({ version: '1.8.6', packages: ['2.0.6'] });
  const far = older.hop('1.8.6', '2.0.6', { install_flags: [] });
  await all(older, toConfig, far);
  expect(await refusal(older, 'migrate', far)).toMatch(/the version 1\.8\.0 not supported, make sure/);
});

it('what the configuration names in the old install directory comes along, and secrets are not told', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const { installDir } = lab.host;
  await mkdir(join(installDir, 'certs'));
  await writeFile(join(installDir, 'certs/registry.crt'), 'certificate');
  await writeFile(join(installDir, 'docker-compose.override.yml'), 'services: {}\n');
  const file = join(installDir, 'harbor.yml');
  const text = await readFile(file, 'utf8');
  const secrets = ['robot_password: hidden-1', 'signing_key: |', '  hidden-2', 'proxy: http://me:hidden-3@proxy'];
  const changed = text.replace('/etc/ssl/registry.crt', `${installDir}/certs/registry.crt`);
  // All of them beside what changes, so that the diff has them.
  await writeFile(file, changed.replace(/^_version/m, `${secrets.join('\n')}\n_version`));
  await chmod(file, 0o640);
  const { config } = await all(lab, [...toConfig, 'migrate'], hop);
  expect(JSON.stringify(config)).toContain('proxy: http://***@proxy');
  expect(JSON.stringify(config)).not.toContain('hidden');
  expect(config).toMatchObject({ carried: ['certs/registry.crt'], left_behind: ['docker-compose.override.yml'] });
  expect(await readFile(join(installDir, 'certs/registry.crt'), 'utf8')).toBe('certificate');
});

it('an external database is left to those who keep it', async () => {
  const lab = await open({ version: '2.10.3', packages: ['2.12.3'], isDatabaseExternal: true });
  const hop = lab.hop('2.10.3', '2.12.3', { install_flags: [] });
  const { copy } = await all(lab, toEnd, hop);
  expect(copy).toMatchObject({ files: 2 });
  expect(lab.contents()?.schema.version).toBe('150');
  await all(lab, back.slice(0, 3), hop);
  expect(await refusal(lab, 'up', hop)).toBe('up was not refused: Harbor is started');
  expect(lab.host.state.harbor().components.core).toBe('no migration found for version 150');
});

it('steps that were cut short in the middle come to the same end', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const { installDir, dataDir } = lab.host;
  const half = async (directory: string) => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'half'), '');
  };
  const before = lab.contents();
  await half(join(lab.workDir, '2.12.3.part'));
  await all(lab, ['load', 'down'], hop);
  await half(join(lab.workDir, 'before-2.10.3.part'));
  await all(lab, ['copy', 'aside'], hop);
  await half(`${installDir}.new-m1`);
  await all(lab, ['unpack'], hop);
  await half(join(lab.workDir, 'config-2.12.3'));
  await all(lab, ['migrate', 'prepare', 'install'], hop);
  await all(lab, ['stop to put back'], hop);
  // The database was renamed away, and its copy not yet put there.
  await half(join(dataDir, 'database.putting-m1'));
  await rename(join(dataDir, 'database'), join(dataDir, 'database.failed-m1'));
  await all(lab, ['put data back', 'put data back', 'put install back', 'put install back', 'up'], hop);
  expect(lab.contents()).toEqual(before);
  expect((await readdir(dataDir)).toSorted()).toEqual(['database', 'database.failed-m1', 'registry', 'secret']);
  expect((await lab.left()).installs).toEqual(['harbor', 'harbor.failed-m1']);
});

it('the way back before the schema was migrated leaves the database alone', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  await all(lab, [...toConfig, 'migrate', 'prepare'], hop);
  expect((await step(lab, 'put data back', hop)).msg).toBe('the database is as it was');
  await all(lab, back, hop);
  expect(await readdir(lab.host.dataDir)).not.toContain('database.failed-m1');
  expect(lab.host.state.harbor()).toMatchObject({ version: '2.10.3', components: { core: 'healthy' } });
});
