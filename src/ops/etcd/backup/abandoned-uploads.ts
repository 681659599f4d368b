import type { BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import { dataPrefix } from './backup-layout.ts';
import { oldestAtWork } from './oldest-at-work.ts';

export interface Abandonment {
  /** A former attempt of this run can only be dead or fenced off. */
  readonly runId: string;
  readonly now: Date;
}

/**
 * Ends multipart uploads under a cluster's prefix that a killed worker left open: S3 keeps and charges their parts for ever otherwise.
 * Those of this run's former attempts, and any older than a snapshot may take. Answers their keys. Throws Fault.
 */
export async function abortAbandonedUploads(
  objects: Objects,
  target: BackupTarget,
  { runId, now }: Abandonment,
  options: AskOptions = {},
): Promise<readonly string[]> {
  const aborted: string[] = [];
  let tooOld: number | undefined;
  for await (const upload of objects.openUploads(target.bucket, dataPrefix(target.prefix), options)) {
    if (!upload.key.includes(`-${runId}-`)) {
      tooOld ??= await oldestAtWork(objects, target, now, options);
      if (upload.startedAt.getTime() > tooOld) continue;
    }
    await objects.abortUpload(target.bucket, upload);
    aborted.push(upload.key);
  }
  return aborted;
}
