import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { documented, readBy, root, withAge } from '../config/documented.ts';
import { uncommented } from '../config/uncommented.ts';

const read = (file: string) => readFileSync(resolve(root, file), 'utf8');

/** All that a process of a role asks of its environment, with every section of salvor.example.yaml. */
function askedBy(role: 'bot' | 'worker'): ReadonlySet<string> {
  const texts = [
    documented(withAge),
    documented(['mode: socket', 'mode: http'], ['  endpoint: http://otel-collector:4318', '  # from the environment']),
    // Without Redis' own section.
    documented().replace(/^redis:\n(?: .*\n)+/m, ''),
  ];
  return new Set(texts.flatMap((text) => readBy(role, text).asked));
}
const asked = { bot: askedBy('bot'), worker: askedBy('worker') };
// Set by the image or of the machine itself.
const given = ['SALVOR_CONFIG', 'PATH', 'SSH_AUTH_SOCK'];
const without = (names: Iterable<string>, left: readonly string[]) =>
  [...names].filter((name) => !given.includes(name) && !left.includes(name)).sort();

const Compose = z.object({
  services: z.record(z.string(), z.object({ environment: z.record(z.string(), z.string()).default({}) })),
});
const Env = z.record(z.string(), z.object({ secret: z.string(), key: z.string() }));
const Values = z.object({ env: Env, bot: z.object({ env: Env }), sites: z.object({ main: z.object({ env: Env }) }) });

describe('the variables that Salvor reads', () => {
  it('are those that are known here', () => {
    expect([...asked.bot]).toEqual(
      expect.arrayContaining(['SLACK_SIGNING_SECRET', 'QUEUE_PAGE_TOKEN', 'TRACES_TOKEN']),
    );
    expect([...asked.worker]).toEqual(
      expect.arrayContaining(['PROD_1_SSH_KEY', 'REG_EU_PASSWORD', 'S3_ACCESS_KEY_ID']),
    );
  });

  it.each(['bot', 'worker'] as const)('are passed to the %s by docker-compose.yml, and no others', (role) => {
    const environment = Compose.parse(parse(read('docker-compose.yml'), { merge: true })).services[role]?.environment;
    // Compose has one Redis, with its password in the URL.
    const ofManyRedis = ['REDIS_PASSWORD', 'SENTINEL_PASSWORD'];
    expect(Object.keys(environment ?? {}).sort()).toEqual(without(asked[role], ofManyRedis));
  });

  it('are shown by the example of the chart to those that read them, and no others', () => {
    const { env, bot, sites } = Values.parse(parse(uncommented(read('deploy/helm/salvor/example-values.yaml'))));
    // No secrets, and salvor.yaml says them: traces.endpoint, and no traces.
    const said = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_SDK_DISABLED'];
    const named = (own: object) => [...Object.keys(env), ...Object.keys(own)].sort();
    expect(named(bot.env)).toEqual(without(asked.bot, said));
    expect(named(sites.main.env)).toEqual(without(asked.worker, said));
  });

  it.each(['README.md', 'README.zh-CN.md'])('stand in the table of %s', (file) => {
    const rows = read(file)
      .split('\n')
      .filter((line) => line.trimStart().startsWith('| `'));
    const missing = [...new Set([...asked.bot, ...asked.worker])].filter(
      (name) => name !== 'PATH' && !rows.some((row) => row.split('|')[1]?.includes(`\`${name}\``)),
    );
    expect(missing).toEqual([]);
  });
});

describe('images', () => {
  const built = ['salvor:local'];
  const stages = [...read('Dockerfile').matchAll(/^FROM (\S+)(?: AS (\S+))?$/gm)];
  const composed = [...read('docker-compose.yml').matchAll(/^\s*image: (\S+)$/gm)].flatMap(([, image = '']) => image);

  it('that Salvor is built on and runs beside have a version, down to the patch', () => {
    const named = [...stages.map(([, image = '']) => image), ...composed.filter((image) => !built.includes(image))];
    expect(named).toHaveLength(7);
    expect(named.filter((image) => !/:v?\d+\.\d+\.\d+(-[a-z]+)*$/.test(image))).toEqual([]);
  });

  it('that the Dockerfile copies from are stages of its own', () => {
    const copied = [...read('Dockerfile').matchAll(/--from=(\S+)/g)].map(([, from]) => from);
    expect(stages.map(([, , name]) => name)).toEqual(expect.arrayContaining(copied));
    expect(read('Dockerfile')).not.toMatch(/^# *syntax=/m);
  });

  it('hold the Node that the tests ran on', () => {
    const [, node = ''] = /FROM node:(\d+\.\d+\.\d+)-/.exec(read('Dockerfile')) ?? [];
    const { devDependencies } = z
      .object({ devDependencies: z.object({ node: z.string() }) })
      .parse(JSON.parse(read('package.json')));
    expect(devDependencies.node).toBe(`^${node}`);
  });
});
