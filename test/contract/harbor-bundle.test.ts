import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { type HarborSite, openHarborSite } from './harbor-site.ts';

const exec = promisify(execFile);

let site: HarborSite;
afterEach(() => site.close());

/** The directory of what a plan's thread has, unpacked, and its runbook. */
async function openBundle() {
  site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4'] });
  const { id } = await site.plans('/salvor harbor reg-eu 2.12 --reason "fixes"');
  const { file } = site.bot.said(id.replace('a-', 'r-'));
  const cwd = join(site.host.directory, 'bundle');
  await mkdir(cwd);
  await writeFile(join(cwd, 'bundle.tar.gz'), Buffer.from(file?.base64 ?? '', 'base64'));
  await exec('tar', ['-xzf', 'bundle.tar.gz', '--strip-components=1'], { cwd });
  return { cwd, runbook: await readFile(join(cwd, 'RUNBOOK.md'), 'utf8') };
}

async function playAll(cwd: string, runbook: string, nth: number): Promise<void> {
  const typed = [...runbook.matchAll(/^ansible-playbook .*$/gm)][nth]?.[0] ?? '';
  const [program = '', ...words] = typed.split(' ');
  await exec(program, words, { cwd, env: { ...process.env, ANSIBLE_LOCALHOST_WARNING: 'False' } });
}

async function isAsPlanned(version: string): Promise<void> {
  const { says } = await site.asks('/salvor registry reg-eu');
  expect(says).toContain(`[ok] reg-eu runs ${version} and is healthy`);
  expect(says).toMatch(/Holds +2 projects, 2 repositories, 3 artifacts; 1\.5 KiB\n/);
}

/** What stands between these two headings to be typed, but for what is asked of Harbor's API with a password, and pulled. */
const typedIn = (runbook: string, from: string, until: string): readonly string[] => {
  const part = runbook.slice(runbook.indexOf(from), runbook.indexOf(until));
  const blocks = [...part.matchAll(/```sh\n([^`]*)```/g)].map(([, block = '']) => block.trim());
  return blocks.flatMap((block) => block.split('\n')).filter((line) => !/^(curl|docker pull) /.test(line));
};

/** These tell of what they find by their exit code. */
const isQuestion = (line: string) => /^(diff \S+harbor\.yml|grep) /.test(line);

async function typeAll(lines: readonly string[]): Promise<void> {
  expect(lines).not.toEqual([]);
  // `install.sh` and `prepare` look for docker where the shell does.
  const env = { ...process.env, PATH: `${site.host.programs}:${process.env.PATH}` };
  for (const line of lines) {
    const typing = exec('bash', ['-c', line], { env });
    await (isQuestion(line) ? typing.catch(({ code }) => expect(code).toBe(1)) : typing);
  }
}

it('is upgraded by the bundle alone, as its runbook says, and taken back', async () => {
  const { cwd, runbook } = await openBundle();
  expect(await readdir(cwd)).toEqual(
    expect.arrayContaining(['RUNBOOK.md', 'hop-1.json', 'inventory.yaml', 'site.yaml', 'variables.json']),
  );
  await playAll(cwd, runbook, 0);
  await isAsPlanned('2.12.4');
  await playAll(cwd, runbook, 1);
  await isAsPlanned('2.10.3');
});

it('is upgraded by typing what the runbook says, and taken back by typing that', async () => {
  const { runbook } = await openBundle();
  await typeAll(typedIn(runbook, '## By hand', '## The way back'));
  await isAsPlanned('2.12.4');
  const work = (await readdir(site.host.workDir)).map((name) => join(site.host.workDir, name));
  expect(await readdir(work[0] ?? '')).toEqual(['before-2.10.3']);
  await typeAll(typedIn(runbook, 'By hand, where', 'Where it is not there'));
  await isAsPlanned('2.10.3');
});

it('goes by its runbook over what is half way, never into it', async () => {
  const { runbook } = await openBundle();
  const steps = typedIn(runbook, '## By hand', '### 10.');
  await typeAll(steps);
  const again = steps.filter((line) => line.startsWith('mv '));
  expect(again).toHaveLength(1);
  await mkdir(join(site.host.installDir, 'half'), { recursive: true });
  await expect(exec('bash', ['-c', again[0] ?? ''])).rejects.toThrow('Directory not empty');
});
