import { constants, readFileSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Throw-away directories, such as `salvor-scratch-…`, each with a file that says which process it is for. A process that was killed removes
 * nothing; whoever comes next does.
 */
export type Purpose = 'scratch' | 'ansible';
const prefixOf = (purpose: Purpose): string => `salvor-${purpose}-`;
const ownerFile = 'owner.json';
const runningFile = 'running.json';
/** A directory without an owner was made a moment ago, or its maker died right then. */
const unownedMs = 10 * 60_000;
/** On a volume that other machines share nobody can see whether its owner lives; nothing here takes a day. */
const abandonedMs = 24 * 3_600_000;

const Process = z.object({ host: z.string(), pid: z.int().positive(), started: z.string() });
type Process = z.infer<typeof Process>;

/** Makes a directory that only this user can look into, marked as ours. */
export async function makeDirectory(parent: string, purpose: Purpose): Promise<string> {
  const directory = await mkdtemp(join(parent, prefixOf(purpose)));
  await writeFile(join(directory, ownerFile), JSON.stringify(processOf(process.pid)));
  return directory;
}

/** A process that was killed a moment ago may still write. */
export const removeDirectory = (directory: string): Promise<void> =>
  rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/** Notes which process runs on a directory, so that it is ended when its worker cannot any more. */
export async function noteRunning(directory: string, pid: number): Promise<void> {
  await writeFile(join(directory, runningFile), JSON.stringify(processOf(pid)));
}

/**
 * Ends what dead workers of this machine left running and removes their directories. Answers those removed; leaves alone what it cannot read,
 * and whatever is not a directory of this user's own: where anybody may make one, as in /tmp, it could say of any process that it is
 * ours to be ended, or lead anywhere.
 */
export async function sweep(
  parent: string,
  purpose: Purpose,
  now: number,
  user = process.getuid?.(),
): Promise<readonly string[]> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefixOf(purpose)));
  const directories = names.map((name) => join(parent, name));
  const removed = await Promise.all(
    directories.map(async (directory) => ((await sweepOne(directory, now, user)) ? [directory] : [])),
  );
  return removed.flat();
}

async function sweepOne(directory: string, now: number, user: number | undefined): Promise<boolean> {
  try {
    const found = await lstat(directory);
    if (!found.isDirectory() || found.uid !== user) return false;
    if (!(await isAbandoned(directory, now - found.mtimeMs))) return false;
    const running = await readProcess(join(directory, runningFile));
    if (running && isAlive(running)) process.kill(running.pid, 'SIGKILL');
    await removeDirectory(directory);
    return true;
  } catch {
    // Another worker sweeps at the same time.
    return false;
  }
}

async function isAbandoned(directory: string, ageMs: number): Promise<boolean> {
  const owner = await readProcess(join(directory, ownerFile));
  if (!owner) return ageMs > unownedMs;
  return owner.host === hostname() ? !isAlive(owner) : ageMs > abandonedMs;
}

async function readProcess(file: string): Promise<Process | undefined> {
  try {
    const flag = constants.O_RDONLY | constants.O_NOFOLLOW;
    return Process.parse(JSON.parse(await readFile(file, { encoding: 'utf8', flag })));
  } catch {
    return undefined;
  }
}

const processOf = (pid: number): Process => ({ host: hostname(), pid, started: startOf(pid) });

/** The same process, not another one that was given its number since. */
function isAlive({ host, pid, started }: Process): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return startOf(pid) === started;
}

/** When a process was started, in the kernel's own count; empty where there is no /proc. Source: proc_pid_stat(5), field 22. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
