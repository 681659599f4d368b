import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** As called by hand, also where npm runs the tests. */
const { npm_lifecycle_event: _, ...environment } = process.env;
const salvor = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['src/main.ts', ...args], { encoding: 'utf8', env: environment });

it.each(['constructor', 'toString', 'frobnicate'])('refuses "%s", which is nothing that can be done', (what) => {
  const { status, stderr } = salvor(what);
  expect(status).toBe(64);
  expect(stderr).toContain(`There is no "${what}".`);
});

it('refuses what is no port', () => {
  const { status, stderr } = salvor('bot', '--alerts-port', '65536');
  expect(status).toBe(64);
  expect(stderr).toContain('Give --alerts-port a number from 0 to 65535.');
});

it('says how it is used when asked for help, and where the commands of the chat are', () => {
  const { status, stdout } = salvor('help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: node src\/main\.ts <what>$/m);
  expect(stdout).toContain('node src/main.ts run "help" --as ID');
});

it('says of a command of the chat how it is typed in a terminal', () => {
  const { status, stderr } = salvor('backups', 'prod-1', '--since', '7d', '--as', 'U0ALICE');
  expect(status).toBe(64);
  expect(stderr).toBe(`[failed] "backups" is a command of the chat: here it stands in quotes, after run.
  Next  node src/main.ts run "backups prod-1 --since 7d" --as U0ALICE
`);
});

it('takes the runs of a site that has registries and no cluster, and of none that nothing names', () => {
  const directory = mkdtempSync(join(tmpdir(), 'salvor-main-'));
  const file = join(directory, 'salvor.yaml');
  writeFileSync(
    file,
    `
slack: {team: T0000TEAM}
people: {seniors: {users: [U0000ANN, U0000BOB]}}
registries:
  reg-eu:
    environment: staging
    site: fra
    channels: [C0000REGS]
    approvers: [seniors]
    url: https://registry.example.com
    api: {username: robot, password: REG_EU_PASSWORD}
    host: 10.0.0.21
`,
  );
  const worker = (site: string) =>
    spawnSync(process.execPath, ['src/main.ts', 'worker', '--site', site], {
      encoding: 'utf8',
      // Nothing listens there: a worker that gets so far has found what to serve.
      env: { ...environment, SALVOR_CONFIG: file, REDIS_URL: 'redis://127.0.0.1:1', REG_EU_PASSWORD: 'may-read' },
    });
  try {
    expect(worker('main').stderr).toContain('No cluster or registry in salvor.yaml has the site "main".');
    expect(worker('fra').stderr).toContain('Redis cannot be reached.');
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);

it('runs a command on a machine that has the keys of one site alone, once it is named', () => {
  const directory = mkdtempSync(join(tmpdir(), 'salvor-main-'));
  const file = join(directory, 'salvor.yaml');
  const cluster = (site: string) => `
    site: ${site}
    environment: staging
    channels: [C0000PROD]
    operators: [seniors]
    approvers: [seniors]
    etcd: {endpoints: ["http://10.0.0.11:2379"], allowHttp: true}
    backup: {bucket: ${site}-backups, prefix: etcd}`;
  const bucket = (site: string) =>
    `${site}-backups: {bucket: ${site}-backups, credentials: {accessKeyId: ${site.toUpperCase()}_ID, secretAccessKey: ${site.toUpperCase()}_KEY}}`;
  writeFileSync(
    file,
    `
slack: {team: T0000TEAM}
people: {seniors: {users: [U0000ANN, U0000BOB]}}
buckets:
  ${bucket('fra')}
  ${bucket('ams')}
clusters:
  prod-1:${cluster('fra')}
  prod-2:${cluster('ams')}
`,
  );
  const run = (...more: readonly string[]) =>
    spawnSync(process.execPath, ['src/main.ts', 'run', 'snapshot prod-1', '--as', 'U0000ANN', ...more], {
      encoding: 'utf8',
      // Nothing listens there: what gets so far has all the keys it wants.
      env: { ...environment, SALVOR_CONFIG: file, REDIS_URL: 'redis://127.0.0.1:1', FRA_ID: 'id', FRA_KEY: 'key' },
    }).stderr;
  try {
    const unnamed = run();
    expect(unnamed).toContain('AMS_KEY  must be set');
    expect(unnamed).toContain('With the keys of one site alone, name it: --site fra or --site ams');
    expect(run('--site', 'fra')).toContain('Redis cannot be reached.');
    expect(run('--site', 'lhr')).toContain('No cluster or registry in salvor.yaml has the site "lhr".');
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);
