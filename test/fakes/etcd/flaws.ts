import { Fault } from '../../../src/chatops/errors.ts';

/** What a member sends: pieces of a snapshot, then the end, or what went wrong instead. */
export interface Stream {
  readonly pieces: readonly Buffer[];
  readonly failure?: Fault;
}

type Spoiling = (pieces: readonly Buffer[], endpoint: string) => Stream;

/** The ways in which a snapshot can go wrong on its way; each was seen, or built and tried, with a real etcd. */
export const flaws = {
  'a flipped byte': (pieces) => ({
    pieces: pieces.map((piece, index) => (index === halfOf(pieces) ? flipped(piece) : piece)),
  }),
  'no digest': (pieces) => ({ pieces: pieces.slice(0, -1) }),
  'a digest cut short': (pieces) => ({ pieces: [...pieces.slice(0, -1), last(pieces).subarray(0, 20)] }),
  'an end too early that says all is well': (pieces) => ({ pieces: pieces.slice(0, halfOf(pieces)) }),
  'a dropped frame': (pieces) => ({ pieces: pieces.toSpliced(halfOf(pieces), 1) }),
  'a doubled frame': (pieces) => ({
    pieces: pieces.flatMap((piece, at) => (at === halfOf(pieces) ? [piece, piece] : [piece])),
  }),
  'data after the digest': (pieces) => ({ pieces: [...pieces, Buffer.alloc(512)] }),
  'an error in mid-stream': (pieces, endpoint) => ({
    pieces: pieces.slice(0, halfOf(pieces)),
    failure: failure('ETCD_ANSWER', `etcd refused; ${endpoint} said: read past the end of the file`, endpoint),
  }),
  'a broken connection': (pieces, endpoint) => ({
    pieces: pieces.slice(0, halfOf(pieces)),
    failure: failure('ETCD_STREAM_ENDED', `The snapshot from ${endpoint} ended because the connection broke`, endpoint),
  }),
  'empty messages for ever': (pieces, endpoint) => ({
    pieces: pieces.slice(0, halfOf(pieces)),
    failure: failure('ETCD_NO_PROGRESS', `${endpoint} sends empty messages instead of its database`, endpoint),
  }),
} as const satisfies Record<string, Spoiling>;

export type Flaw = keyof typeof flaws;

export const allFlaws = Object.keys(flaws) as readonly Flaw[];

function failure(code: string, message: string, endpoint: string): Fault {
  return new Fault(message, {
    port: 'etcd',
    operation: 'snapshot',
    code,
    retryable: true,
    next: `Look into the log of the member at ${endpoint}; another member may do better.`,
  });
}

const halfOf = (pieces: readonly Buffer[]): number => Math.trunc(pieces.length / 2);
const last = (pieces: readonly Buffer[]): Buffer => pieces.at(-1) ?? Buffer.alloc(0);

function flipped(piece: Buffer): Buffer {
  const changed = Buffer.from(piece);
  changed.writeUInt8(changed.readUInt8(100) ^ 1, 100);
  return changed;
}
