/**
 * Takes the blobs out of a gRPC stream of etcd's SnapshotResponse, copying each byte once, into the reader's own buffer.
 * Allocates nothing per message: a gigabyte is 32,000 messages.
 *
 * A message is 1 byte of compression flag, 4 of length, then protobuf: 2 remaining_bytes (varint), 3 blob (bytes),
 * 4 version (string, from etcd 3.6 on). Source: etcd api/etcdserverpb/rpc.proto; grpc/doc/PROTOCOL-HTTP2.md.
 */
export interface SnapshotDecoder {
  /** Gives the decoder its next piece, which must not change until it is used up or kept. Only when `isIdle`. */
  feed(piece: Uint8Array): void;
  /** Copies what it has not used yet: the memory of the piece will be used again. */
  keep(): void;
  /**
   * Copies blob bytes to `into` from `at` on until it is full or the piece is used up; answers where it stopped.
   * Throws RangeError on what is no such stream.
   */
  fill(into: Uint8Array, at: number): number;
  /** Whether the piece is used up. */
  readonly isIdle: boolean;
  /** Whether the stream may end here: between two messages. */
  readonly isBetweenMessages: boolean;
  /** What the first message with a blob promised: its own bytes, those that remain, and the digest of 32 bytes. */
  readonly expectedBytes: number | undefined;
  readonly version: string | undefined;
  /** How many messages in a row carried no blob. */
  readonly emptyMessages: number;
}

const digestBytes = 32;
const prefixBytes = 5;

type State = 'prefix' | 'tag' | 'varint' | 'length' | 'blob' | 'version' | 'skip';

export function createSnapshotDecoder(): SnapshotDecoder {
  let piece: Uint8Array = new Uint8Array(0);
  let position = 0;
  let state: State = 'prefix';
  let prefixSeen = 0;
  let messageLeft = 0;
  let fieldLeft = 0;
  let field = 0;
  let number = 0;
  let scale = 1;
  let remaining = 0;
  let hadBlob = false;
  let expectedBytes: number | undefined;
  let version: string | undefined;
  let emptyMessages = 0;

  const readPrefix = () => {
    while (prefixSeen < prefixBytes && position < piece.length) {
      const byte = piece[position++] ?? 0;
      if (prefixSeen === 0 && byte !== 0) throw new RangeError('a compressed message, which nobody asked for');
      if (prefixSeen > 0) messageLeft = messageLeft * 256 + byte;
      prefixSeen++;
    }
    if (prefixSeen < prefixBytes) return;
    prefixSeen = 0;
    remaining = 0;
    hadBlob = false;
    endField();
  };

  const endField = () => {
    state = 'tag';
    number = 0;
    scale = 1;
    if (messageLeft > 0) return;
    state = 'prefix';
    emptyMessages = hadBlob ? 0 : emptyMessages + 1;
  };

  /** Answers whether the number is complete. */
  const readVarint = (): boolean => {
    while (position < piece.length) {
      if (messageLeft === 0 || scale > 2 ** 63) throw new RangeError('a number that does not end');
      const byte = piece[position++] ?? 0;
      messageLeft--;
      number += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return true;
    }
    return false;
  };

  const readTag = () => {
    if (!readVarint()) return;
    field = Math.trunc(number / 8);
    const wire = number % 8;
    number = 0;
    scale = 1;
    if (wire === 0) state = 'varint';
    else if (wire === 2) state = 'length';
    else throw new RangeError(`a field of wire type ${wire}`);
  };

  const readNumber = () => {
    if (!readVarint()) return;
    if (field === 2) remaining = number;
    endField();
  };

  const readLength = () => {
    if (!readVarint()) return;
    fieldLeft = number;
    if (fieldLeft > messageLeft) throw new RangeError('a field longer than its message');
    state = field === 3 ? 'blob' : field === 4 ? 'version' : 'skip';
    if (state === 'version') version = '';
    if (fieldLeft === 0) return endField();
    if (state !== 'blob') return;
    hadBlob = true;
    expectedBytes ??= remaining + fieldLeft + digestBytes;
  };

  const passOver = () => {
    const end = Math.min(piece.length, position + fieldLeft);
    if (state === 'version') version += new TextDecoder('latin1').decode(piece.subarray(position, end));
    fieldLeft -= end - position;
    messageLeft -= end - position;
    position = end;
    if (fieldLeft === 0) endField();
  };

  const copyBlob = (into: Uint8Array, at: number): number => {
    const count = Math.min(fieldLeft, piece.length - position, into.length - at);
    into.set(count === piece.length ? piece : piece.subarray(position, position + count), at);
    position += count;
    fieldLeft -= count;
    messageLeft -= count;
    if (fieldLeft === 0) endField();
    return at + count;
  };

  return {
    feed(next) {
      piece = next;
      position = 0;
    },
    keep() {
      // Not `slice`, which on a Buffer copies nothing.
      piece = new Uint8Array(piece.subarray(position));
      position = 0;
    },
    fill(into, from) {
      let at = from;
      while (position < piece.length) {
        if (state === 'blob') {
          if (at === into.length) break;
          at = copyBlob(into, at);
        } else if (state === 'prefix') readPrefix();
        else if (state === 'tag') readTag();
        else if (state === 'varint') readNumber();
        else if (state === 'length') readLength();
        else passOver();
      }
      return at;
    },
    get isIdle() {
      return position >= piece.length;
    },
    get isBetweenMessages() {
      return state === 'prefix' && prefixSeen === 0;
    },
    get expectedBytes() {
      return expectedBytes;
    },
    get version() {
      return version;
    },
    get emptyMessages() {
      return emptyMessages;
    },
  };
}
