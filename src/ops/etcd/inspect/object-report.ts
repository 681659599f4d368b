import { stringify } from 'yaml';
import { bytesInWords, numberInWords } from '../../../chatops/format.ts';
import type { Report } from '../../../chatops/report.ts';
import type { ScratchObject } from '../../../ports/scratch.ts';
import { readStoredObject, type StoredObject } from '../../kubernetes/stored-object.ts';
import { withoutSecrets } from '../../kubernetes/without-secrets.ts';
import type { Backup } from '../backup/backup.ts';
import { backupFact } from '../backup/backup-fact.ts';

/** One object of a backup as YAML, nothing secret in it; of what cannot be read, what is known of it. */
export function objectReport(cluster: string, backup: Backup, found: ScratchObject): Report {
  const read = readStoredObject(found.value);
  const said = sayObject(read);
  const name = found.key
    .split('/')
    .slice(-2)
    .join('-')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  return {
    tone: 'neutral',
    title: `${said.what} in ${backup.id} of ${cluster}`,
    facts: [
      { label: 'Key', value: [{ code: found.key }] },
      backupFact(backup),
      {
        label: 'Revision',
        value: `changed at ${numberInWords(found.modRevision)}, made at ${numberInWords(found.createRevision)}`,
      },
      { label: 'Stored as', value: `${said.form}, ${bytesInWords(found.value.length)}` },
      ...(said.remark === undefined ? [] : [{ label: 'Note', value: said.remark }]),
    ],
    ...(said.yaml === undefined
      ? {}
      : {
          text: [{ code: said.yaml }],
          file: { name: `${name}.yaml`, title: found.key, base64: Buffer.from(said.yaml).toString('base64') },
        }),
  };
}

interface Said {
  readonly what: string;
  readonly form: string;
  readonly remark?: string;
  readonly yaml?: string;
}

function sayObject(read: StoredObject): Said {
  switch (read.kind) {
    case 'encrypted':
      return {
        what: 'An object that Kubernetes encrypted',
        form: `encrypted by ${read.by}`,
        remark: 'Only an API server with its encryption keys can read it.',
      };
    case 'other':
      return { what: 'A value that is no Kubernetes object', form: 'neither JSON nor a Kubernetes protobuf' };
    case 'object':
      return {
        what: `${read.objectKind} ${read.apiVersion}`,
        form: read.form === 'json' ? 'JSON' : 'protobuf',
        ...(read.unknown.length === 0 ? {} : { remark: notShown(read.unknown) }),
        yaml: stringify(withoutSecrets(read.object), { lineWidth: 0 }),
      };
  }
}

const mostNamed = 8;

function notShown(unknown: readonly string[]): string {
  const more = unknown.length > mostNamed ? ` and ${unknown.length - mostNamed} more` : '';
  return `This version does not know all of its fields. Left out, by number: ${unknown.slice(0, mostNamed).join(', ')}${more}.`;
}
