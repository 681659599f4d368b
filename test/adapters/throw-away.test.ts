import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeDirectory, noteRunning, sweep } from '../../src/adapters/throw-away.ts';

const day = 24 * 3_600_000;
const dead = JSON.stringify({ host: hostname(), pid: 2 ** 22, started: '1' });
let parent: string;
let elsewhere: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'salvor-test-'));
  elsewhere = await mkdtemp(join(tmpdir(), 'salvor-test-'));
});
afterEach(() => Promise.all([parent, elsewhere].map((each) => rm(each, { recursive: true }))));

/** A process as it may run on any worker. */
async function innocent(): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error('it does not run');
  return { child, pid: child.pid };
}

/** As a worker leaves it that was killed, with the etcd that it had started. */
async function left(pid: number): Promise<string> {
  const directory = await makeDirectory(parent, 'scratch');
  await writeFile(join(directory, 'owner.json'), dead);
  await noteRunning(directory, pid);
  return directory;
}

const sweepIt = (user?: number) => sweep(parent, 'scratch', Date.now() + 2 * day, user);
const isRunning = ({ child, pid }: Awaited<ReturnType<typeof innocent>>): boolean =>
  child.signalCode === null && /^State:\s+[^Z]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

it('ends what a dead worker left running and removes its directory', async () => {
  const etcd = await innocent();
  const ended = once(etcd.child, 'exit');
  const directory = await left(etcd.pid);
  expect(await sweepIt()).toEqual([directory]);
  await ended;
  expect(readdirSync(parent)).toEqual([]);
});

describe('a sweep leaves alone', () => {
  it('directories of other users, and the processes that they name', async () => {
    const other = await innocent();
    await left(other.pid);
    expect(await sweepIt((process.getuid?.() ?? 0) + 1)).toEqual([]);
    expect(readdirSync(parent)).toHaveLength(1);
    expect(isRunning(other)).toBe(true);
  });

  it('a link to a directory, what lies there and what runs there', async () => {
    const other = await innocent();
    const directory = join(elsewhere, 'precious');
    await rename(await left(other.pid), directory);
    await symlink(directory, join(parent, 'salvor-scratch-link'));
    expect(await sweepIt()).toEqual([]);
    expect([readdirSync(parent), readdirSync(elsewhere)]).toEqual([['salvor-scratch-link'], ['precious']]);
    expect(isRunning(other)).toBe(true);
  });

  it('a process that a link in a directory names', async () => {
    const other = await innocent();
    const named = await left(other.pid);
    const directory = join(parent, 'salvor-scratch-mine');
    await mkdir(directory);
    await writeFile(join(directory, 'owner.json'), dead);
    await symlink(join(elsewhere, 'running.json'), join(directory, 'running.json'));
    await rename(join(named, 'running.json'), join(elsewhere, 'running.json'));
    expect((await sweepIt()).toSorted()).toEqual([directory, named].toSorted());
    expect(isRunning(other)).toBe(true);
    expect(readdirSync(elsewhere)).toEqual(['running.json']);
  });
});
