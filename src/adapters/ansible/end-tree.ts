import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends a process that leads its group, its group, and all that descends from it: newer Ansibles give their workers a group of their own.
 * Stopped first, so that it starts nothing more meanwhile. What belongs to another user is left to end by itself.
 */
export function endTree(pid: number): void {
  signal(pid, 'SIGSTOP');
  for (const descendant of descendantsOf(pid)) signal(descendant, 'SIGKILL');
  signal(-pid, 'SIGKILL');
  signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or is another user's.
  }
}

function descendantsOf(pid: number): readonly number[] {
  const parents = parentsOfAll();
  const found = [pid];
  // Grows while it is gone through.
  for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
  return found.slice(1);
}

/** Each process with its parent; none where there is no /proc. Source: proc_pid_stat(5), field 4. */
function parentsOfAll(): readonly (readonly [number, number])[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? parentOf(Number(name)) : []));
  } catch {
    return [];
  }
}

function parentOf(pid: number): readonly (readonly [number, number])[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return [[pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
  } catch {
    return [];
  }
}
