import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { composeFilesOf, installScriptOf, prepareScriptOf } from './compose-file.ts';
import { migrateYaml, versionOf } from './migrate-config.ts';
import { hasComposeFiles, imagesOf, isAtLeast, isMariaDb } from './releases.ts';

const run = promisify(execFile);

/** What lies in the directory `harbor` of an offline installer. */
export async function writeInstaller(version: string, to: string, dataDir = '/data'): Promise<void> {
  await mkdir(to, { recursive: true });
  const programs = {
    'install.sh': installScriptOf(version, isAtLeast(version, '2.6.0')),
    prepare: prepareScriptOf(version),
  };
  const template = isAtLeast(version, '2.0.0') ? 'harbor.yml.tmpl' : configFileOf(version);
  const files = {
    LICENSE: 'Apache License, Version 2.0\n',
    'common.sh': '# Functions of install.sh.\n',
    [template]: configOf(version, { hostname: 'reg.mydomain.com', dataDir: '/data' }),
  };
  const composed = hasComposeFiles(version) ? Object.fromEntries(composeFilesOf(version, dataDir)) : {};
  for (const [name, text] of Object.entries({ ...programs, ...files, ...composed }))
    await writeFile(join(to, name), text);
  for (const name of Object.keys(programs)) await chmod(join(to, name), 0o755);
  await writeImages(imagesOf(version), join(to, `harbor.v${version}.tar.gz`));
}

/** A file as `docker save` writes it, without the layers. */
export async function writeImages(images: readonly string[], file: string): Promise<void> {
  const directory = await mkdtemp(`${file}.`);
  await writeFile(
    join(directory, 'manifest.json'),
    JSON.stringify([{ Config: 'none.json', RepoTags: images, Layers: [] }]),
  );
  await run('tar', ['-czf', file, '-C', directory, 'manifest.json']);
  await rm(directory, { recursive: true });
}

/** `harbor-offline-installer-v2.12.3.tgz`, with its sums beside it. Before 1.8 the data directory stands in it. Answers its path. */
export async function writePackage(version: string, packages: string, dataDir?: string): Promise<string> {
  const file = join(packages, `harbor-offline-installer-v${version}.tgz`);
  const directory = await mkdtemp(join(packages, 'making-'));
  await writeInstaller(version, join(directory, 'harbor'), dataDir);
  await run('tar', ['-czf', file, '-C', directory, 'harbor']);
  await rm(directory, { recursive: true });
  const bytes = await readFile(file);
  for (const kind of ['sha256', 'md5'])
    await writeFile(`${file}.${kind}`, `${createHash(kind).update(bytes).digest('hex')}  ${basename(file)}\n`);
  return file;
}

export const configFileOf = (version: string): string => (isAtLeast(version, '1.8.0') ? 'harbor.yml' : 'harbor.cfg');

/** A PostgreSQL that is kept elsewhere. */
export const usualOutside = { version: '14.12', host: 'db.example.com', user: 'harbor', password: 'dbsecret' };

const outside = ({ host, user, password }: typeof usualOutside): readonly string[] =>
  [`host: ${host}`, 'port: 5432', 'db_name: registry', `username: ${user}`, `password: "${password}"`].map(
    (line) => `    ${line}`,
  );

/** Of the bundled database. */
export const usualDatabasePassword = 'root123';

export interface ConfigOptions {
  readonly hostname: string;
  readonly dataDir: string;
  readonly isDatabaseExternal?: boolean;
}

/** harbor.yml, or harbor.cfg, as somebody has it who came to this release by migrating. */
export function configOf(version: string, options: ConfigOptions): string {
  if (!isAtLeast(version, '1.8.0')) return cfgOf(version, options);
  const yaml = yamlOf(options);
  if (!isAtLeast(version, '1.9.0')) return yaml.replace(/^_version.*$/m, '_version: 1.8.0');
  const migrated = migrateYaml(yaml, version).text;
  return versionOf(migrated) === undefined ? yaml : migrated;
}

const yamlOf = ({ hostname, dataDir, isDatabaseExternal = false }: ConfigOptions): string =>
  `${[
    '# Configuration file of Harbor',
    `hostname: ${hostname}`,
    'http:',
    '  port: 80',
    'https:',
    '  port: 443',
    '  certificate: /etc/ssl/registry.crt',
    '  private_key: /etc/ssl/registry.key',
    `external_url: https://${hostname}`,
    'harbor_admin_password: Harbor12345',
    'database:',
    `  password: ${usualDatabasePassword}`,
    `data_volume: ${dataDir}`,
    'storage_service:',
    '  s3:',
    '    bucket: images',
    '    accesskey: AKIAEXAMPLE',
    '    secretkey: verysecret',
    'clair:',
    '  updaters_interval: 12',
    'jobservice:',
    '  max_job_workers: 10',
    'notification:',
    '  webhook_job_max_retry: 10',
    'chart:',
    '  absolute_url: disabled',
    'log:',
    '  level: info',
    ...(isDatabaseExternal ? ['external_database:', '  harbor:', ...outside(usualOutside)] : []),
    '_version: 1.9.0',
  ].join('\n')}\n`;

const cfgOf = (version: string, { hostname, dataDir }: ConfigOptions): string =>
  `${[
    '## Configuration file of Harbor',
    // Before 1.5 it does not say of which version it is.
    ...(isAtLeast(version, '1.5.0') ? [`_version = ${version.split('.').slice(0, 2).join('.')}.0`] : []),
    `hostname = ${hostname}`,
    'ui_url_protocol = https',
    'harbor_admin_password = Harbor12345',
    `db_host = ${isMariaDb(version) ? 'mysql' : 'postgresql'}`,
    `db_password = ${usualDatabasePassword}`,
    'registry_storage_provider_name = filesystem',
    `data_volume = ${dataDir}`,
  ].join('\n')}\n`;
