import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { all, back, open, refusal, step, to212, toEnd } from './harbor-by-module.ts';
import type { HarborLab } from './harbor-lab.ts';

const run = promisify(execFile);

// Others than root can write where packages lie, and containers where the database lies; what is run and told there is root's.

const look = async (lab: HarborLab): Promise<Record<string, unknown>> => {
  const { failed, msg, ansible_facts } = await lab.module('harbor_look', lab.hop('2.10.3', '2.12.3'), {
    packages: lab.host.packages,
  });
  return failed ? { msg } : Object(ansible_facts.salvor_facts);
};

/** A program of the host in place of its own, with what it does before that. */
async function instead(lab: HarborLab, program: string, does: string): Promise<void> {
  const file = join(lab.host.programs, program);
  await writeFile(file, `#!/bin/sh\n${does}\n`);
  await chmod(file, 0o755);
}

it('a package that is another one once it was checked is not unpacked', async () => {
  const lab = await to212();
  const sum = (await readFile(`${lab.host.packageOf('2.12.3')}.sha256`, 'utf8')).slice(0, 64);
  const hop = lab.hop('2.10.3', '2.12.3', { package_sha256: sum });
  await all(lab, ['fetch'], hop);
  const evil = join(lab.host.directory, 'evil/harbor');
  await mkdir(evil, { recursive: true });
  await writeFile(join(evil, 'install.sh'), '#!/bin/sh\n');
  await run('tar', ['-czf', hop.package, '-C', join(evil, '..'), 'harbor']);
  expect(await refusal(lab, 'load', hop)).toMatch(/^the SHA-256 of .*v2\.12\.3\.tgz is [0-9a-f]{64} and must be /);
  expect((await readdir(lab.workDir)).filter((name) => name.startsWith('2.12.3'))).toEqual([]);
});

it('a package leads nowhere out of its directory, and what could not be unpacked leaves the disk', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const making = join(lab.host.directory, 'making');
  await mkdir(join(making, 'other'), { recursive: true });
  await writeFile(join(making, 'other/install.sh'), '');
  await symlink('other', join(making, 'harbor'));
  for (const kind of ['sha256', 'md5']) await rm(`${hop.package}.${kind}`);
  await run('tar', ['-czf', hop.package, '-C', making, 'other', 'harbor']);
  expect(await refusal(lab, 'load', hop)).toMatch(/holds no harbor\/install\.sh/);
  const escaping = ['-P', '--transform', 's,^other,../escaped,', '-C', making, 'other'];
  await run('tar', ['-czf', hop.package, ...escaping]);
  expect(await refusal(lab, 'load', hop)).toMatch(/^tar .*'\.\.'/s);
  expect(await readdir(lab.workDir)).not.toContain('escaped');
  expect((await readdir(lab.workDir)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('what is no sum, no version or no file is neither told nor waited for', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const shadow = join(lab.host.directory, 'shadow');
  await writeFile(shadow, 'root:$6$hidden:19000:0:99999:7:::\n');
  const inDatabase = join(lab.host.dataDir, 'database/pg14/PG_VERSION');
  for (const path of [`${hop.package}.sha256`, inDatabase]) {
    await rm(path);
    await symlink(shadow, path);
  }
  const told = await look(lab);
  expect(told).toMatchObject({ pg: [], packages: [{ version: '2.12.3', sha256: null }] });
  expect(JSON.stringify(told)).not.toContain('hidden');
  expect(await refusal(lab, 'fetch', hop)).toBe(`${hop.package}.sha256 does not begin with a sum`);
  await rm(inDatabase);
  await run('mkfifo', [inDatabase]);
  expect((await look(lab)).msg).toBe(`${inDatabase} is no file`);
});

it('files without end are not read to their end', async () => {
  const lab = await to212();
  const config = join(lab.host.installDir, 'harbor.yml');
  await run('truncate', ['-s', '8G', config]);
  expect((await look(lab)).msg).toMatch(/harbor\.yml is longer than 1048576 bytes/);
});

it('a work directory that somebody else has made is not used', async () => {
  const lab = await to212();
  await rm(lab.workDir, { recursive: true });
  await symlink(lab.host.packages, lab.workDir);
  expect(await refusal(lab, 'fetch', lab.hop('2.10.3', '2.12.3'))).toMatch(/is not a directory of the account/);
});

it('a database that lies elsewhere is not mistaken for the one that is copied', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const { dataDir, installDir, directory } = lab.host;
  // As people leave it who have moved their data to a larger disk.
  const moved = join(directory, 'disk');
  await cp(dataDir, moved, { recursive: true });
  for (const name of ['harbor.yml', 'docker-compose.yml']) {
    const file = join(installDir, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(dataDir, moved));
  }
  const why = `Harbor keeps its database in ${moved}/database, and ${dataDir}/database would be copied: correct dataDir in salvor.yaml`;
  expect((await look(lab)).database_elsewhere).toBe(`${moved}/database`);
  expect(await refusal(lab, 'fetch', hop)).toBe(why);
  await rename(dataDir, `${dataDir}.old`);
  await symlink(moved, dataDir);
  await all(lab, ['fetch'], hop);
});

it('links out of the database stop it while Harbor runs: what lies behind them would not be copied', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const { dataDir, directory } = lab.host;
  const live = join(dataDir, 'database/pg14');
  await rename(live, join(directory, 'pg14'));
  await symlink(join(directory, 'pg14'), live);
  expect(await refusal(lab, 'fetch', hop)).toBe(
    `${live} is a link out of the database: what lies behind it would not be copied`,
  );
  await rm(live);
  await rename(join(dataDir, 'database'), join(directory, 'database'));
  await symlink(join(directory, 'database'), join(dataDir, 'database'));
  expect(await refusal(lab, 'fetch', hop)).toMatch(/database is a link: it would be copied, and not what lies behind/);
});

