import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, normalize, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interpret } from '../src/chatops/interpret.ts';
import { loadRegistry } from '../src/chatops/registry.ts';
import { parseUsage } from '../src/chatops/usage.ts';

const root = resolve(import.meta.dirname, '..');

/** Rooms of the house: the longest matching path is the room of a file. */
const rooms = [
  'commands',
  'jobs',
  'bench',
  'test',
  'sandbox',
  'src/main',
  'src/chatops',
  'src/config',
  'src/ports',
  'src/ops',
  'src/adapters',
  'src/languages',
  'src/slack',
  'src/queue',
  'src/http',
  'src/terminal',
] as const;
type Room = (typeof rooms)[number];

/** Which rooms a room may import from, besides itself; `types` are rooms from which only types may come. */
const mayImport: Readonly<Record<Room, { readonly from: readonly Room[]; readonly types?: readonly Room[] }>> = {
  commands: { from: ['jobs', 'src/chatops'] },
  jobs: { from: ['src/chatops', 'src/ops'], types: ['src/ports'] },
  'src/ops': { from: ['src/chatops'], types: ['src/ports'] },
  'src/chatops': { from: [], types: ['src/ports'] },
  'src/ports': { from: [], types: ['src/chatops'] },
  'src/config': { from: ['src/chatops', 'src/languages'] },
  'src/adapters': { from: ['src/chatops'], types: ['src/ports', 'src/config'] },
  'src/languages': { from: [], types: ['src/chatops'] },
  'src/slack': { from: ['src/chatops', 'src/languages'], types: ['src/ports'] },
  'src/queue': { from: ['src/chatops'], types: ['src/ports', 'src/config'] },
  'src/http': { from: ['src/chatops'], types: ['src/ports'] },
  'src/terminal': { from: ['src/chatops'], types: ['src/ports'] },
  'src/main': {
    from: [
      'commands',
      'src/chatops',
      'src/languages',
      'src/config',
      'src/adapters',
      'src/slack',
      'src/queue',
      'src/http',
      'src/terminal',
      'src/ops',
    ],
    types: ['src/ports', 'jobs'],
  },
  sandbox: { from: ['src/chatops', 'src/config', 'src/slack', 'src/queue', 'src/adapters', 'src/ops', 'src/ports'] },
  bench: {
    from: [
      'sandbox',
      'test',
      'src/main',
      'src/chatops',
      'src/config',
      'src/adapters',
      'src/slack',
      'src/queue',
      'src/http',
      'src/terminal',
      'src/ops',
      'src/ports',
      'commands',
      'jobs',
    ],
  },
  test: { from: [...rooms] },
};

/** Packages that one room alone may know. */
const keptIn: Readonly<Record<string, readonly Room[]>> = {
  '@slack/': ['src/slack'],
  bullmq: ['src/queue'],
  ioredis: ['src/queue'],
  etcd3: ['src/adapters'],
  '@grpc/': ['src/adapters'],
  '@aws-sdk/': ['src/adapters'],
  '@smithy/': ['src/adapters'],
  '@kubernetes/': ['src/adapters'],
  'node:child_process': ['src/adapters'],
  'node:http2': ['src/adapters'],
  pino: ['src/adapters'],
  '@resvg/': ['src/adapters'],
  '@fontsource/': ['src/adapters'],
  'prom-client': ['src/http'],
  yaml: ['src/config', 'src/ops'],
  'cron-parser': ['src/config'],
  'openid-client': ['src/adapters'],
  oauth4webapi: ['src/adapters'],
  jose: ['src/adapters'],
  '@opentelemetry/': ['src/adapters'],
  'bullmq-otel': ['src/queue'],
  '@bull-board/': ['src/queue'],
  express: ['src/queue'],
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = globSync('{src,commands,jobs,sandbox,bench,test}/**/*.ts', { cwd: root }).map((file) => normalize(file));
const imports: readonly Import[] = files.flatMap(importsOf);

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)];
  const dynamic = [...text.matchAll(/\bimport\(\s*'([^']+)'/g)];
  return [
    ...statements.map(([, type, target = '']) => ({ file, target, typeOnly: type !== undefined })),
    ...dynamic.map(([, target = '']) => ({ file, target, typeOnly: false })),
  ];
}

