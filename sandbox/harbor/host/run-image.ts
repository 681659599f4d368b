import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { composeFileOf } from './compose-file.ts';
import { migrateOld, migrateYaml, Refused, versionOf } from './migrate-config.ts';
import { migrateDatabase } from './migrate-database.ts';
import { componentsOf, flagsOf, isAtLeast } from './releases.ts';
import type { StateDirectory } from './state.ts';

export interface Run {
  readonly image: string;
  /** '1.6.3', or a minor where the tag has no more. */
  readonly version: string;
  readonly entrypoint: string | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly words: readonly string[];
  /** Where a path of the container lies on the host. */
  readonly mounts: ReadonlyMap<string, string>;
}

/** `docker run` of the images that prepare Harbor, migrate what it has, and ask a PostgreSQL outside. */
export function runImage(words: readonly string[], state: StateDirectory): string {
  const run = parsed(words);
  if (!state.docker().images.includes(run.image))
    throw new Refused(
      `Unable to find image '${run.image}' locally\ndocker: Error response from daemon: dial tcp: no such host.`,
    );
  if (run.entrypoint === 'psql' && run.image.startsWith('goharbor/harbor-db:')) return psql(run, state);
  if (run.entrypoint !== undefined) throw new Refused(`exec: "${run.entrypoint}": executable file not found in $PATH`);
  if (/^(vmware|goharbor)\/harbor-(db-)?migrator:/.test(run.image)) return migrator(run, state);
  if (!run.image.startsWith('goharbor/prepare:')) throw new Refused(`The stand-in does not run ${run.image}.`);
  const [command, ...rest] = run.words;
  if (command === 'migrate') return prepareMigrate({ ...run, words: rest });
  if (command === 'prepare') return prepare({ ...run, words: rest });
  throw new Refused(`Error: No such command '${command}'.`);
}

function parsed(words: readonly string[]): Run {
  const mounts = new Map<string, string>();
  const env = new Map<string, string>();
  let entrypoint: string | undefined;
  const bare = ['--rm', '--privileged', '-i'];
  let at = 0;
  for (; words[at]?.startsWith('-'); at += 1) {
    const word = words[at] ?? '';
    if (bare.includes(word)) continue;
    if (word === '-it' || word === '-t') throw new Refused('the input device is not a TTY');
    if (word === '-v' || word === '--volume') {
      const [host = '', container = ''] = (words[at + 1] ?? '').split(':');
      mounts.set(container, host);
    } else if (word === '-e' || word === '--env') {
      // Without a value it is that of who calls.
      const [name = '', ...value] = (words[at + 1] ?? '').split('=');
      const given = value.length > 0 ? value.join('=') : process.env[name];
      if (given !== undefined) env.set(name, given);
    } else if (word === '--entrypoint') entrypoint = words[at + 1];
    else throw new Refused(`unknown flag: ${word}`);
    at += 1;
  }
  const image = words[at] ?? '';
  const version = (image.split(':')[1] ?? '').replace(/^v/, '');
  return { image, version, words: words.slice(at + 1), mounts, env, entrypoint };
}

function prepareMigrate({ words, version, mounts }: Run): string {
  const options = new Map(
    words.flatMap((word, index) => (word.startsWith('-') ? [[word, words[index + 1] ?? '']] : [])),
  );
  const input = hostPath(options.get('-i') ?? options.get('--input'), mounts);
  const output = hostPath(options.get('-o') ?? options.get('--output') ?? options.get('-i'), mounts);
  if (!existsSync(input)) throw new Refused(`FileNotFoundError: [Errno 2] No such file or directory: '${input}'`);
  const { text, said } = migrateYaml(readFileSync(input, 'utf8'), version);
  writeFileSync(output, text);
  return [...said, `Written new values to ${output}`].join('\n');
}

/** The host's root is at /hostfs; a path without it is taken for one of the host all the same. */
function hostPath(path: string | undefined, mounts: ReadonlyMap<string, string>): string {
  if (path === undefined) throw new Refused("Error: Missing option '-i' / '--input'.");
  const root = mounts.get('/hostfs');
  if (root === undefined) throw new Refused(`FileNotFoundError: [Errno 2] No such file or directory: '/hostfs${path}'`);
  return join(root, path.replace(/^\/hostfs/, ''));
}

