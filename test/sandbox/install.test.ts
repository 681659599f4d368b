import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Says what npm says on Node 20, at the level that it is asked for. */
const npm = `#!/bin/sh
case " $* " in
  *" --loglevel=error "*) ;;
  *) echo "npm warn EBADENGINE Unsupported engine" >&2 ;;
esac
echo "added 312 packages"
`;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'salvor-install-'));
  for (const name of ['sandbox', 'bin']) mkdirSync(join(directory, name));
  copyFileSync(resolve(import.meta.dirname, '../../sandbox/install.sh'), join(directory, 'sandbox/install.sh'));
  writeFileSync(join(directory, 'bin/npm'), npm, { mode: 0o755 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('installs on an older Node without its warnings, as the right one comes with the packages', () => {
  const { status, stderr } = spawnSync('sh', ['sandbox/install.sh', 'check'], {
    cwd: directory,
    env: { PATH: [join(directory, 'bin'), process.env.PATH].join(delimiter) },
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stderr).toBe('Installing npm packages …\nadded 312 packages\n');
});
