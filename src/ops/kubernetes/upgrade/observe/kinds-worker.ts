import { parentPort } from 'node:worker_threads';
import type { Piece } from '../../../findings/piece.ts';
import type { KindUse } from '../observed.ts';
import { helmManifest } from './helm-manifest.ts';
import { manifestFile } from './manifest-file.ts';

/** What to read: a file that somebody gave, or a Helm release as its secret holds it. */
export type KindsOrder =
  | { readonly name: string; readonly text: string }
  | { readonly release: string; readonly packed: string };

/** What the thread answers of each, after one message that it can read. */
export type KindsAnswer = Piece<readonly KindUse[]>;

parentPort?.on('message', (order: KindsOrder) => {
  const found: KindsAnswer =
    'packed' in order ? helmManifest(order.release, order.packed) : manifestFile(order.name, order.text).kinds;
  parentPort?.postMessage(found);
});
parentPort?.postMessage('ready');
