/**
 * Splits what a server sends on an HTTP/2 connection into the payload of DATA frames and everything else. Copies nothing.
 * Source: RFC 9113, sections 4.1 and 6.1.
 */
export interface FrameSplitter {
  /** Gives it the bytes that come next. Only after `next` has answered undefined. */
  feed(bytes: Uint8Array): void;
  /** The next run of DATA payload in the bytes at hand, or undefined when they are used up. Throws RangeError on padding. */
  next(): Uint8Array | undefined;
  /** Copies what it has not used yet: the memory of the bytes it was fed will be used again. */
  keep(): void;
}

export interface FrameEvents {
  /** Bytes of other frames, headers included, in order; to be copied if kept. */
  other(bytes: Uint8Array): void;
  /** A DATA frame has begun, of so many bytes: they count against the flow control windows. */
  data(bytes: number): void;
}

const headerBytes = 9;
const dataType = 0;
const endStreamFlag = 0x1;
const paddedFlag = 0x8;

export function createFrameSplitter(events: FrameEvents): FrameSplitter {
  const header = new Uint8Array(headerBytes);
  let headerSeen = 0;
  let payloadLeft = 0;
  let isData = false;
  let input: Uint8Array = new Uint8Array(0);
  let position = 0;

  const readHeader = () => {
    while (headerSeen < headerBytes && position < input.length) header[headerSeen++] = input[position++] ?? 0;
    if (headerSeen < headerBytes) return;
    headerSeen = 0;
    const [high = 0, middle = 0, low = 0, type = 0, flags = 0] = header;
    payloadLeft = (high << 16) | (middle << 8) | low;
    isData = type === dataType;
    if (!isData) return events.other(header);
    if (flags & paddedFlag) throw new RangeError('padded DATA, which etcd never sends');
    events.data(payloadLeft);
    // The end of the stream is for the protocol to know; the bytes are not.
    if (flags & endStreamFlag) events.other(emptied(header));
  };

  const take = (): Uint8Array => {
    const end = Math.min(input.length, position + payloadLeft);
    const run = input.subarray(position, end);
    payloadLeft -= run.length;
    position = end;
    return run;
  };

  return {
    feed(bytes) {
      input = bytes;
      position = 0;
    },
    next() {
      while (position < input.length) {
        if (payloadLeft === 0) readHeader();
        else if (isData) return take();
        else events.other(take());
      }
      return undefined;
    },
    keep() {
      // Not `slice`, which on a Buffer copies nothing.
      input = new Uint8Array(input.subarray(position));
      position = 0;
    },
  };
}

function emptied(header: Uint8Array): Uint8Array {
  const empty = new Uint8Array(header);
  empty.fill(0, 0, 3);
  return empty;
}
