import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ComposeFile, readComposeFile } from './compose-file.ts';
import { type Started, startCore, startPostgres } from './database.ts';
import { passwordIn, startMariaDb, startUi } from './mariadb.ts';
import { Refused } from './migrate-config.ts';
import { components, hasComposeFiles, isMariaDb } from './releases.ts';
import type { Container, StateDirectory } from './state.ts';

/** `docker compose` and `docker-compose`: `words` begin behind the program's name. Answers what it prints. */
export async function compose(words: readonly string[], state: StateDirectory): Promise<string> {
  const { files, rest } = optionsOf(words);
  const [command, ...more] = rest;
  if (command === 'version') return more.includes('--short') ? state.docker().composeVersion : said(state);
  if (command === 'up') return up(files, more, state);
  if (command === 'down') return down(files, more, state);
  if (command === 'ps') return ps(files, more, state);
  throw new Refused(`unknown docker command: "compose ${command ?? ''}"`);
}

const said = (state: StateDirectory): string => `Docker Compose version v${state.docker().composeVersion}`;

function optionsOf(words: readonly string[]): { readonly files: readonly string[]; readonly rest: readonly string[] } {
  const files: string[] = [];
  let at = 0;
  for (; words[at]?.startsWith('-'); at += 2) {
    const [option = '', value = ''] = words.slice(at);
    if (option === '-f' || option === '--file') files.push(resolve(value));
    else if (!['-p', '--project-name', '--project-directory'].includes(option))
      throw new Refused(`unknown flag: ${option}`);
  }
  return { files: files.length > 0 ? files : [resolve('docker-compose.yml')], rest: words.slice(at) };
}

function read(files: readonly string[]): ComposeFile {
  if (!files.every((file) => existsSync(file))) throw new Refused('no configuration file provided: not found');
  const all = files.map((file) => readComposeFile(readFileSync(file, 'utf8')));
  return {
    containers: all.flatMap(({ containers }) => containers),
    databaseDirectory: all.flatMap(({ databaseDirectory }) => databaseDirectory ?? [])[0],
    version: all[0]?.version ?? '',
  };
}

/** Whatever runs already is left alone, as the real one leaves containers whose configuration is the same. */
async function up(files: readonly string[], words: readonly string[], state: StateDirectory): Promise<string> {
  if (!words.includes('-d')) throw new Refused('The stand-in comes up only with -d.');
  const composed = read(files);
  const { containers } = composed;
  const docker = state.docker();
  const missing = containers.find(({ image }) => !docker.images.includes(image));
  if (missing)
    throw new Refused(
      `Error response from daemon: Get "https://registry-1.docker.io/v2/": no such image: ${missing.image}`,
    );
  const runs = docker.containers.map(({ image }) => image).join();
  if (runs !== containers.map(({ image }) => image).join()) start(composed, passwordBeside(files[0] ?? ''), state);
  await delay(docker.pauseMs ?? 0);
  return containers.map(({ name }) => ` Container ${name}  Started`).join('\n');
}

function start(
  { containers, databaseDirectory, version }: ComposeFile,
  password: string | undefined,
  state: StateDirectory,
): void {
  const { killsCore = false, healthyAfterMs, externalDatabase = '' } = state.docker();
  const database: Started = databaseDirectory
    ? startDatabase(version, databaseDirectory, password)
    : { directory: externalDatabase };
  const core: Started =
    'directory' in database ? connected(version, database.directory, password, killsCore) : database;
  const troubles = new Map<string, string>();
  if ('stopped' in database) troubles.set('harbor-db', database.stopped);
  if ('stopped' in core) for (const name of ['harbor-core', 'harbor-ui']) troubles.set(name, core.stopped);
  const reported = containers.flatMap(({ name }) => {
    const as = components.find((component) => component.name === name)?.reportedAs;
    return as === undefined ? [] : [[as, troubles.get(name) ?? 'healthy'] as const];
  });
  const statusOf = (name: string) => (troubles.has(name) ? 'Restarting (1) 2 seconds ago' : 'Up 2 seconds (healthy)');
  state.setDocker({
    containers: containers.map(({ name, image }): Container => ({ name, image, status: statusOf(name) })),
    killsCore: false,
  });
  state.setHarbor({
    ...{ version, isUp: true, components: Object.fromEntries(reported), startedAt: new Date().toISOString() },
    ...(healthyAfterMs === undefined ? {} : { healthyAfterMs }),
    database: 'directory' in database ? database.directory : null,
  });
}

const startDatabase = (version: string, directory: string, password = ''): Started =>
  isMariaDb(version) ? startMariaDb(version, directory, password) : startPostgres(version, directory);

/** Before 1.8 Harbor's parts have their password of the database from here, whatever that itself has. */
function passwordBeside(file: string): string | undefined {
  const env = join(dirname(file), 'common/config/adminserver/env');
  return existsSync(env) ? /_(?:PWD|PASSWORD)=(.*)$/m.exec(readFileSync(env, 'utf8'))?.[1] : undefined;
}

function connected(version: string, directory: string, password: string | undefined, killsCore: boolean): Started {
  const wanted = hasComposeFiles(version) ? passwordIn(directory) : undefined;
  if (wanted !== undefined && wanted !== password) return { stopped: 'password authentication failed' };
  return isMariaDb(version) ? startUi(version, directory) : startCore(version, directory, killsCore);
}

function down(files: readonly string[], words: readonly string[], state: StateDirectory): string {
  const strange = words.find((word) => !['-v', '--volumes', '--remove-orphans'].includes(word));
  if (strange !== undefined) throw new Refused(`unknown flag: ${strange}`);
  const names = read(files).containers.map(({ name }) => name);
  const kept = state.docker().containers.filter(({ name }) => !names.includes(name));
  state.setDocker({ containers: kept });
  if (kept.length === 0) state.setHarbor({ isUp: false, database: null });
  return names.map((name) => ` Container ${name}  Removed`).join('\n');
}

function ps(files: readonly string[], words: readonly string[], state: StateDirectory): string {
  const names = read(files).containers.map(({ name }) => name);
  const running = state.docker().containers.filter(({ name }) => names.includes(name));
  if (words.includes('-q')) return running.map(({ name }) => Buffer.from(name).toString('hex')).join('\n');
  if (words.join(' ') === '--format json')
    return running
      .map(({ name, image, status }) =>
        JSON.stringify({
          Name: name,
          Image: image,
          State: status.startsWith('Up') ? 'running' : 'restarting',
          Status: status,
        }),
      )
      .join('\n');
  return ['NAME IMAGE STATUS', ...running.map(({ name, image, status }) => `${name} ${image} ${status}`)].join('\n');
}
