import protobuf from 'protobufjs/minimal.js';

/** An object as an API server stores it in protobuf: magic, then runtime.Unknown, which names its type before the object's own bytes. */
export function inProtobuf(apiVersion: string, kind: string, raw: Uint8Array = Buffer.alloc(0)): Buffer {
  const type = protobuf.Writer.create().uint32(10).string(apiVersion).uint32(18).string(kind).finish();
  const unknown = protobuf.Writer.create().uint32(10).bytes(type).uint32(18).bytes(raw).uint32(26).string('').finish();
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}
