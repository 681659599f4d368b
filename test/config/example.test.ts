import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { Settings } from '../../src/config/schema.ts';
import { loadConfig } from '../../src/config.ts';

const root = resolve(import.meta.dirname, '../..');
const environment = {
  SALVOR_CONFIG: resolve(root, 'salvor.example.yaml'),
  REDIS_URL: 'redis://redis:6379',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_ACCESS_KEY: 'secret',
};
const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      networks: z.array(z.string()),
      environment: z.record(z.string(), z.string()).optional(),
      command: z.array(z.string()),
      volumes: z.array(z.string()).optional(),
      ports: z.array(z.string()).default([]),
    }),
  ),
});
const compose = () =>
  Compose.parse(parse(readFileSync(resolve(root, 'docker-compose.yml'), 'utf8'), { merge: true })).services;

it('salvor.example.yaml is a configuration that can be used', async () => {
  const { jobs } = await loadRegistry();
  const { settings } = loadConfig({ role: 'all', environment, jobs });
  expect(Object.keys(settings.clusters)).toEqual(['prod-1']);
  expect(Object.values(settings.schedules).map(({ job }) => job)).toEqual(['snapshot', 'verify', 'prune']);
});

it('salvor.example.yaml shows every setting there is', () => {
  const text = readFileSync(resolve(root, 'salvor.example.yaml'), 'utf8');
  const names = namesIn(z.toJSONSchema(Settings, { io: 'input' }));
  const missing = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  // Only for a Slack that is not slack.com.
  expect(missing).toEqual(['apiUrl']);
});

/** Of every property in a JSON schema, however deep. */
function namesIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' ? [...Object.keys(value), ...Object.values(value).flatMap(namesIn)] : namesIn(value),
  );
}

it('docker-compose.yml starts every host that salvor.example.yaml names', () => {
  const { etcd, buckets } = loadConfig({ role: 'all', environment });
  const named = [
    ...Object.values(etcd).flatMap((one) => one.endpoints),
    ...Object.values(buckets).map((one) => one.endpoint ?? ''),
  ];
  const hosts = named.map((endpoint) => new URL(endpoint).hostname);
  expect(Object.keys(compose())).toEqual(expect.arrayContaining(hosts));
});

it('docker-compose.yml gives the bot no key of the bucket with backups and the worker no token of Slack', () => {
  const { bot, worker } = compose();
  // Which there are to each of them: test/deploy/variables.test.ts.
  const named = Object.keys(bot?.environment ?? {});
  expect(named).toContain('SLACK_BOT_TOKEN');
  expect(named.filter((name) => /^(S3|PROD_1|REG_EU)_/.test(name))).toEqual([]);
  expect(Object.keys(worker?.environment ?? {}).filter((name) => name.startsWith('SLACK'))).toEqual([]);
});

it('docker-compose.yml keeps clusters and buckets out of the bot’s reach', () => {
  const { bot, redis, ...rest } = compose();
  const reachable = Object.entries(rest).filter(([, one]) =>
    one.networks.some((network) => bot?.networks.includes(network)),
  );
  expect(reachable).toEqual([]);
  expect(redis?.networks).toEqual(expect.arrayContaining(bot?.networks ?? ['none']));
});

it('docker-compose.yml shows the world nothing, and this machine alone the pages of votes and of queues and the door of alerts', () => {
  const ports = Object.entries(compose()).flatMap(([name, one]) => one.ports.map((port) => `${name} ${port}`));
  expect(ports).toEqual(['bot 127.0.0.1:9465:9465', 'bot 127.0.0.1:9466:9466', 'bot 127.0.0.1:9467:9467']);
});

it('docker-compose.yml runs a Redis that neither loses nor evicts', () => {
  const command = compose().redis?.command.join(' ');
  expect(command).toContain('--appendonly yes');
  expect(command).toContain('--maxmemory-policy noeviction');
});

it('the image tries backups out with the very etcd that docker-compose.yml starts, where its worker may write', () => {
  const dockerfile = readFileSync(resolve(root, 'Dockerfile'), 'utf8');
  const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
  const [image = 'none'] = /gcr\.io\/etcd-development\/etcd:v[\d.]+/.exec(text) ?? [];
  expect(dockerfile).toContain(`FROM ${image} AS`);
  const [, directory = 'none'] = /TMPDIR=(\S+)/.exec(dockerfile) ?? [];
  expect(compose().worker?.volumes).toContain(`drill:${directory}`);
});

it('the image has what salvor.example.yaml names in it, runs as nobody in particular and is asked whether it is well', () => {
  const dockerfile = readFileSync(resolve(root, 'Dockerfile'), 'utf8');
  const [, own = 'none'] = /include: \[\/salvor\/(\S+?)\]/.exec(readFileSync(environment.SALVOR_CONFIG, 'utf8')) ?? [];
  expect(existsSync(resolve(root, own))).toBe(true);
  const [, directory = 'none'] = /^(.*)\//.exec(own) ?? [];
  expect(dockerfile).toContain(`COPY ${directory} ${directory}\n`);
  // What is not named here does not reach the build.
  const reaches = readFileSync(resolve(root, '.dockerignore'), 'utf8').split('\n');
  const copied = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
  expect(copied.filter((source) => !reaches.includes(`!${source}`))).toEqual([]);
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\n.*9464\/readyz/m);
  expect(dockerfile).toMatch(/^EXPOSE 3000 9464 9465 9466 9467$/m);
});
