import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readFlags } from '../../sandbox/demo/flags.ts';
import { shellFile } from '../../sandbox/demo/shell-file.ts';

it('takes forty thousand keys, any port and the page afterwards, unless told', () => {
  expect(readFlags([])).toEqual({ once: false, port: 0, keys: 40_000 });
  expect(readFlags(['--once', '--port', '4100', '--keys', '500'])).toEqual({ once: true, port: 4100, keys: 500 });
});

it.each([
  [['--keys', 'many'], '--keys takes a whole number from 1 to 1000000, not "many".'],
  [['--keys', '0'], '--keys takes'],
  [['--port', '65536'], '--port takes a whole number from 0 to 65535'],
  [['--twice'], "Unknown option '--twice'"],
])('says what is wrong with %j', (words, sentence) => {
  expect(() => readFlags(words)).toThrow(sentence);
});

it('gives a second terminal the environment as it is, whatever its values hold', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-shell-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const environment = { PLAIN: 'redis://127.0.0.1:6379', ODD: `it's "a" $HOME \`x\` \\n #` };
  await writeFile(join(directory, 'environment'), shellFile(environment));
  const script = `set -a; . ${directory}/environment; set +a; exec "$0" -p 'JSON.stringify([process.env.PLAIN, process.env.ODD])'`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script, process.execPath]);
  expect(JSON.parse(stdout)).toEqual([environment.PLAIN, environment.ODD]);
});
