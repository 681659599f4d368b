import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';
import type { Tools } from './choose-tools.ts';
import { diskFailed } from './disk-failed.ts';
import { type Ended, runProgram } from './run-program.ts';
import { membership } from './start-etcd.ts';

export interface Restoring {
  readonly tool: Tools['tool'];
  readonly directory: string;
  /** The database, in that directory. */
  readonly file: string;
  readonly hasDigest: boolean;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Restores a database into `data` in the directory. Throws as the port's `restore` does, and the signal's reason. */
export async function restoreFile(restoring: Restoring): Promise<void> {
  const { code, said } = await runTool(restoring);
  if (code !== 0) throw notRestored(restoring, code, said);
}

/** A tool that hangs, on a disk that answers no more perhaps, would keep its run, its turn and its room for ever. */
async function runTool({ tool, directory, file, hasDigest, limitMs, signal }: Restoring): Promise<Ended> {
  const words = ['snapshot', 'restore', file, ...membership, ...(hasDigest ? [] : ['--skip-hash-check'])];
  const limit = AbortSignal.timeout(limitMs);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    return await runProgram(tool.path, words, { directory, signal: either });
  } catch (error) {
    signal?.throwIfAborted();
    throw limit.aborted ? tooSlow(tool, limitMs) : error;
  }
}

function tooSlow({ name, version }: Tools['tool'], limitMs: number): Fault {
  const took = durationInWords(limitMs);
  return new Fault(`${name} ${version.text} was still restoring after ${took} and was ended.`, {
    port: 'scratch',
    operation: 'restore',
    code: 'SCRATCH_SLOW',
    retryable: true,
    next: 'It worked on a copy and touched nothing real. Look at the disk of the worker, then verify again; or name a faster disk in salvor.yaml: drill.directory.',
  });
}

/** A full disk, or a tool that the system killed for want of memory, is not about the file. */
function notRestored({ tool }: Restoring, code: number | undefined, said: string): Fault {
  if (/no space left|disk quota/i.test(said)) diskFailed(Object.assign(new Error(said), { code: 'ENOSPC' }));
  const lines = said.trim().split('\n');
  const words = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  const isKilled = code === undefined;
  const { name, version } = tool;
  const message = isKilled
    ? `${name} ${version.text} was ended by the system: ${words}`
    : `${name} ${version.text} did not restore it: ${words.slice(0, 500)}`;
  return new Fault(message, {
    port: 'scratch',
    operation: 'restore',
    code: isKilled ? 'SCRATCH_KILLED' : 'SCRATCH_RESTORE',
    retryable: isKilled,
    ...(isKilled ? { next: 'Look at the memory of the worker.' } : {}),
  });
}
