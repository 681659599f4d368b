import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startEtcd } from '../../sandbox/etcd.ts';
import { createScratch } from '../../src/adapters/scratch.ts';
import { Refusal } from '../../src/chatops/errors.ts';
import { smallDatabase, smallSnapshot } from '../fakes/etcd/small-database.ts';
import { programDirectories } from './scratch-lab.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-test-'));
});
afterEach(() => rm(directory, { recursive: true }));

const request = { databaseBytes: smallSnapshot.length, etcdVersion: '3.4.23' };
const real = () => createScratch({ directory, programs: programDirectories });

async function refused(scratch = real(), changes: Partial<typeof request> = {}): Promise<readonly unknown[]> {
  const error = await scratch.open({ ...request, ...changes }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Refusal)) throw error;
  expect(readdirSync(directory)).toEqual([]);
  return [error.message, error.next];
}

async function start(snapshot: Buffer, scratch = real()) {
  const place = await scratch.open({ ...request, databaseBytes: snapshot.length });
  onTestFinished(() => place.close());
  await place.write(
    (async function* () {
      yield snapshot;
    })(),
  );
  await place.restore({ hasDigest: true });
  return { place, etcd: await place.start() };
}

describe('a worker', () => {
  it('without etcd is told how to install it', async () => {
    const [message, next] = await refused(createScratch({ directory, programs: [directory] }));
    expect(message).toBe('This worker has no etcd to try backups out with.');
    expect(next).toContain('apt-get install etcd-server etcd-client');
  });

  it('with an etcd that is too old is told which it takes', async () => {
    const [message, next] = await refused(real(), { etcdVersion: '9.9.1' });
    expect(message).toMatch(/^The backup was written by etcd 9\.9\.1, and the newest etcd of this worker is \d/);
    expect(next).toMatch(/^Install etcd 9\.9:/);
  });

  it('without room is told how much there is, and how much it takes', async () => {
    const [message, next] = await refused(real(), { databaseBytes: 1024 ** 5 });
    expect(message).toMatch(/^Trying this backup out takes about 2048 TiB in .*, and [\d.]+ [GT]iB are free there\.$/);
    expect(next).toBe('Free some, or name a larger disk in salvor.yaml: drill.directory.');
  });

  it('with room for one lets a second wait for it', async () => {
    const scratch = createScratch({ directory, programs: programDirectories, freeBytes: async () => 300 * 1024 ** 2 });
    const first = await scratch.open(request);
    const stop = new AbortController();
    const second = scratch.open({ ...request, signal: stop.signal });
    stop.abort(new Error('cancelled by alice'));
    await expect(second).rejects.toThrow('cancelled by alice');
    const third = scratch.open(request);
    await first.close();
    await (await third).close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('with a directory that is not there is told which one', async () => {
    const gone = createScratch({ directory: join(directory, 'gone'), programs: programDirectories });
    const [message, next] = await refused(gone);
    expect(message).toBe(`The worker cannot use ${directory}/gone to try backups out: ENOENT.`);
    expect(next).toContain('drill.directory');
  });

  it('with a directory whose path leaves no room for a socket’s name is told so', async () => {
    const deep = join(directory, 'a'.repeat(90));
    await mkdir(deep);
    const error = await createScratch({ directory: deep, programs: programDirectories })
      .open(request)
      .catch((e) => e);
    expect(error).toBeInstanceOf(Refusal);
    expect(readdirSync(deep)).toEqual([]);
  });

  it('does not take programs for etcd that cannot say their version', async () => {
    for (const [name, script] of [
      ['etcd', 'exit 1'],
      ['etcdctl', 'echo hello'],
    ]) {
      await writeFile(join(directory, name ?? ''), `#!/bin/sh\n${script}\n`);
      await chmod(join(directory, name ?? ''), 0o755);
    }
    const other = await mkdtemp(join(tmpdir(), 'salvor-test-'));
    const error = await createScratch({ directory: other, programs: [directory] })
      .open(request)
      .catch((e) => e);
    expect(error).toMatchObject({ message: 'This worker has no etcd to try backups out with.' });
    await rm(other, { recursive: true });
  });

  it('finds programs in a directory of its own before those on the path', async () => {
    const own = await mkdtemp(join(tmpdir(), 'salvor-test-'));
    for (const name of ['etcd', 'etcdctl']) {
      const found = programDirectories.map((each) => join(each, name)).find((path) => existsSync(path)) ?? '';
      await symlink(found, join(own, name));
    }
    const place = await createScratch({ directory, programs: [own, '/nowhere'] }).open(request);
    expect(place.tool).toMatchObject({ name: 'etcdctl' });
    await place.close();
    await rm(own, { recursive: true });
  });

  it('opens two places at once and lets a third wait for its turn', async () => {
    const scratch = real();
    const [first, second] = [await scratch.open(request), await scratch.open(request)];
    const stop = new AbortController();
    const third = scratch.open({ ...request, signal: stop.signal });
    const fourth = scratch.open(request);
    stop.abort(new Error('cancelled by alice'));
    await expect(third).rejects.toThrow('cancelled by alice');
    expect(readdirSync(directory)).toHaveLength(2);
    await first.close();
    await first.close();
    const place = await fourth;
    expect(readdirSync(directory)).toHaveLength(2);
    await Promise.all([place.close(), second.close()]);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('the scratch etcd', () => {
  it('lies where nobody else can look, and listens on no port', async () => {
    await start(smallSnapshot);
    const [made = ''] = readdirSync(directory);
    expect((await stat(join(directory, made))).mode & 0o777).toBe(0o700);
    const { pid } = JSON.parse(readFileSync(join(directory, made, 'running.json'), 'utf8'));
    expect(portsOf(pid)).toEqual([]);
  });

  it('takes nothing from the worker’s environment', async () => {
    for (const [name, value] of [
      ['ETCD_NAME', 'evil'],
      ['ETCDCTL_ENDPOINTS', 'http://10.0.0.1:2379'],
      ['ETCD_DATA_DIR', '/'],
    ]) {
      process.env[name ?? ''] = value;
      onTestFinished(() => void delete process.env[name ?? '']);
    }
    expect(await (await start(smallSnapshot)).etcd.count('')).toBe(smallDatabase.keys.length);
  });

  it('can be asked although the cluster it comes from asks for passwords', async () => {
    const members = await startEtcd({ directory: join(directory, 'auth'), members: 1, auth: { password: 'secret' } });
    const file = join(directory, 'auth.db');
    for (let index = 0; index < 3; index++) await members.etcdctl('put', `/registry/pods/default/p-${index}`, 'x');
    await members.etcdctl('snapshot', 'save', file);
    await members.stop();
    const snapshot = readFileSync(file);
    await rm(file);
    await rm(join(directory, 'auth'), { recursive: true });
    const { etcd } = await start(snapshot);
    expect(await etcd.count('/registry/pods/')).toBe(3);
  });

  it('that does not start says why', async () => {
    const fatal = `echo '{"level":"fatal","msg":"no luck today","error":"it rains"}' >&2`;
    const programs = await programsBut('etcd', `${fatal}\nexit 1`);
    await expect(start(smallSnapshot, createScratch({ directory, programs }))).rejects.toMatchObject({
      code: 'SCRATCH_START',
      message: expect.stringMatching(/^etcd \S+ did not start on it: no luck today: it rains$/),
    });
  });

  it('is not waited for when the tool that restores for it hangs', async () => {
    const programs = await programsBut('etcdctl', 'exec sleep 600');
    const place = await createScratch({ directory, programs, restoreLimitMs: () => 200 }).open(request);
    onTestFinished(() => place.close());
    await expect(place.restore({ hasDigest: true })).rejects.toMatchObject({
      code: 'SCRATCH_SLOW',
      retryable: true,
      message: expect.stringMatching(/^etcdctl \S+ was still restoring after 200 ms and was ended\.$/),
      next: expect.stringContaining('touched nothing real. Look at the disk of the worker'),
    });
  });
});

/** etcd's programs of this machine, of which one does what `script` says, but for telling its version. */
async function programsBut(name: 'etcd' | 'etcdctl', script: string): Promise<readonly string[]> {
  const own = await mkdtemp(join(tmpdir(), 'salvor-test-'));
  onTestFinished(() => rm(own, { recursive: true }));
  const found = (each: string) =>
    programDirectories.map((path) => join(path, each)).find((path) => existsSync(path)) ?? '';
  for (const each of ['etcd', 'etcdctl']) if (each !== name) await symlink(found(each), join(own, each));
  const version = `case "$1" in *version) exec ${found(name)} "$1";; esac`;
  await writeFile(join(own, name), `#!/bin/sh\n${version}\n${script}\n`);
  await chmod(join(own, name), 0o755);
  return [own];
}

describe('what a worker leaves', () => {
  const worker = async (
    ...words: readonly string[]
  ): Promise<{ readonly child: ChildProcess; readonly pid: number }> => {
    const main = new URL('scratch-worker.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, directory, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { child, pid: JSON.parse(String(line)).pid };
  };
  const sweeps = async () => {
    const place = await real().open(request);
    await place.close();
  };

  it('when it is killed is ended and removed by the next one', async () => {
    const { child, pid } = await worker();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(pid)).toBe(true);
    expect(readdirSync(directory)).toHaveLength(1);
    await sweeps();
    expect(readdirSync(directory)).toEqual([]);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('when it ends in the middle is nothing', async () => {
    const { child, pid } = await worker('exit');
    if (child.exitCode === null) await once(child, 'exit');
    expect(readdirSync(directory)).toEqual([]);
    expect(isRunning(pid)).toBe(false);
  });

  it('while it lives is not touched', async () => {
    const { child, pid } = await worker();
    await sweeps();
    expect(readdirSync(directory)).toHaveLength(1);
    expect(isRunning(pid)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await sweeps();
  });

  it('on a disk that another machine shares is left alone for a day', async () => {
    const others = join(directory, 'salvor-scratch-abcdef');
    await mkdir(others);
    await writeFile(join(others, 'owner.json'), JSON.stringify({ host: 'another', pid: 1, started: '1' }));
    await sweeps();
    expect(readdirSync(directory)).toEqual(['salvor-scratch-abcdef']);
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    await utimes(others, longAgo, longAgo);
    await sweeps();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('of other kinds is not ours to remove', async () => {
    await mkdir(join(directory, 'salvor-scratch-new'));
    await mkdir(join(directory, 'somebody-else'));
    await sweeps();
    expect(readdirSync(directory).toSorted()).toEqual(['salvor-scratch-new', 'somebody-else']);
  });
});

function isRunning(pid: number): boolean {
  try {
    // A zombie waits for a parent to hear of its end: nobody's here but the system's.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** TCP ports on which a process listens. Source: proc(5), /proc/net/tcp. */
function portsOf(pid: number): readonly string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  return ['tcp', 'tcp6'].flatMap((kind) => {
    const lines = readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1);
    const fields = lines.map((line) => line.trim().split(/\s+/));
    return fields
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.includes(inode ?? ''))
      .map(([, local = '']) => local);
  });
}
