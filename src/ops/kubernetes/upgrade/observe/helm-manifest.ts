import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Piece } from '../../../findings/piece.ts';
import type { KindUse } from '../observed.ts';
import { headsOfDocuments } from './heads-of-documents.ts';
import { kindsInYaml } from './kinds-in-yaml.ts';

const Release = z.object({ manifest: z.string() });
/** A secret is 1 MiB at most; what it inflates to is not bounded by that. */
const mostBytes = 32 * 1024 * 1024;
/** What is left of a manifest to be read as YAML: about a second a MiB, and there may be thousands. Heads are some 100 bytes an object. */
const mostToRead = 512 * 1024;

/** The kinds in a release as Helm 3 writes it: packed with gzip and base64, which Kubernetes writes as base64 once more. It may take seconds of this thread. */
export function helmManifest(release: string, packed: string): Piece<readonly KindUse[]> {
  try {
    const bytes = Buffer.from(Buffer.from(packed, 'base64').toString('latin1'), 'base64');
    const text = gunzipSync(bytes, { maxOutputLength: mostBytes }).toString();
    const heads = headsOfDocuments(Release.parse(JSON.parse(text)).manifest);
    return heads.length > mostToRead ? unreadRelease(release) : { known: kindsInYaml(heads) };
  } catch {
    // Never the error's own words: they may quote what the release holds.
    return unreadRelease(release);
  }
}

/** A release in which nobody knows what is. */
export const unreadRelease = (release: string): Piece<never> => ({
  gap: {
    what: `the manifest of Helm release ${release}`,
    needs: 'It is not what Helm 3 writes, or more than this worker reads: look at it with helm get manifest.',
  },
});