it('keys and what Redis has written go back with the database: an older one cannot read them', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const { dataDir } = lab.host;
  const [dump, key] = [join(dataDir, 'redis/dump.rdb'), join(dataDir, 'secretkey')];
  await mkdir(join(dataDir, 'redis'));
  await writeFile(dump, 'REDIS0009');
  await writeFile(key, 'ponmlkjihgfedcba');
  await all(lab, toEnd, hop);
  await writeFile(dump, 'REDIS0011');
  // prepare of 1.8 moves it; and Docker makes a directory where a file that it mounts is missing.
  await rm(key);
  await mkdir(key);
  await all(lab, back, hop);
  expect(await readFile(dump, 'utf8')).toBe('REDIS0009');
  expect(await readFile(key, 'utf8')).toBe('ponmlkjihgfedcba');
  expect(await readFile(join(dataDir, 'redis.failed-m1/dump.rdb'), 'utf8')).toBe('REDIS0011');
  expect(await readdir(dataDir)).not.toContain('secret.failed-m1');
});

it('the copy is on its disk before it says that it is whole, with owners, times, links and holes as they were', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const live = join(lab.host.dataDir, 'database/pg14/base/16384');
  await run('truncate', ['-s', '64M', join(live, 'sparse')]);
  await run('ln', [join(live, '1259'), join(live, 'hard')]);
  await chmod(join(live, '1259'), 0o600);
  const said = join(lab.host.directory, 'synced');
  await instead(lab, 'sync', `ls "$2" > ${said}; exec /bin/sync "$@"`);
  await all(lab, ['load', 'down', 'copy'], hop);
  expect((await readFile(said, 'utf8')).split('\n')).toEqual(expect.arrayContaining(['database', 'secret']));
  expect(await readFile(said, 'utf8')).not.toContain('whole.json');
  const copied = join(lab.workDir, 'before-2.10.3/database/pg14/base/16384');
  const of = async (path: string) => {
    const { mode, mtimeMs, nlink, uid, size } = await stat(path);
    return { mode, mtimeMs, nlink, uid, size };
  };
  for (const name of ['1259', 'hard', 'sparse'])
    expect(await of(join(copied, name))).toEqual(await of(join(live, name)));
  expect((await stat(join(copied, 'sparse'))).blocks).toBeLessThan(1000);
});

