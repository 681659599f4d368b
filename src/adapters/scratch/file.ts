import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ScratchFile } from '../../ports/scratch.ts';
import { removeDirectory } from '../throw-away.ts';
import { diskFailed } from './disk-failed.ts';
import type { Holding } from './room.ts';
import { withinRoom } from './within-room.ts';
import { writeFile } from './write-file.ts';

interface FileSetup {
  readonly directory: string;
  readonly databaseBytes: number;
  /** Room for that. */
  readonly holding: Holding;
  readonly signal?: AbortSignal;
  /** Called when it is gone, for each time that it is closed. */
  onClosed(): void;
}

/** A database in a directory of its own, whose room is held for it. */
export function createFile({ directory, databaseBytes, holding, signal, onClosed }: FileSetup): ScratchFile {
  const path = join(directory, 'snapshot.db');
  const onExit = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', onExit);
  return {
    path,
    async write(bytes) {
      const hash = createHash('sha256');
      async function* summed() {
        for await (const piece of withinRoom(bytes, databaseBytes, holding.growTo)) {
          hash.update(piece);
          yield piece;
        }
      }
      await writeFile(path, summed(), signal, diskFailed);
      return { sha256: hash.digest('hex') };
    },
    async close() {
      process.off('exit', onExit);
      await removeDirectory(directory).catch(() => undefined);
      onClosed();
    },
  };
}
