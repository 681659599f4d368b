import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { type HarborSite, openHarborSite } from './harbor-site.ts';

const exec = promisify(execFile);

let site: HarborSite;
afterEach(() => site.close());

it('is upgraded by the bundle alone, as its runbook says', async () => {
  site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4'] });
  const { id } = await site.plans('/salvor harbor reg-eu 2.12 --reason "fixes"');
  const { file } = site.bot.said(id.replace('a-', 'r-'));
  const cwd = join(site.host.directory, 'bundle');
  await mkdir(cwd);
  await writeFile(join(cwd, 'bundle.tar.gz'), Buffer.from(file?.base64 ?? '', 'base64'));
  await exec('tar', ['-xzf', 'bundle.tar.gz', '--strip-components=1'], { cwd });
  expect(await readdir(cwd)).toEqual(
    expect.arrayContaining(['RUNBOOK.md', 'hop-1.json', 'inventory.yaml', 'site.yaml', 'variables.json']),
  );
  const typed = /^ansible-playbook .*$/m.exec(await readFile(join(cwd, 'RUNBOOK.md'), 'utf8'))?.[0] ?? '';
  const [program = '', ...words] = typed.split(' ');
  await exec(program, words, { cwd, env: { ...process.env, ANSIBLE_LOCALHOST_WARNING: 'False' } });
  const { says } = await site.asks('/salvor registry reg-eu');
  expect(says).toContain('[ok] reg-eu runs 2.12.4 and is healthy');
  expect(says).toMatch(/Holds +2 projects, 2 repositories, 3 artifacts\n/);
});
