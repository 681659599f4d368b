import { delimiter } from 'node:path';

/** Where this machine has its programs. */
export const programDirectories: readonly string[] = (process.env.PATH ?? '').split(delimiter);
