/** Finds where a zstd frame ends. Source: RFC 8878, section 3.1. */
export interface FrameScanner {
  /** The position right after the end of the frame under way, or undefined when it goes on in the bytes that follow. */
  endIn(bytes: Uint8Array): number | undefined;
  /** How much comes out of the frame, where it has said so. */
  contentBytes(): number | undefined;
}

const magic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
/** Magic number and descriptor; magic number and size of a frame that carries no data. */
const frameHeadBytes = 5;
const skippableHeadBytes = 8;
const blockHeadBytes = 3;
const checksumBytes = 4;
const dictionaryIdBytes = [0, 1, 2, 4];
const contentSizeBytes = [0, 2, 4, 8];
/** A size of two bytes counts from here: smaller ones have one. */
const twoByteSizesFrom = 256;
const blockIsRepeated = 1;
const blockIsReserved = 3;

/**
 * A scanner for one frame. It throws RangeError when the bytes are no zstd.
 *
 * Node's decompressor ends after the first frame of a file, unless its buffer happened to be full right then (seen in 24.21), while files of
 * many frames are what Salvor writes, and what `pzstd` writes: so each frame gets a decompressor of its own, and this says where it ends.
 */
export function createFrameScanner(): FrameScanner {
  const head: number[] = [];
  let wanted = frameHeadBytes;
  let reading: 'magic' | 'rest of the head' | 'block' = 'magic';
  let toSkip = 0;
  let sizeBytes = 0;
  let contentBytes: number | undefined;
  let isLast = false;
  let hasChecksum = false;

  const readMagic = () => {
    const [, , , , descriptor = 0] = head;
    const number = numberIn(head, 4);
    if ((number & 0xfffffff0) >>> 0 === skippableMagic) {
      if (head.length < skippableHeadBytes) {
        wanted = skippableHeadBytes;
        return;
      }
      toSkip = numberIn(head.slice(4), 4);
      isLast = true;
      return;
    }
    if (number !== magic) throw new RangeError('Unknown frame descriptor');
    const isSingleSegment = (descriptor & 0x20) !== 0;
    hasChecksum = (descriptor & 0x04) !== 0;
    sizeBytes = contentSizeBytes[descriptor >> 6] || (isSingleSegment ? 1 : 0);
    next('rest of the head', (isSingleSegment ? 0 : 1) + (dictionaryIdBytes[descriptor & 3] ?? 0) + sizeBytes);
  };

  const readRest = () => {
    const size = numberIn(head.slice(head.length - sizeBytes), sizeBytes);
    if (sizeBytes > 0) contentBytes = sizeBytes === 2 ? size + twoByteSizesFrom : size;
    next('block', blockHeadBytes);
  };

  const next = (part: typeof reading, bytes: number) => {
    reading = part;
    wanted = bytes;
    head.length = 0;
  };

  const readBlockHead = () => {
    const block = numberIn(head, blockHeadBytes);
    const kind = (block >> 1) & 3;
    if (kind === blockIsReserved) throw new RangeError('Unknown block type');
    isLast = (block & 1) === 1;
    toSkip = kind === blockIsRepeated ? 1 : block >> 3;
    if (isLast && hasChecksum) toSkip += checksumBytes;
    next('block', blockHeadBytes);
  };

  const readPart = { magic: readMagic, 'rest of the head': readRest, block: readBlockHead };

  return {
    contentBytes: () => contentBytes,
    endIn(bytes) {
      let at = 0;
      while (at < bytes.length || (isLast && toSkip === 0)) {
        if (toSkip > 0) {
          const count = Math.min(toSkip, bytes.length - at);
          toSkip -= count;
          at += count;
        } else if (isLast) return at;
        else {
          head.push(bytes[at++] ?? 0);
          if (head.length === wanted) readPart[reading]();
        }
      }
      return undefined;
    },
  };
}

/** Little-endian. */
const numberIn = (bytes: readonly number[], count: number): number =>
  bytes.slice(0, count).reduceRight((sum, byte) => sum * 256 + byte, 0);
