import protobuf from 'protobufjs/minimal.js';
import table from './stored-fields.json' with { type: 'json' };

/** A value as YAML can show it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** A message's fields by name, and the numbers of those that the table does not know, with where they stand: 'spec.template#41'. */
export interface Message {
  readonly fields: Readonly<Record<string, Plain>>;
  readonly unknown: readonly string[];
}

/** What is known of a field: `1 metadata meta.ObjectMeta`, `7 env core/v1.EnvVar[]`, `11 labels map string`, `1 * core/v1.Handler`. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly isList: boolean;
  readonly isMap: boolean;
}

type Reader = protobuf.Reader;
const messages: Readonly<Record<string, readonly string[]>> = table.messages;
const parsed = new Map<string, ReadonlyMap<number, Field>>();

export const isKnownMessage = (name: string): boolean => Object.hasOwn(messages, name);

/** Reads a message of the table. Throws what protobufjs throws on bytes that are no message. */
export function readMessage(name: string, bytes: Uint8Array): Message {
  const unknown: string[] = [];
  return { fields: readFields(name, bytes, '', unknown), unknown: [...new Set(unknown)] };
}

/** Every value is read before its own key is known to be repeated: so they are gathered first and put in place next. */
function readFields(message: string, bytes: Uint8Array, path: string, unknown: string[]): Record<string, Plain> {
  const known = fieldsOf(message);
  const found: Record<string, Plain> = {};
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = known.get(tag >>> 3);
    if (!field) {
      unknown.push(`${path}#${tag >>> 3}`);
      reader.skipType(tag & 7);
      continue;
    }
    place(found, field, readField(field, reader, path === '' ? field.name : `${path}.${field.name}`, unknown));
  }
  return found;
}

/** A field named `*` lends its own fields to the message it stands in, as Go's inlined structs do in JSON. */
function place(found: Record<string, Plain>, { name, isList, isMap }: Field, value: Plain): void {
  const before = found[name];
  if (name === '*') Object.assign(found, value);
  else if (isMap && isObject(before)) defineAll(before, value);
  else if (isList && Array.isArray(before)) before.push(value);
  else if (isList) found[name] = [value];
  else found[name] = value;
}

/**
 * Added to in place, like lists: a value may have hundreds of thousands of entries, and to copy them for each would stop the worker for
 * minutes. Defined, not assigned: `__proto__` is a key like any other.
 */
function defineAll(target: object, value: Plain): void {
  for (const [key, one] of isObject(value) ? Object.entries(value) : [])
    Object.defineProperty(target, key, { value: one, configurable: true, enumerable: true, writable: true });
}

function readField(field: Field, reader: Reader, path: string, unknown: string[]): Plain {
  return field.isMap ? readEntry(field.type, reader, path, unknown) : readValue(field.type, reader, path, unknown);
}

/** An entry of a map is a message of its own: 1 is the key, 2 the value. */
function readEntry(type: string, reader: Reader, path: string, unknown: string[]): Plain {
  const entry = protobuf.Reader.create(reader.bytes());
  let key = '';
  let value: Plain = isScalar(type) ? '' : {};
  while (entry.pos < entry.len) {
    const tag = entry.uint32();
    if (tag >>> 3 === 1) key = entry.string();
    else if (tag >>> 3 === 2) value = readValue(type, entry, path, unknown);
    else entry.skipType(tag & 7);
  }
  return { [key]: value };
}

const isScalar = (type: string): boolean => Object.hasOwn(scalars, type);

const scalars: Readonly<Record<string, (reader: Reader) => Plain>> = {
  string: (reader) => reader.string(),
  bool: (reader) => reader.bool(),
  int32: (reader) => reader.int32(),
  int64: (reader) => Number(reader.int64().toString()),
  double: (reader) => reader.double(),
  bytes: (reader) => Buffer.from(reader.bytes()).toString('base64'),
};

function readValue(type: string, reader: Reader, path: string, unknown: string[]): Plain {
  const scalar = isScalar(type) ? scalars[type] : undefined;
  if (scalar) return scalar(reader);
  const bytes = reader.bytes();
  const special = Object.hasOwn(specials, type) ? specials[type] : undefined;
  return special ? special(bytes) : readFields(type, bytes, path, unknown);
}

/** Messages that JSON writes as one value. Source: k8s.io/apimachinery, MarshalJSON of each. */
const specials: Readonly<Record<string, (bytes: Uint8Array) => Plain>> = {
  'meta.Time': (bytes) => instantOf(bytes, 0),
  'meta.MicroTime': (bytes) => instantOf(bytes, 6),
  'meta.Duration': (bytes) => `${Number(numbersIn(bytes)[1] ?? 0) / 1e9}s`,
  'resource.Quantity': (bytes) => textIn(bytes, 1),
  'intstr.IntOrString': (bytes) => (numbersIn(bytes)[1] === 1 ? textIn(bytes, 3) : (numbersIn(bytes)[2] ?? 0)),
  'meta.FieldsV1': (bytes) => parsedJson(textIn(bytes, 1)),
  'runtime.RawExtension': (bytes) => parsedJson(textIn(bytes, 1)),
};

/** Seconds since 1970 and nanoseconds; nothing at all is the zero time, which JSON writes as null. */
function instantOf(bytes: Uint8Array, digits: 0 | 6): Plain {
  const { 1: seconds = 0, 2: nanos = 0 } = numbersIn(bytes);
  if (bytes.length === 0) return null;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`;
}

function numbersIn(bytes: Uint8Array): Readonly<Record<number, number>> {
  const found: Record<number, number> = {};
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 0) found[tag >>> 3] = Number(reader.int64().toString());
    else reader.skipType(tag & 7);
  }
  return found;
}

function textIn(bytes: Uint8Array, number: number): string {
  let found = '';
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === number && (tag & 7) === 2) found = reader.string();
    else reader.skipType(tag & 7);
  }
  return found;
}

function parsedJson(text: string): Plain {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isObject = (value: Plain | undefined): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(message: string): ReadonlyMap<number, Field> {
  const known = parsed.get(message);
  if (known) return known;
  const fields = new Map((Object.hasOwn(messages, message) ? (messages[message] ?? []) : []).map(parseField));
  parsed.set(message, fields);
  return fields;
}

function parseField(text: string): [number, Field] {
  const [number = '', name = '', ...type] = text.split(' ');
  const last = type.at(-1) ?? '';
  const isList = last.endsWith('[]');
  return [Number(number), { name, type: isList ? last.slice(0, -2) : last, isList, isMap: type[0] === 'map' }];
}
