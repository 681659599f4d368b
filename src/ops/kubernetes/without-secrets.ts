import type { Plain } from './stored-messages.ts';

type PlainObject = { readonly [key: string]: Plain };

/** kubectl keeps the whole of what was applied in it, a Secret's values too. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object with nothing secret in it: of a Secret only the names of its entries and how long each is; of anything else what it is, less
 * what people applied (an annotation that repeats the object) and what manages which field (noise).
 */
export function withoutSecrets(object: PlainObject): PlainObject {
  const isSecret = object.kind === 'Secret';
  // In its own order, which is the one people know.
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, shown(name, value, isSecret)]));
}

function shown(name: string, value: Plain, isSecret: boolean): Plain {
  if (name === 'metadata') return isPlainObject(value) ? quietMetadata(value, isSecret) : value;
  // A List holds whole objects.
  if (name === 'items' && Array.isArray(value))
    return value.map((one) => (isPlainObject(one) ? withoutSecrets(one) : one));
  if (isSecret && name === 'data') return isPlainObject(value) ? lengths(value, base64Bytes) : '(hidden)';
  if (isSecret && name === 'stringData') return isPlainObject(value) ? lengths(value, Buffer.byteLength) : '(hidden)';
  return value;
}

const base64Bytes = (text: string): number => Buffer.from(text, 'base64').length;

function lengths(entries: PlainObject, bytesOf: (text: string) => number): PlainObject {
  const said = ([name, value]: [string, Plain]) => [
    name,
    `(hidden, ${typeof value === 'string' ? bytesOf(value) : 0} bytes)`,
  ];
  return Object.fromEntries(Object.entries(entries).map(said));
}

function quietMetadata(metadata: PlainObject, isSecret: boolean): PlainObject {
  const { managedFields: _, annotations, ...rest } = metadata;
  if (!isPlainObject(annotations)) return rest;
  // Any tool may keep the whole of a Secret in an annotation of its own.
  if (isSecret) return { ...rest, annotations: lengths(annotations, Buffer.byteLength) };
  const { [lastApplied]: __, ...others } = annotations;
  return Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
}

const isPlainObject = (value: Plain | undefined): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
