import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { Refusal } from '../../../chatops/errors.ts';
import { unsound } from '../backup/unsound.ts';

export interface Archive {
  /** For people: 'etcd-20260301.tar.gz of prod-1'. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** This file of it and no other, by its whole name in the archive; what it is, is for who names it to know. */
  readonly member?: string | undefined;
  /** The same once more, from the beginning. */
  again(): AsyncIterable<Uint8Array>;
}

/** What the old script named its snapshot; it may lie in any folder of the archive. */
const isScriptSnapshot = (name: string): boolean => /(?:^|\/)snap-[^/]+\.db$/.test(name);

/** A data directory holds databases in the middle of being written, and what a member was sent by its leader. */
const isDatabase = (name: string): boolean => name.endsWith('.db') && !/(?:^|\/)member\/snap\/[^/]+$/.test(name);

const mostNamed = 5;

/**
 * The snapshot in a tar archive: its first snap-….db, as it passes; where there is none its only other .db, for which the archive is read
 * once more. Archives of the old script hold a copy of the data directory as well: nothing of that one is ever taken unless `member` names it. The archive is read to its
 * end, so that its own checksum counts. Throws Fault BACKUP_ARCHIVE when it is broken or empty, Refusal when it cannot be told which of its
 * files is the snapshot, and what `bytes` and `again` throw.
 */
export async function* unarchive({ name, bytes, again, member }: Archive): AsyncGenerator<Uint8Array> {
  if (member !== undefined) {
    const named = yield* firstFile(bytes, (file) => withoutDot(file) === withoutDot(member));
    if (!named.isFound) throw notInIt(name, member, named.others);
    return;
  }
  const first = yield* firstFile(bytes, isScriptSnapshot);
  if (first.isFound) return;
  const [only, another] = first.others.filter(isDatabase);
  if (only === undefined || another !== undefined) throw unclear(name, first.others);
  const second = yield* firstFile(again(), (file) => file === only);
  if (!second.isFound) throw unclear(name, second.others);
}

interface Passed {
  readonly isFound: boolean;
  /** Names of its other files: of every database, and of the first few. */
  readonly others: readonly string[];
}

/** The content of the first file that is meant. Throws as `unarchive` does of what is broken. */
async function* firstFile(
  source: AsyncIterable<Uint8Array>,
  isMeant: (name: string) => boolean,
): AsyncGenerator<Uint8Array, Passed> {
  const archive = extract();
  const failed: { reason?: unknown } = {};
  const feeding = pipeline(source, archive).catch((error: unknown) => {
    failed.reason = error;
  });
  const others: string[] = [];
  let isFound = false;
  try {
    for await (const entry of archive) {
      const { name, type } = entry.header;
      if (!isFound && type === 'file' && isMeant(name)) {
        isFound = true;
        for await (const piece of entry) if (piece instanceof Uint8Array) yield piece;
      } else {
        if (type === 'file' && (others.length < mostNamed || isDatabase(name))) others.push(name);
        entry.resume();
      }
    }
  } catch (error) {
    failed.reason ??= error;
  }
  await feeding;
  if (failed.reason !== undefined) throw asUnsound(failed.reason);
  return { isFound, others };
}

/** `tar -C dir .` begins every name so. */
const withoutDot = (file: string): string => file.replace(/^\.\//, '');

function notInIt(archive: string, member: string, files: readonly string[]): Refusal {
  const named = files.slice(0, mostNamed).join(', ');
  return new Refusal(`${archive} holds no file ${member}.`, named === '' ? 'It is empty.' : `It holds ${named}.`);
}

/** It may well hold a good backup: that its layout is not known says nothing against it. */
function unclear(archive: string, files: readonly string[]): Error {
  if (files.length === 0) return unsound('BACKUP_ARCHIVE', 'The archive holds no file.');
  const [databases, others] = [files.filter(isDatabase), files.filter((file) => !isDatabase(file))];
  const named = [...databases, ...others].slice(0, mostNamed).join(', ');
  return new Refusal(
    `${archive}: the layout of the archive cannot be read, and nothing is said of the backup in it. It holds ${named}.`,
    'Looked for is a file snap-….db in any folder, else one .db alone; what lies in a data directory (member/snap) is never taken. Store the snapshot so, or by itself as .db, .db.gz or .db.zst.',
  );
}

/** What the archive reader says of bytes has no code; what breaks streams, and our own errors, have one. */
function asUnsound(error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error) return error;
  return unsound('BACKUP_ARCHIVE', `The archive cannot be read: ${error.message.toLowerCase()}.`, error);
}
