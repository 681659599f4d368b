const mebibyte = 1024 * 1024;
/** S3's own limit on the parts of one upload. */
export const mostParts = 10_000;
const smallestPartBytes = 8 * mebibyte;
const mostBufferedBytes = 48 * mebibyte;
const mostBuffers = 5;

/** How an upload is cut. `buffers` parts lie in memory at once: one being filled, the others on their way. */
export interface PartPlan {
  readonly partSizeBytes: number;
  readonly buffers: number;
}

/**
 * Parts for a body of at most `atMostBytes`: of 8 MiB, and larger in whole MiB only where 10,000 of them would not hold
 * it (from 78 GiB). At most 48 MiB are in memory at once, except that two buffers are always needed.
 */
export function planParts(atMostBytes: number): PartPlan {
  const needed = Math.ceil(atMostBytes / mostParts / mebibyte) * mebibyte;
  const partSizeBytes = Math.max(smallestPartBytes, needed);
  const buffers = Math.min(mostBuffers, Math.max(2, Math.floor(mostBufferedBytes / partSizeBytes)));
  return { partSizeBytes, buffers };
}
