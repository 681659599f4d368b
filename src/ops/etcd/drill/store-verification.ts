import { Fault } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectAt, Objects } from '../../../ports/objects.ts';
import { type Backup, verificationAt } from '../backup/backup.ts';
import { type Verification, verificationBytes } from '../backup/verification.ts';

/**
 * The former result, where a new one says less: bytes that are right do not make good that a backup did not restore, and add nothing to
 * that it did.
 */
export function outweighing({ verification: before }: Backup, { how, passed }: Verification): Verification | undefined {
  return how === 'bytes' && passed && before?.how === 'drill' ? before : undefined;
}

/**
 * Writes what trying a backup out came to beside it, never into the backup, which may be locked. A former result with the other ending is
 * removed where that can be done; where both stand the later one counts. Answers where it was written. Safe to repeat. Throws Fault.
 */
export async function storeVerification(
  objects: Objects,
  { backup: place }: Cluster,
  backup: Backup,
  verification: Verification,
  ask: AskOptions,
): Promise<ObjectAt> {
  const at = verificationAt(backup, place, verification.passed);
  await objects.put(at, verificationBytes(verification), { contentType: 'application/json', ...ask });
  try {
    await objects.remove(verificationAt(backup, place, !verification.passed), ask);
  } catch (error) {
    if (!(error instanceof Fault) || ask.signal?.aborted) throw error;
  }
  return at;
}