/** The one of 1.9.0 looks for a harbor.cfg alone: goharbor/harbor#9290. */
function migrator(run: Run, state: StateDirectory): string {
  const { image, words, version, mounts, env } = run;
  if (env.get('SKIP_CONFIRM') !== 'y') throw new Refused('EOFError: EOF when reading a line');
  const does = words.join(' ');
  if (does === (image.includes('/harbor-db-migrator:') ? 'up head' : '--db up')) return migrateDatabase(run, state);
  if (does !== '--cfg up')
    throw new Refused('Fail to parse input: the last parameter should in test:up:restore:backup');
  const directory = '/harbor-migration/harbor-cfg';
  const old = mounts.get(`${directory}/harbor.cfg`);
  const yaml = version === '1.9.0' ? undefined : mounts.get(`${directory}/harbor.yml`);
  const input = old ?? yaml;
  if (input === undefined || !existsSync(input)) return 'Skip cfg up as no harbor.cfg in the path.';
  const output = mounts.get('/harbor-migration/harbor-cfg-out/harbor.yml') ?? input;
  writeFileSync(output, migrateOld(readFileSync(input, 'utf8'), version));
  return `Written new values to ${basename(output)}`;
}

/** Writes the configuration of all components, and docker-compose.yml, from harbor.yml. */
function prepare({ words, version, mounts }: Run): string {
  const strange = words.find((word) => !flagsOf(version).includes(word));
  if (strange !== undefined) throw new Refused(`Error: No such option: ${strange}`);
  const [input, config, to] = ['/input', '/config', '/compose_location'].map((path) => mounts.get(path) ?? '');
  const file = join(input ?? '', 'harbor.yml');
  if (!existsSync(file)) throw new Refused(`FileNotFoundError: [Errno 2] No such file or directory: 'harbor.yml'`);
  const text = readFileSync(file, 'utf8');
  check(text, version);
  for (const { name, flag } of componentsOf(version)) {
    if (flag && !words.includes(flag)) continue;
    const directory = join(config ?? '', name.replace('harbor-', ''));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'env'), `HARBOR_VERSION=v${version}\n`);
  }
  const dataDir = /^data_volume: *(\S+)/m.exec(text)?.[1] ?? '/data';
  const isDatabaseExternal = /^external_database:/m.test(text);
  writeFileSync(
    join(to ?? '', 'docker-compose.yml'),
    composeFileOf({ version, dataDir, flags: words, isDatabaseExternal }),
  );
  keepSecret(dataDir);
  return 'Generated and saved secret\nClean up the input dir';
}

function check(text: string, version: string): void {
  if (/^hostname: *(reg\.mydomain\.com)?$/m.test(text))
    throw new Refused('Error: hostname is not set in harbor.yml, or is the one of the template.');
  if (isAtLeast(version, '2.9.0') && !/^ {2}job_loggers:/m.test(text)) throw new Refused("KeyError: 'job_loggers'");
  if (versionOf(text) === undefined && isAtLeast(version, '1.9.0')) throw new Refused("KeyError: '_version'");
}

/** Made anew where it is missing: with another one, passwords of users and endpoints can no longer be read. */
function keepSecret(dataDir: string): void {
  const keys = join(dataDir, 'secret/keys');
  mkdirSync(keys, { recursive: true });
  // Before 1.8 it lay at the top.
  const old = join(dataDir, 'secretkey');
  if (existsSync(old) && !existsSync(join(keys, 'secretkey'))) renameSync(old, join(keys, 'secretkey'));
  if (!existsSync(join(keys, 'secretkey'))) writeFileSync(join(keys, 'secretkey'), 'abcdefghijklmnop');
}

/** Asks what lies outside for its version: with the very account, or not at all. */
function psql({ words, env }: Run, state: StateDirectory): string {
  const { externalPostgres: outside } = state.docker();
  const options = new Map(words.flatMap((word, at) => (/^-[hpUd]$/.test(word) ? [[word, words[at + 1] ?? '']] : [])));
  if (!outside || options.get('-h') !== outside.host)
    throw new Refused(
      `psql: could not translate host name "${options.get('-h')}" to address: Name or service not known`,
    );
  if (options.get('-U') !== outside.user || env.get('PGPASSWORD') !== outside.password)
    throw new Refused(`psql: FATAL:  password authentication failed for user "${options.get('-U')}"`);
  if (words.slice(-3).join(' ') !== '-w -tAc show server_version') throw new Refused('ERROR:  syntax error');
  return outside.version;
}
