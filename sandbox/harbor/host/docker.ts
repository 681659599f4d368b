import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { compose } from './compose.ts';
import { isMariaDbIn, passwordIn } from './mariadb.ts';
import { Refused } from './migrate-config.ts';
import { runImage } from './run-image.ts';
import { contentsOf, type StateDirectory } from './state.ts';

type Command = (words: readonly string[], state: StateDirectory) => string | Promise<string>;

/** The `docker` of the stand-in, as far as Harbor and those who upgrade it use it. Answers what it prints; throws Refused. */
export const docker: Command = (words, state) => {
  const [name = '', ...rest] = words;
  const command = commands[name];
  if (!command) throw new Refused(`docker: '${name}' is not a docker command.`);
  return command(rest, state);
};

const commands: Readonly<Record<string, Command>> = {
  '--version': (_, state) => `Docker version ${state.docker().dockerVersion}, build 0000000`,
  version: (words, state) => formatted(words, { '{{.Server.Version}}': state.docker().dockerVersion }),
  info: (words, state) => formatted(words, { '{{.DockerRootDir}}': state.docker().rootDir }),
  compose(words, state) {
    if (state.docker().composeVersion.startsWith('1.')) throw new Refused("docker: 'compose' is not a docker command.");
    return compose(words, state);
  },
  load,
  pull,
  image(words, state) {
    const [what, ...names] = words;
    if (what === 'inspect') return inspect(names, state);
    if (what === 'rm') return names.map((name) => remove(name, state)).join('\n');
    throw new Refused(`unknown command: docker image ${what}`);
  },
  images: (words, state) =>
    formattedList(withoutTruncation(words), state.docker().images, (image) => ({
      '{{.Repository}}:{{.Tag}}': image,
      '{{.Repository}}:{{.Tag}}\t{{.ID}}': `${image}\t${idOf(image, state)}`,
    })),
  ps(words, state) {
    const isAll = words[0] === '-a';
    const shown = state.docker().containers.filter(({ status }) => isAll || !status.startsWith('Exited'));
    return formattedList(withoutTruncation(isAll ? words.slice(1) : words), shown, ({ name, image, status }) => ({
      '{{.Names}}': name,
      '{{.Names}}\t{{.Image}}': `${name}\t${image}`,
      '{{.Names}}\t{{.Image}}\t{{.Status}}': `${name}\t${image}\t${status}`,
    }));
  },
  run: runImage,
  exec: execute,
};

function formatted(words: readonly string[], known: Readonly<Record<string, string>>): string {
  const found = words[0] === '--format' && words.length === 2 ? known[words[1] ?? ''] : undefined;
  if (found === undefined) throw new Refused(`template parsing error: ${words.join(' ')}`);
  return found;
}

const withoutTruncation = (words: readonly string[]) => words.filter((word) => word !== '--no-trunc');

/** What an image is called by besides its name: another one may come to have that. */
const idOf = (image: string, state: StateDirectory): string =>
  state.docker().ids?.[image] ?? `sha256:${createHash('sha256').update(image).digest('hex')}`;

const formattedList = <Row>(
  words: readonly string[],
  rows: readonly Row[],
  known: (row: Row) => Readonly<Record<string, string>>,
): string => rows.map((row) => formatted(words, known(row))).join('\n');

/** A file as `docker save` writes it: its manifest names the images. */
function load(words: readonly string[], state: StateDirectory): string {
  const [flag, file = ''] = words;
  if ((flag !== '-i' && flag !== '--input') || !existsSync(file))
    throw new Refused(`open ${file}: no such file or directory`);
  const images = tagsIn(file);
  state.setDocker({ images: [...new Set([...state.docker().images, ...images])] });
  return images.map((image) => `Loaded image: ${image}`).join('\n');
}

