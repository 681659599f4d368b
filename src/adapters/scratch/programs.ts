import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions, type Version, versionIn } from '../../chatops/versions.ts';
import { runProgram } from './run-program.ts';

const programNames = ['etcd', 'etcdutl', 'etcdctl'] as const;
export type ProgramName = (typeof programNames)[number];

/** A program of etcd's on this machine. */
export interface Program {
  readonly name: ProgramName;
  readonly path: string;
  readonly version: Version;
}

const versionWords: Readonly<Record<ProgramName, readonly string[]>> = {
  etcd: ['--version'],
  etcdutl: ['version'],
  etcdctl: ['version'],
};

const versionMs = 10_000;

/** Remembers the versions it has read, as long as the files stay the same. */
export function createProgramFinder(directories: readonly string[]) {
  const known = new Map<string, { readonly modifiedMs: number; readonly version: Version | undefined }>();

  const look = async (directory: string, name: ProgramName, signal: AbortSignal | undefined) => {
    const path = join(directory, name);
    const modifiedMs = await executableSince(path);
    if (modifiedMs === undefined) return undefined;
    const kept = known.get(path);
    const version = kept?.modifiedMs === modifiedMs ? kept.version : await readVersion(path, name, signal);
    known.set(path, { modifiedMs, version });
    return version && { name, path, version };
  };

  return {
    /** All of them, the newest first; of the same version the one in the earlier directory. */
    async find(signal: AbortSignal | undefined): Promise<readonly Program[]> {
      const places = directories.flatMap((directory) => programNames.map((name) => look(directory, name, signal)));
      const found = (await Promise.all(places)).filter((program) => program !== undefined);
      return found.toSorted((a, b) => compareVersions(b.version, a.version));
    },
  };
}

async function executableSince(path: string): Promise<number | undefined> {
  try {
    await access(path, constants.X_OK);
    const found = await stat(path);
    return found.isFile() ? found.mtimeMs : undefined;
  } catch {
    return undefined;
  }
}

/** A program that cannot even say its version, for another machine perhaps, is none. */
async function readVersion(
  path: string,
  name: ProgramName,
  signal: AbortSignal | undefined,
): Promise<Version | undefined> {
  const limit = AbortSignal.timeout(versionMs);
  try {
    const ended = await runProgram(path, versionWords[name], {
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    return ended.code === 0 ? versionIn(ended.said) : undefined;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
