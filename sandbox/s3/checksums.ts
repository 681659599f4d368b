import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const checksumNames = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumName = (typeof checksumNames)[number];

export interface Digest {
  update(bytes: Uint8Array): void;
  /** As S3 writes it: base64. */
  base64(): string;
}

export function isChecksumName(name: string): name is ChecksumName {
  return checksumNames.some((known) => known === name);
}

export function createDigest(name: ChecksumName): Digest {
  if (name === 'crc32') return word32((value, bytes) => crc32(bytes, value));
  if (name === 'crc32c') return word32(crc32c);
  if (name === 'crc64nvme') return crc64nvme();
  return hash(name);
}

/** The checksum of a whole multipart upload made of its parts' checksums: COMPOSITE in S3's words. */
export function compositeOf(name: ChecksumName, parts: readonly string[]): string {
  const digest = createDigest(name);
  for (const part of parts) digest.update(Buffer.from(part, 'base64'));
  return `${digest.base64()}-${parts.length}`;
}

function hash(name: 'sha1' | 'sha256'): Digest {
  const digest = createHash(name);
  return { update: (bytes) => void digest.update(bytes), base64: () => digest.digest('base64') };
}

function word32(next: (value: number, bytes: Uint8Array) => number): Digest {
  let value = 0;
  return {
    update: (bytes) => {
      value = next(value, bytes);
    },
    base64: () => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(value >>> 0);
      return word.toString('base64');
    },
  };
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(before: number, bytes: Uint8Array): number {
  let value = ~before;
  for (const byte of bytes) value = (castagnoli[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}

/** In two halves, since BigInt arithmetic a byte at a time is a hundred times slower. */
function crc64nvme(): Digest {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const at = ((low ^ byte) & 0xff) * 2;
        low = (((low >>> 8) | (high << 24)) ^ (nvme[at + 1] ?? 0)) >>> 0;
        high = ((high >>> 8) ^ (nvme[at] ?? 0)) >>> 0;
      }
    },
    base64: () => {
      const words = Buffer.alloc(8);
      words.writeUInt32BE(~high >>> 0, 0);
      words.writeUInt32BE(~low >>> 0, 4);
      return words.toString('base64');
    },
  };
}

/** High and low word for each byte; the reversed polynomial of NVM Express. */
const nvme = Uint32Array.from(
  Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    return [Number(value >> 32n), Number(value & 0xffffffffn)];
  }).flat(),
);
