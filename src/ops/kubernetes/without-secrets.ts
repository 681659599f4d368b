import type { Plain } from './stored-messages.ts';

type PlainObject = { readonly [key: string]: Plain };

/** kubectl keeps the whole of what was applied in it, a Secret's values too. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object with nothing secret in it: of a Secret only the names of its entries and how long each is; of anything else what it is, less
 * what people applied (an annotation that repeats the object) and what manages which field (noise).
 */
export function withoutSecrets(object: PlainObject): PlainObject {
  const show = object.kind === 'Secret' ? shownOfSecret : shown(object.kind);
  // In its own order, which is the one people know.
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, show(name, value)]));
}

const shown =
  (kind: Plain | undefined) =>
  (name: string, value: Plain): Plain => {
    if (name === 'metadata' && isPlainObject(value)) return quietMetadata(value);
    // A List holds whole objects; those of a SecretList need not say what they are.
    if (name !== 'items' || !Array.isArray(value)) return value;
    const itself = kind === 'SecretList' ? { kind: 'Secret' } : {};
    return value.map((one) => (isPlainObject(one) ? withoutSecrets({ ...one, ...itself }) : one));
  };

/** Nothing of it but what is known to be harmless. */
function shownOfSecret(name: string, value: Plain): Plain {
  if (['apiVersion', 'kind', 'type', 'immutable'].includes(name)) return value;
  if (!isPlainObject(value)) return '(hidden)';
  if (name === 'metadata') return quietMetadataOfSecret(value);
  if (name === 'data') return lengths(value, base64Bytes);
  return name === 'stringData' ? lengths(value, Buffer.byteLength) : '(hidden)';
}

const base64Bytes = (text: string): number => Buffer.from(text, 'base64').length;

function lengths(entries: PlainObject, bytesOf: (text: string) => number): PlainObject {
  const said = ([name, value]: [string, Plain]) => [
    name,
    `(hidden, ${typeof value === 'string' ? bytesOf(value) : 0} bytes)`,
  ];
  return Object.fromEntries(Object.entries(entries).map(said));
}

/** Any tool may keep the whole of a Secret in an annotation of its own. */
function quietMetadataOfSecret({ managedFields: _, annotations, ...rest }: PlainObject): PlainObject {
  return isPlainObject(annotations) ? { ...rest, annotations: lengths(annotations, Buffer.byteLength) } : rest;
}

function quietMetadata(metadata: PlainObject): PlainObject {
  const { managedFields: _, annotations, ...rest } = metadata;
  if (!isPlainObject(annotations)) return rest;
  const { [lastApplied]: __, ...others } = annotations;
  return Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
}

const isPlainObject = (value: Plain | undefined): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
