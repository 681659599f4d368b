import { counted, numberInWords } from '../../../chatops/format.ts';
import type { Report } from '../../../chatops/report.ts';
import type { OwnBackup } from '../backup/backup.ts';
import { backupFact } from '../backup/backup-fact.ts';

const shownRows = 50;
const mostOnCard = 5;

/** What lies in a backup, by resource, as its manifest says: nothing has to be read for it. Undefined where the manifest does not tell. */
export function overviewReport(cluster: string, { id, takenAt, manifest }: OwnBackup): Report | undefined {
  const { resources, live } = manifest.keys ?? {};
  if (!resources) return undefined;
  const rows = Object.entries(resources).toSorted(([, a], [, b]) => b - a);
  return {
    tone: 'neutral',
    title: `${id} of ${cluster} holds ${live === undefined ? 'keys' : counted(live, 'key')} of ${counted(rows.length, 'resource')}`,
    facts: [
      ...(rows.length > 0 ? [{ label: 'Most are', value: mostInWords(rows), onCard: true }] : []),
      backupFact({ id, takenAt }),
    ],
    table: {
      caption: `Keys by resource in ${id}`,
      columns: ['Under /registry/', 'Keys'],
      rows: rows.slice(0, shownRows).map(([resource, count]) => [resource, numberInWords(count)]),
    },
    next: ['Its keys: ', { command: `inspect ${cluster} ${id} --prefix /registry/${rows[0]?.[0] ?? 'configmaps'}/` }],
  };
}

/** The table stands in the thread: a card says the first of it. 'configmaps 120, pods 80, secrets 12' */
const mostInWords = (rows: readonly (readonly [string, number])[]): string =>
  rows
    .slice(0, mostOnCard)
    .map(([resource, count]) => `${resource} ${numberInWords(count)}`)
    .join(', ');
