import { digestOf } from '../../../chatops/confirmation.ts';
import type { BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { type ForeignForm, foreignForms } from './backup.ts';
import { partsOfDataKey, stemOf } from './backup-layout.ts';

/** A file under one of the foreign prefixes that looks like a backup. */
export interface ForeignFile {
  readonly kind: 'foreign';
  readonly stem: string;
  /** The file's name. */
  readonly id: string;
  readonly takenAt: Date;
  readonly form: ForeignForm;
  readonly object: ObjectFacts;
}

/** An upload takes a while and clocks differ, but no file is stored before it was made. */
const clockSkewMs = 5 * 60_000;

/** All files under the foreign prefixes that look like backups, newest first. Names sort by no rule of ours: reads the whole listing. */
export async function foreignFiles(
  objects: Objects,
  { bucket, foreign }: BackupTarget,
  options: AskOptions,
): Promise<readonly ForeignFile[]> {
  const files = new Map<string, ForeignFile>();
  for (const prefix of foreign) {
    for await (const object of objects.list(bucket, { prefix: `${prefix}/`, ...options })) {
      const file = foreignFile(object);
      // One prefix may lie in another.
      if (file) files.set(object.key, file);
    }
  }
  return [...files.values()].toSorted((a, b) => (a.stem < b.stem ? -1 : 1));
}

/** What a file is by its name, or undefined for one that is no backup, or one of Salvor's own. */
export function foreignFile(object: ObjectFacts): ForeignFile | undefined {
  const id = object.key.slice(object.key.lastIndexOf('/') + 1);
  const form = foreignForms.find((ending) => id.endsWith(`.${ending}`));
  if (!form || object.sizeBytes === 0 || partsOfDataKey(object.key)) return undefined;
  const takenAt = timeIn(id, object.modifiedAt) ?? wholeSeconds(object.modifiedAt);
  return { kind: 'foreign', stem: stemOfFile(object.key, { id, takenAt, form }), id, takenAt, form, object };
}

/**
 * Of this one object: files of one name and time may lie in several folders, and what trying one out came to says nothing of the others. The
 * name comes first, so that files of one time sort by it.
 */
function stemOfFile(key: string, { id, takenAt, form }: Pick<ForeignFile, 'id' | 'takenAt' | 'form'>): string {
  const name = id.slice(0, -form.length);
  return stemOf({ takenAt, id: `${name}${digestOf(key).slice(0, keyDigits)}.${form}` });
}

/** 64 bits: nobody makes up another key of the same ones. */
const keyDigits = 16;

const dated =
  /(?<!\d)(?<year>20\d\d)[-_.]?(?<month>\d\d)[-_.]?(?<day>\d\d)(?:[-_.T ]?(?<hour>\d\d)[-_.:h]?(?<minute>\d\d)(?:[-_.:m]?(?<second>\d\d))?)?(?!\d)/;
const sinceEpoch = /(?<!\d)(1\d{9})(?:\d{3})?(?!\d)/;

/** The UTC time that a name tells, unless it is none, or the file was stored before. */
function timeIn(name: string, storedAt: Date): Date | undefined {
  const time = dateIn(name) ?? secondsIn(name);
  return time && time.getTime() <= storedAt.getTime() + clockSkewMs ? time : undefined;
}

function dateIn(name: string): Date | undefined {
  const { year, month, day, hour = '00', minute = '00', second = '00' } = dated.exec(name)?.groups ?? {};
  if (year === undefined) return undefined;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = new Date(text);
  // The 31st of February would become a day of March.
  return Number.isNaN(time.getTime()) || time.toISOString() !== text ? undefined : time;
}

function secondsIn(name: string): Date | undefined {
  const seconds = sinceEpoch.exec(name)?.[1];
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000);
}

/** A listing tells milliseconds in some stores and none in others: the time is part of a key. */
const wholeSeconds = (instant: Date): Date => new Date(Math.floor(instant.getTime() / 1000) * 1000);
