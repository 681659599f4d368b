import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Jobs } from '../../src/config/schedule-checks.ts';
import { type Config, loadConfig, type Role } from '../../src/config.ts';
import { uncommented } from './uncommented.ts';

export const root = resolve(import.meta.dirname, '../..');

/** salvor.example.yaml with all that it shows, changed as it says where two things exclude each other. */
export function documented(...changes: readonly (readonly [string, string])[]): string {
  const whole = uncommented(readFileSync(resolve(root, 'salvor.example.yaml'), 'utf8'));
  return [...together, ...changes].reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`salvor.example.yaml has no longer: ${before}`);
    return text.replace(before, after);
  }, whole);
}

/** With age, which stands there among its alternatives. */
export const withAge = [
  'encryption: {kind: none}',
  'encryption: {kind: age, recipients: [age1examplexyz], identity: PROD_1_AGE_IDENTITY}',
] as const;

// With certificates etcd is spoken to by https, at the members that a restore knows, and Redis has sentinels or is a cluster.
const together = [
  ['allowHttp: true                 # for https leave it away, and:', ''],
  ['"http://etcd-1:2379", "http://etcd-2:2379", "http://etcd-3:2379"', '"https://10.0.0.11:2379"'],
  ['  cluster: {nodes:', '  # cluster: {nodes:'],
] as const;

/** As a process of that role reads it, and the variables that it asked for: NAME, which may be NAME_FILE too. */
export function readBy(
  role: Role,
  text: string,
  jobs?: Jobs,
): { readonly config: Config; readonly asked: readonly string[] } {
  const asked = new Set<string>();
  const own: Readonly<Record<string, string>> = {
    SALVOR_CONFIG: '/etc/salvor/salvor.yaml',
    PATH: '/usr/bin',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=team',
  };
  const environment = new Proxy<Record<string, string>>(
    {},
    {
      get(_, name) {
        asked.add(String(name));
        // Each secret is given itself, not in a file; and one address of Redis is enough.
        if (unset.test(String(name))) return undefined;
        if (name === 'REDIS_URL') return /^redis:/m.test(text) ? undefined : 'redis://redis:6379';
        return own[String(name)] ?? `value of ${String(name)}`;
      },
    },
  );
  const config = loadConfig({
    role,
    ...(jobs && { jobs }),
    environment,
    readText: (path) => (path === own.SALVOR_CONFIG ? text : fileAt(path)),
  });
  return { config, asked: [...asked].filter((name) => !name.endsWith('_FILE')).sort() };
}
const unset = /^OTEL_SDK_DISABLED$|_FILE$/;

/** What the image has, from here; all else that is named is a certificate or the like. */
function fileAt(path: string): string {
  return path.startsWith('/salvor/')
    ? readFileSync(resolve(root, path.slice('/salvor/'.length)), 'utf8')
    : `what is in ${path}`;
}
