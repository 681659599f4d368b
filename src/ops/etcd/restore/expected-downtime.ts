import type { Backup } from '../backup/backup.ts';

/** Stopping and starting services on all hosts, which no drill does. */
const servicesMs = 60_000;

/** From the stop of the first API server to the start of the last, by what restoring and starting took in the last drill. Undefined where there was none. */
export function expectedDowntimeMs(backup: Backup | undefined): number | undefined {
  const { restore, start } = backup?.verification?.seconds ?? {};
  if (restore === undefined || start === undefined) return undefined;
  return servicesMs + (restore + start) * 1000;
}