it('nothing is installed once somebody has cleaned up in the copy, and no copy is made of what was migrated', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3', { pg: { expects: '', dir: '' } });
  await all(lab, toEnd.slice(0, -1), hop);
  const copied = join(lab.workDir, 'before-2.10.3');
  const lost = join(copied, 'database/pg14/global/pg_control');
  const bytes = await readFile(lost);
  await rm(lost);
  expect(await refusal(lab, 'install', hop)).toMatch(/is no whole copy of the database: there would be no way back/);
  await writeFile(lost, bytes);
  await all(lab, ['install', 'stop to put back'], hop);
  await rm(copied, { recursive: true });
  expect(await refusal(lab, 'copy', hop)).toMatch(/^the install of 2\.12\.3 has begun/);
  expect(await refusal(lab, 'put data back', hop)).toMatch(/holds no whole copy of the database/);
});

it('the way back needs no copy where nothing was installed yet', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  await all(lab, ['load', 'down', 'copy', 'aside', 'unpack'], hop);
  await rm(join(lab.workDir, 'before-2.10.3'), { recursive: true });
  await all(lab, back, hop);
  expect(lab.host.state.harbor()).toMatchObject({ version: '2.10.3', components: { core: 'healthy' } });
});

it('a disk that is full in the middle of putting back leaves what is there, and it can be done again', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const before = lab.contents();
  await all(lab, [...toEnd, 'stop to put back'], hop);
  await instead(lab, 'cp', `/bin/cp "$@"; echo "cp: error writing: No space left on device" >&2; exit 1`);
  expect(await refusal(lab, 'put data back', hop)).toContain('No space left on device');
  expect(await readdir(join(lab.host.dataDir, 'database'))).toEqual(['pg15']);
  await rm(join(lab.host.programs, 'cp'));
  await all(lab, back, hop);
  expect(lab.contents()).toEqual(before);
  expect(await readdir(lab.host.dataDir)).not.toContain('database.putting-m1');
});

const secrets = `
s3: {accesskey: hidden-1, region: eu}
password:
  hidden-2
harbor_admin_password: "begins
  hidden-3"
passphrase: hidden-4
certificate_key: |
  hidden-5

  hidden-6
tokens:
- hidden-7
http_proxy: http://me:p@ss/hidden-8@proxy:3128
no_scheme: me:hidden-9@proxy:3128
#   password: |
#     hidden-10
plain: shown
`;

it('no secret of a configuration is told, however it is written', async () => {
  const lab = await to212();
  const hop = lab.hop('2.10.3', '2.12.3');
  const file = join(lab.host.installDir, 'harbor.yml');
  const text = await readFile(file, 'utf8');
  // Beside what changes, so that the diff has all of it, whole lines of context at a time.
  for (const line of secrets.trim().split(/\n(?![ \n-]|# {4})/)) {
    await writeFile(file, text.replace(/^_version.*$/m, `$&\n${line}\nplain: shown`));
    const told = JSON.stringify(await migrated(lab, hop));
    expect(told).toContain('plain: shown');
    expect(told).not.toContain('hidden');
  }
  // What a program says is cut only once nothing secret is left in it.
  const other = await open({ version: '2.10.3', packages: ['2.12.3'] });
  await instead(other, 'cp', `printf 'db_password: %04000d hidden' 0 >&2; exit 1`);
  await all(other, ['load', 'down'], other.hop('2.10.3', '2.12.3'));
  expect(await refusal(other, 'copy', other.hop('2.10.3', '2.12.3'))).toMatch(/db_password: \*\*\*$/);
});

/** Its configuration anew, each time on what is in the install directory that was set aside. */
async function migrated(lab: HarborLab, hop: ReturnType<HarborLab['hop']>): Promise<unknown> {
  const before = `${lab.host.installDir}.before-m1-2.10.3`;
  const isAside = await stat(before).then(
    () => true,
    () => false,
  );
  if (!isAside) await all(lab, ['load', 'down', 'copy', 'aside', 'unpack'], hop);
  else await cp(join(lab.host.installDir, 'harbor.yml'), join(before, 'harbor.yml'));
  const { msg, failed, ansible_facts } = await step(lab, 'migrate', hop);
  if (failed) throw new Error(msg);
  return ansible_facts.salvor_facts;
}
