import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

const root = resolve(import.meta.dirname, '../..');
let world: World;
beforeAll(async () => {
  world = await startWorld({ hasKubernetes: true });
});
afterAll(() => world?.stop());

/** What a pipeline runs, and its exit code. */
function inPipeline(words: string, ...more: readonly string[]) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...world.environment };
  return new Promise<{ readonly code: number; readonly text: string }>((done) => {
    const command = ['src/main.ts', 'run', words, '--as', 'U0ALICE', ...more];
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr });
    });
  });
}

const removed = 'apiVersion: networking.k8s.io/v1beta1\nkind: ServiceCIDR\nmetadata: {name: extra}\n';

it('a pipeline learns by the exit code that there are blockers, in its own manifests too, and keeps the report', async () => {
  const file = join(world.directory, 'cidr.yaml');
  await writeFile(file, removed);
  const artifacts = join(world.directory, 'artifacts');
  const { code, text } = await inPipeline('upgrade prod-1 1.37', '--manifests', file, '--artifacts', artifacts);
  expect(text).toContain(
    `Written: ${artifacts}/upgrade-prod-1-1.37.md\nWritten: ${artifacts}/upgrade-prod-1-1.37.json\n`,
  );
  expect(JSON.parse(await readFile(`${artifacts}/upgrade-prod-1-1.37.json`, 'utf8'))).toMatchObject({ exitCode: 2 });
  expect(await readFile(`${artifacts}/upgrade-prod-1-1.37.md`, 'utf8')).toContain('cidr.yaml');
  expect(text).toMatch(/prod-1 from 1\.36\.2 to 1\.37: \d+ blockers/);
  expect(text).toMatch(/cidr\.yaml/);
  expect(text).toMatch(/backup of prod-1/);
  expect(code).toBe(2);
});

it('a person in a terminal reads each thing in a few lines, and which files are not kept', async () => {
  const { text } = await inPipeline('upgrade prod-1 1.37');
  expect(text).toMatch(/^blocker: backup of prod-1\n {2}There is none\.\n {2}Next: .+$/m);
  expect(text).toContain('Not kept: upgrade-prod-1-1.37.md and upgrade-prod-1-1.37.json. --artifacts DIR keeps');
});

it('a pipeline learns by another that there is no verdict', async () => {
  const { code, text } = await inPipeline('upgrade prod-1 1.30');
  expect(text).toContain('1.30 would be a step back');
  expect(code).toBe(1);
});

it.each([
  ['a slip of the finger', 'upgrde prod-1 1.37', []],
  ['a version that is none', 'upgrade prod-1 next', []],
  ['a manifest that is not there', 'upgrade prod-1 1.37', ['--manifests', '/nowhere']],
  ['a directory that can be none', 'upgrade prod-1 1.37', ['--artifacts', '/dev/null/artifacts']],
  ['manifests for what takes none', 'leaders prod-1', ['--manifests', '/nowhere']],
])('a pipeline never takes %s for blockers', async (_, words, more) => {
  expect((await inPipeline(words, ...more)).code).toBe(64);
});

it('a person finds all of it in the thread, to read and to compute with', async () => {
  await world.start('all');
  const run = await world.starts('/salvor upgrade prod-1 1.37', 'vera');
  expect((await world.ended(run.id)).report?.title).toMatch(/^prod-1 from 1\.36\.2 to 1\.37: /);
  const replies = await world.thread(run, /upgrade-prod-1-1\.37\.json/);
  expect(JSON.stringify(replies)).toContain('upgrade-prod-1-1.37.md');
});

it('a person attaches manifests to a message, and reads in its thread what they say; what else is in them is kept nowhere', async () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {password: hunter2}\n';
  const files = [{ name: 'cidr.yaml', bytes: Buffer.from(`${removed}---\n${secret}`) }];
  const said = await world.slack.types('vera', 'prod-1', '@salvor upgrade prod-1 1.37', { files });
  const thread = 'ts' in said ? (said.ts ?? '') : '';
  const inThread = () => world.slack.messages('prod-1', { thread });
  const isThere = (name: string) => inThread().some(({ files }) => files.some((file) => file.name === name));
  await world.slack.waitFor(() => isThere('upgrade-prod-1-1.37.json') && inThread()[1]?.text.startsWith('Done: '), {
    timeoutMs: 60_000,
  });
  expect(inThread()[1]?.text).toMatch(/^Done: prod-1 from 1\.36\.2 to 1\.37: \d+ blockers/);
  expect(JSON.stringify(inThread())).toContain('ServiceCIDR');
  const runs = await world.runs.list({ limit: 100 });
  expect(JSON.stringify(runs)).toContain('cidr.yaml');
  expect(JSON.stringify(runs)).not.toContain('hunter2');
});
