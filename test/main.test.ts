import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it.each(['constructor', 'toString', 'frobnicate'])('refuses "%s", which is nothing that can be done', (what) => {
  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts', what], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain(`There is no "${what}".`);
});
