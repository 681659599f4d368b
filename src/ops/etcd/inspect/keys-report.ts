import { bytesInWords, counted, numberInWords } from '../../../chatops/format.ts';
import type { Fact, File, Report, Table } from '../../../chatops/report.ts';
import type { ScratchKey } from '../../../ports/scratch.ts';
import type { Backup } from '../backup/backup.ts';
import { backupFact } from '../backup/backup-fact.ts';

/** Keys of a backup whose names begin alike. */
export interface KeysFound {
  readonly backup: Backup;
  readonly prefix: string;
  /** In the order of their names; the first of `count` where there are very many. */
  readonly keys: readonly ScratchKey[];
  readonly count: number;
  readonly revision: bigint;
}

const shownRows = 50;

/** Keys under a prefix, with sizes and revisions: the first of them in a table, all that were read in a file. */
export function keysReport(cluster: string, found: KeysFound): Report {
  const { backup, prefix, keys, count } = found;
  if (count === 0) return noneReport(cluster, found);
  return {
    tone: 'neutral',
    title: `${counted(count, 'key')} under ${prefix} in ${backup.id} of ${cluster}`,
    facts: factsOf(found),
    table: tableOf(found),
    next: ['One of them as YAML: ', { command: `inspect ${cluster} ${backup.id} --key ${keys[0]?.key}` }],
    ...(keys.length > shownRows ? { file: asCsv(found) } : {}),
  };
}

function noneReport(cluster: string, { backup, prefix }: KeysFound): Report {
  return {
    tone: 'neutral',
    title: `${backup.id} of ${cluster} has no key that begins with ${prefix}`,
    next: ['What there is: ', { command: `inspect ${cluster} ${backup.id}` }],
  };
}

function factsOf({ backup, keys, count, revision }: KeysFound): readonly Fact[] {
  const bytes = bytesInWords(keys.reduce((sum, { valueBytes }) => sum + valueBytes, 0));
  const leftOut = count - keys.length;
  return [
    backupFact(backup),
    { label: 'Revision', value: numberInWords(revision) },
    { label: 'Values', value: leftOut > 0 ? `${bytes} in the first ${numberInWords(keys.length)}` : bytes },
    ...(leftOut > 0 ? [{ label: 'Left out', value: `${numberInWords(leftOut)} keys: ask for a longer prefix` }] : []),
  ];
}

function tableOf({ prefix, keys }: KeysFound): Table {
  const folder = prefix.lastIndexOf('/') + 1;
  return {
    caption: `Keys under ${prefix}${keys.length > shownRows ? `, the first ${shownRows}` : ''}`,
    columns: ['Key', 'Size', 'Changed at revision', 'Made at revision', 'Written'],
    rows: keys
      .slice(0, shownRows)
      .map((key) => [
        key.key.slice(folder),
        bytesInWords(key.valueBytes),
        numberInWords(key.modRevision),
        numberInWords(key.createRevision),
        counted(Number(key.version), 'time'),
      ]),
  };
}

function asCsv({ backup, keys }: KeysFound): File {
  const rows = keys.map((key) =>
    [key.key, key.valueBytes, key.modRevision, key.createRevision, key.version].map(quoted).join(','),
  );
  const text = ['key,valueBytes,modRevision,createRevision,version', ...rows, ''].join('\r\n');
  return { name: `${backup.id}-keys.csv`, title: `Keys of ${backup.id}`, base64: Buffer.from(text).toString('base64') };
}

/** A cell that begins like a formula would be one in a spreadsheet. */
function quoted(value: string | number | bigint): string {
  const text = String(value).replace(/^[=+@\t\r-]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
