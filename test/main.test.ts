import { spawnSync } from 'node:child_process';
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
