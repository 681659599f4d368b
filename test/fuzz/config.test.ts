import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Refusal } from '../../src/chatops/errors.ts';
import { loadConfig, printConfig } from '../../src/config.ts';
import { cases } from '../cases.ts';
import { anyJson, anyText } from './texts.ts';

const secrets = {
  SLACK_BOT_TOKEN: 'xoxb-Zq8Kd7',
  SLACK_APP_TOKEN: 'xapp-Zq8Kd7',
  S3_ACCESS_KEY_ID: 'keyid-Zq8Kd7',
  S3_SECRET_ACCESS_KEY: 's3-Zq8Kd7',
  ALERTS_TOKEN: 'alerts-Zq8Kd7',
};
const environment = { ...secrets, SALVOR_CONFIG: 'salvor.yaml', REDIS_URL: 'redis://:redis-Zq8Kd7@127.0.0.1:6379' };
const example: unknown = parse(readFileSync(resolve(import.meta.dirname, '../../salvor.example.yaml'), 'utf8'));

/** What people read of a configuration: how it was understood, or what is wrong with it. Anything else thrown is a bug. */
function told(yaml: string): string {
  const readText = (path: string) => {
    if (path === 'salvor.yaml') return yaml;
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  };
  try {
    return printConfig(loadConfig({ role: 'all', environment, readText }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [head, ...lines] = error.message.split('\n');
    expect(head).toMatch(/problems? in the configuration:$/);
    expect(lines.length).toBeGreaterThan(0);
    return error.message;
  }
}

/** The example with something else somewhere in it. */
function changed(value: unknown, way: readonly number[], put: unknown): unknown {
  const [nth, ...rest] = way;
  if (nth === undefined || typeof value !== 'object' || value === null) return put;
  const entries = Object.entries(value);
  if (entries.length === 0) return put;
  const [name] = entries[nth % entries.length] ?? [''];
  const one = entries.map(([key, part]) => [key, key === name ? changed(part, rest, put) : part] as const);
  return Array.isArray(value) ? one.map(([, part]) => part) : Object.fromEntries(one);
}

const way = fc.array(fc.nat(50), { minLength: 1, maxLength: 5 });

describe('whatever stands in salvor.yaml', () => {
  it.each([
    ['any text', anyText],
    ['any JSON', anyJson.map((value) => JSON.stringify(value))],
    ['any YAML', anyJson.map((value) => stringify(value))],
    [
      'the example with anything in the place of something',
      fc.tuple(way, fc.oneof(anyJson, anyText)).map(([at, put]) => stringify(changed(example, at, put))),
    ],
    [
      'the example with a piece of it cut out',
      fc.tuple(fc.nat(4000), fc.nat(60), anyText).map(([from, length, put]) => {
        const text = stringify(example);
        return `${text.slice(0, from)}${put}${text.slice(from + length)}`;
      }),
    ],
  ])('%s is a configuration, or is refused with what is wrong; no secret is printed', (_, texts) => {
    fc.assert(
      fc.property(texts, (yaml) => {
        expect(told(yaml)).not.toContain('Zq8Kd7');
      }),
      cases(250),
    );
  });

  it('a secret in the place of its variable’s name is not printed', () => {
    const names = fc.constantFrom('accessKeyId', 'secretAccessKey', 'sessionToken');
    fc.assert(
      fc.property(names, anyText, (name, before) => {
        const credentials = { accessKeyId: 'S3_ACCESS_KEY_ID', secretAccessKey: 'S3_SECRET_ACCESS_KEY' };
        const buckets = {
          main: { bucket: 'b', credentials: { ...credentials, [name]: `${before.slice(0, 40)}hush-Wv3` } },
        };
        expect(told(stringify({ ...(example as object), buckets }))).not.toContain('hush-Wv3');
      }),
      cases(200),
    );
  });

  it.each([
    [
      'aliases of aliases',
      Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${n ? `*a${n - 1},`.repeat(10) : '1'}]`).join('\n'),
    ],
    ['lists in lists without end', '['.repeat(20_000)],
    ['mappings in mappings without end', '{a: '.repeat(20_000)],
    ['lists below each other without end', `a: ${'- '.repeat(20_000)}`],
  ])('%s are refused', (_, yaml) => {
    expect(told(yaml)).toContain('must');
  });
});
