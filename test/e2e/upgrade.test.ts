import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
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

it('a pipeline learns by the exit code that there are blockers, in its own manifests too', async () => {
  const file = join(world.directory, 'cidr.yaml');
  await writeFile(file, 'apiVersion: networking.k8s.io/v1beta1\nkind: ServiceCIDR\nmetadata: {name: extra}\n');
  const { code, text } = await inPipeline('upgrade prod-1 1.37', '--manifests', file);
  expect(text).toMatch(/prod-1 from 1\.36\.2 to 1\.37: \d+ blockers/);
  expect(text).toMatch(/cidr\.yaml/);
  expect(text).toMatch(/backup of prod-1/);
  expect(code).toBe(2);
});

it('a pipeline learns by another that there is no verdict', async () => {
  const { code, text } = await inPipeline('upgrade prod-1 1.30');
  expect(text).toContain('1.30 would be a step back');
  expect(code).toBe(1);
});

it('a person finds all of it in the thread, to read and to compute with', async () => {
  await world.start('all');
  const run = await world.starts('/salvor upgrade prod-1 1.37', 'vera');
  expect((await world.ended(run.id)).report?.title).toMatch(/^prod-1 from 1\.36\.2 to 1\.37: /);
  const replies = await world.thread(run, /upgrade-prod-1-1\.37\.json/);
  expect(JSON.stringify(replies)).toContain('upgrade-prod-1-1.37.md');
});
