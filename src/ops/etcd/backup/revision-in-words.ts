import { numberInWords } from '../../../chatops/format.ts';
import type { BackupRevision } from './manifest.ts';

/** '48 211 907', or 'about 48 211 907' where only bounds are known: then it is the upper one. */
export const revisionInWords = (revision: BackupRevision): string =>
  revision.kind === 'exact' ? numberInWords(revision.revision) : `about ${numberInWords(revision.atMost)}`;