function roomOf(file: string): Room {
  if (file.startsWith('src/config')) return 'src/config';
  if (file === 'src/main.ts') return 'src/main';
  const room = rooms.filter((name) => file.startsWith(`${name}/`)).sort((a, b) => b.length - a.length)[0];
  if (!room) throw new Error(`${file} lies in no room of the house; see the README's map of the folders.`);
  return room;
}

const landsIn = ({ file, target }: Import) => relative(root, resolve(root, dirname(file), target));

describe('the house', () => {
  it('has a room for every file', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(() => files.map(roomOf)).not.toThrow();
  });

  it('lets each room import only from the rooms it may', () => {
    const broken = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter((one) => {
        const from = roomOf(one.file);
        const to = roomOf(landsIn(one));
        if (from === to) return false;
        const { from: allowed, types = [] } = mayImport[from];
        return !allowed.includes(to) && !(one.typeOnly && types.includes(to));
      });
    expect(broken.map((one) => `${one.file} imports ${one.target}`)).toEqual([]);
  });

  it('keeps each client library in the one room that knows it', () => {
    const inside = imports.filter(({ file }) => /^(src|commands|jobs)\//.test(file));
    const broken = inside.filter(({ file, target }) => {
      const kept = Object.entries(keptIn).find(
        ([name]) => target === name || target.startsWith(name.endsWith('/') ? name : `${name}/`),
      );
      return kept !== undefined && !kept[1].includes(roomOf(file));
    });
    expect(broken.map((one) => `${one.file} imports ${one.target}`)).toEqual([]);
  });

  it('reads the environment in the configuration alone', () => {
    const readers = files.filter((file) => /^(src|commands|jobs)\//.test(file) && !file.startsWith('src/config'));
    const broken = readers.filter((file) => /process\.env/.test(readFileSync(resolve(root, file), 'utf8')));
    expect(broken).toEqual([]);
  });

  it('has an implementation with the same name for every port a job can ask for', () => {
    const ports = [...readFileSync(resolve(root, 'src/ports/index.ts'), 'utf8').matchAll(/readonly (\w+): /g)].map(
      ([, name]) => name,
    );
    expect(ports.length).toBeGreaterThan(3);
    expect(ports.filter((name) => !existsSync(resolve(root, `src/adapters/${name}.ts`)))).toEqual([]);
  });
});

describe('commands and jobs', async () => {
  const registry = await loadRegistry();

  it.each(registry.commands.map((command) => [command.name, command] as const))(
    '%s has examples that parse',
    (_, command) => {
      for (const example of command.examples) {
        const [name, ...rest] = example.match(/"[^"]*"|\S+/g) ?? [];
        expect(name).toBe(command.name);
        const words = rest.map((word) => word.replaceAll('"', ''));
        expect(() => interpret(command, words, { clusters: ['prod-1'] })).not.toThrow();
      }
    },
  );

  it.each(registry.commands.map((command) => [command.name, command] as const))(
    '%s has a usage that begins with its name',
    (name, command) => {
      expect(command.usage.split(' ')[0]).toBe(name);
      expect(() => parseUsage(command.usage)).not.toThrow();
    },
  );

  it.each(registry.commands.map((command) => command.name))('%s has a test of its own', (name) => {
    expect(existsSync(resolve(root, `test/commands/${name}.test.ts`))).toBe(true);
  });

  it('has a job for every command that works, found under its own name', () => {
    const working = registry.commands.flatMap((command) => (command.work ? [command.work.job] : []));
    expect(working.length).toBeGreaterThan(0);
    for (const job of working) expect(registry.jobs.get(job.name)).toBe(job);
  });

  it('names the steps of every job, so that its card can show what is to come', () => {
    expect([...registry.jobs.values()].filter((job) => job.steps.length === 0)).toEqual([]);
  });
});
