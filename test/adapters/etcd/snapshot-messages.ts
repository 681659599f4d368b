/** SnapshotResponse messages as etcd frames them: gRPC's prefix, then protobuf fields 2 remaining_bytes, 3 blob, 4 version. */
export function snapshotMessage(message: {
  readonly remaining?: number;
  readonly blob?: Uint8Array;
  readonly version?: string;
}): Buffer {
  const fields: Uint8Array[] = [];
  if (message.remaining) fields.push(Buffer.from([0x10]), varint(message.remaining));
  if (message.blob) fields.push(Buffer.from([0x1a]), varint(message.blob.length), message.blob);
  if (message.version) fields.push(Buffer.from([0x22]), varint(message.version.length), Buffer.from(message.version));
  return framed(Buffer.concat(fields));
}

/** A whole stream of these bytes in blobs, as etcd sends them; the digest is the last 32 bytes and a message of its own. */
export function snapshotStream(bytes: Uint8Array, blobBytes: number, version?: string): Buffer {
  const database = bytes.subarray(0, bytes.length - 32);
  const messages: Buffer[] = [];
  for (let at = 0; at < database.length; at += blobBytes) {
    const blob = database.subarray(at, at + blobBytes);
    const remaining = database.length - at - blob.length;
    messages.push(snapshotMessage({ remaining, blob, ...(version === undefined ? {} : { version }) }));
  }
  return Buffer.concat([...messages, snapshotMessage({ blob: bytes.subarray(-32) })]);
}

export function framed(message: Uint8Array, compressed = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(compressed);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.trunc(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
