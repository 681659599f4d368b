import { parentPort } from 'node:worker_threads';
import type { ManifestFile } from '../observed.ts';
import { manifestFile } from './manifest-file.ts';

/** A file to read. */
export interface ManifestOrder {
  readonly name: string;
  readonly text: string;
}

/** What the thread answers: once that it can read, and then of each file what is in it. */
export type ManifestAnswer = 'ready' | ManifestFile;

const answer = (what: ManifestAnswer): void => parentPort?.postMessage(what);

parentPort?.on('message', ({ name, text }: ManifestOrder) => answer(manifestFile(name, text)));
answer('ready');
