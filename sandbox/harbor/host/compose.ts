import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readComposeFile } from './compose-file.ts';
import { type Started, startCore, startPostgres } from './database.ts';
import { Refused } from './migrate-config.ts';
import { components } from './releases.ts';
import type { Container, StateDirectory } from './state.ts';

/** `docker compose` and `docker-compose`: `words` begin behind the program's name. Answers what it prints. */
export async function compose(words: readonly string[], state: StateDirectory): Promise<string> {
  const { file, rest } = optionsOf(words);
  const [command, ...more] = rest;
  if (command === 'version') return more.includes('--short') ? state.docker().composeVersion : said(state);
  if (command === 'up') return up(file, more, state);
  if (command === 'down') return down(file, more, state);
  if (command === 'ps') return ps(file, more, state);
  throw new Refused(`unknown docker command: "compose ${command ?? ''}"`);
}

const said = (state: StateDirectory): string => `Docker Compose version v${state.docker().composeVersion}`;

function optionsOf(words: readonly string[]): { readonly file: string; readonly rest: readonly string[] } {
  const [first, second, ...rest] = words;
  if (first === '-f' || first === '--file') return { file: resolve(second ?? ''), rest };
  if (first === '-p' || first === '--project-name') return optionsOf(rest);
  if (first === '--project-directory') return { ...optionsOf(rest) };
  return { file: resolve('docker-compose.yml'), rest: words };
}

function read(file: string) {
  if (!existsSync(file)) throw new Refused('no configuration file provided: not found');
  return readComposeFile(readFileSync(file, 'utf8'));
}

/** Whatever runs already is left alone, as the real one leaves containers whose configuration is the same. */
async function up(file: string, words: readonly string[], state: StateDirectory): Promise<string> {
  if (!words.includes('-d')) throw new Refused('The stand-in comes up only with -d.');
  const { containers, databaseDirectory, version } = read(file);
  const docker = state.docker();
  const missing = containers.find(({ image }) => !docker.images.includes(image));
  if (missing)
    throw new Refused(
      `Error response from daemon: Get "https://registry-1.docker.io/v2/": no such image: ${missing.image}`,
    );
  const runs = docker.containers.map(({ image }) => image).join();
  if (runs !== containers.map(({ image }) => image).join()) start(containers, databaseDirectory, version, state);
  await delay(docker.pauseMs ?? 0);
  return containers.map(({ name }) => ` Container ${name}  Started`).join('\n');
}

function start(
  containers: readonly { readonly name: string; readonly image: string }[],
  databaseDirectory: string | undefined,
  version: string,
  state: StateDirectory,
): void {
  const { killsCore = false, healthyAfterMs, externalDatabase = '' } = state.docker();
  const database: Started = databaseDirectory
    ? startPostgres(version, databaseDirectory)
    : { directory: externalDatabase };
  const core: Started = 'directory' in database ? startCore(version, database.directory, killsCore) : database;
  const troubles = new Map<string, string>();
  if ('stopped' in database) troubles.set('harbor-db', database.stopped);
  if ('stopped' in core) troubles.set('harbor-core', core.stopped);
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

function down(file: string, words: readonly string[], state: StateDirectory): string {
  const strange = words.find((word) => !['-v', '--volumes', '--remove-orphans'].includes(word));
  if (strange !== undefined) throw new Refused(`unknown flag: ${strange}`);
  const names = read(file).containers.map(({ name }) => name);
  const kept = state.docker().containers.filter(({ name }) => !names.includes(name));
  state.setDocker({ containers: kept });
  if (kept.length === 0) state.setHarbor({ isUp: false, database: null });
  return names.map((name) => ` Container ${name}  Removed`).join('\n');
}

function ps(file: string, words: readonly string[], state: StateDirectory): string {
  const names = read(file).containers.map(({ name }) => name);
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