function tagsIn(file: string): readonly string[] {
  try {
    const manifest: readonly { readonly RepoTags: readonly string[] }[] = JSON.parse(
      execFileSync('tar', ['-xzOf', file, 'manifest.json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    return manifest.flatMap(({ RepoTags }) => RepoTags);
  } catch (cause) {
    throw new Refused('unexpected EOF', { cause });
  }
}

function pull(words: readonly string[], state: StateDirectory): string {
  const [image = ''] = words;
  const { images, pullable } = state.docker();
  if (!pullable.includes(image))
    throw new Refused('Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: no such host');
  state.setDocker({ images: [...new Set([...images, image])] });
  return `Status: Downloaded newer image for ${image}`;
}

function inspect(words: readonly string[], state: StateDirectory): string {
  if (words[0] === '--format') return inspectEach(words, state);
  const names = words;
  const missing = names.find((name) => !state.docker().images.includes(name));
  if (missing !== undefined) throw new Refused(`Error response from daemon: No such image: ${missing}`);
  return JSON.stringify(names.map((name) => ({ RepoTags: [name] })));
}

/** Every image of the stand-in has 100 MiB. */
function inspectEach([flag = '', template = '', ...ids]: readonly string[], state: StateDirectory): string {
  const there = new Set(state.docker().images.map((image) => idOf(image, state)));
  const missing = ids.find((id) => !there.has(id));
  if (missing !== undefined) throw new Refused(`Error response from daemon: No such image: ${missing}`);
  return formattedList([flag, template], ids, (id) => ({ '{{.Id}}\t{{.Size}}': `${id}\t${100 * 1024 * 1024}` }));
}

/** Refuses what a container uses, running or not. Source: moby/moby, daemon/images/image_delete.go. */
function remove(name: string, state: StateDirectory): string {
  const { images, containers } = state.docker();
  inspect([name], state);
  const user = containers.find(({ image }) => image === name);
  if (user)
    throw new Refused(
      `Error response from daemon: conflict: unable to remove repository reference "${name}" (must force) - container ${user.name} is using its referenced image`,
    );
  state.setDocker({ images: images.filter((image) => image !== name) });
  return `Untagged: ${name}`;
}

/** psql in the container of the database, and before 1.6 mysql, each for the one question that is asked there. */
function execute(words: readonly string[], state: StateDirectory): string {
  if (words[0] === '-e') return mysql(words, state);
  const [container = '', program, ...rest] = words;
  const runs = state.docker().containers.find(({ name }) => name === container);
  if (!runs) throw new Refused(`Error response from daemon: No such container: ${container}`);
  const { database } = state.harbor();
  if (!runs.status.startsWith('Up') || database === null)
    throw new Refused(`Error response from daemon: container ${container} is not running`);
  const query = rest.at(-1)?.toLowerCase() ?? '';
  if (program !== 'psql' || !rest.join(' ').startsWith('-U postgres -d registry -tAc '))
    throw new Refused(`OCI runtime exec failed: "${program}": executable file not found in $PATH`);
  if (!query.includes('select version, dirty from schema_migrations')) throw new Refused('ERROR:  syntax error');
  const { schema } = contentsOf(database);
  return `${schema.version}|${schema.dirty ? 't' : 'f'}`;
}

/** Whoever knows the password gets an answer. It comes by the environment of who calls. */
function mysql([, variable = '', container, ...rest]: readonly string[], state: StateDirectory): string {
  const { database } = state.harbor();
  const runs = state.docker().containers.some(({ name, status }) => name === container && status.startsWith('Up'));
  if (container !== 'harbor-db' || !runs || database === null || !isMariaDbIn(database))
    throw new Refused(`Error response from daemon: No such container: ${container}`);
  if (rest.join(' ') !== 'mysql -uroot -Ne select 1') throw new Refused('ERROR 1064 (42000)');
  if (variable !== 'MYSQL_PWD' || process.env[variable] !== passwordIn(database))
    throw new Refused("ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)");
  return '1';
}
