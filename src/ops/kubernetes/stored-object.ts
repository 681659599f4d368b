import protobuf from 'protobufjs/minimal.js';
import { isKnownMessage, type Plain, readMessage } from './stored-messages.ts';

/** What a value under /registry/ turned out to be. */
export type StoredObject =
  | {
      readonly kind: 'object';
      readonly form: 'json' | 'protobuf';
      readonly apiVersion: string;
      readonly objectKind: string;
      readonly object: { readonly [key: string]: Plain };
      /** Fields that this version of Salvor does not know, by number and place: `spec#41`. */
      readonly unknown: readonly string[];
    }
  /** Kubernetes encrypted it before it came to etcd: `by` is its provider, such as 'aescbc:v1:key1'. */
  | { readonly kind: 'encrypted'; readonly by: string }
  /** Neither JSON nor a Kubernetes protobuf. */
  | { readonly kind: 'other' };

/** What Kubernetes' protobuf begins with. Source: k8s.io/apimachinery runtime/serializer/protobuf. */
const magic = Buffer.from('k8s\0');
const encryptedPrefix = 'k8s:enc:';

/**
 * Reads an object as an API server stores it: JSON, or protobuf in an envelope that names its type. Of a type that is not known only its
 * metadata is read, which is the first field of every one. Secret values are there: see `withoutSecrets`.
 */
export function readStoredObject(value: Uint8Array): StoredObject {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.subarray(0, encryptedPrefix.length).toString() === encryptedPrefix) {
    return {
      kind: 'encrypted',
      by: bytes.subarray(encryptedPrefix.length, 120).toString('latin1').split(':').slice(0, 3).join(':'),
    };
  }
  try {
    return bytes.subarray(0, magic.length).equals(magic) ? fromEnvelope(bytes.subarray(magic.length)) : fromJson(bytes);
  } catch {
    return { kind: 'other' };
  }
}

/** The type alone that a value is stored as: of protobuf nothing but its envelope is read. */
export function storedTypeOf(
  value: Uint8Array,
):
  | Pick<Extract<StoredObject, { kind: 'object' }>, 'kind' | 'apiVersion' | 'objectKind'>
  | Exclude<StoredObject, { kind: 'object' }> {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  try {
    const envelope = bytes.subarray(0, magic.length).equals(magic)
      ? openEnvelope(bytes.subarray(magic.length))
      : undefined;
    if (envelope) return { kind: 'object', ...envelope.type };
  } catch {
    return { kind: 'other' };
  }
  return readStoredObject(value);
}

function fromJson(bytes: Buffer): StoredObject {
  const object: unknown = JSON.parse(bytes.toString());
  if (!isPlainObject(object)) return { kind: 'other' };
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return { kind: 'other' };
  return { kind: 'object', form: 'json', apiVersion, objectKind: kind, object, unknown: [] };
}

const isPlainObject = (value: unknown): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** runtime.Unknown: 1 the type (1 apiVersion, 2 kind), 2 the object's own bytes. */
function openEnvelope(bytes: Buffer) {
  const envelope = partsIn(bytes);
  const type = partsIn(envelope[1] ?? Buffer.alloc(0));
  const apiVersion = String(type[1] ?? '');
  const objectKind = String(type[2] ?? '');
  if (apiVersion === '' || objectKind === '') return undefined;
  return { type: { apiVersion, objectKind }, raw: envelope[2] ?? Buffer.alloc(0) };
}

function fromEnvelope(bytes: Buffer): StoredObject {
  const envelope = openEnvelope(bytes);
  if (!envelope) return { kind: 'other' };
  const { apiVersion, objectKind } = envelope.type;
  const message = messageOf(apiVersion, objectKind);
  const { fields, unknown } = readMessage(isKnownMessage(message) ? message : metadataAlone, envelope.raw);
  return {
    kind: 'object',
    form: 'protobuf',
    apiVersion,
    objectKind,
    object: { apiVersion, kind: objectKind, ...fields },
    unknown,
  };
}

/** In the table for this alone. */
const metadataAlone = 'meta.MetadataAlone';

function partsIn(bytes: Uint8Array): Readonly<Record<number, Buffer>> {
  const found: Record<number, Buffer> = {};
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) found[tag >>> 3] = Buffer.from(reader.bytes());
    else reader.skipType(tag & 7);
  }
  return found;
}

/** 'rbac.authorization.k8s.io/v1' and 'Role' -> 'rbac/v1.Role'; the core group has no name. */
function messageOf(apiVersion: string, kind: string): string {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? `core/${group}.${kind}` : `${group.split('.')[0]}/${version}.${kind}`;
}
