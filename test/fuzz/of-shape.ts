import fc from 'fast-check';
import { z } from 'zod';
import { anyText } from './texts.ts';

/** Longest list, and most members of a record: beyond every limit that is looked at one by one. */
const most = { items: 12, members: 8 } as const;

/** Anything that a schema takes, as it is after it was read. Knows those kinds of schemas that what is shown is made of. */
export function ofShape<T extends z.ZodType>(schema: T): fc.Arbitrary<z.output<T>> {
  return made(schema) as fc.Arbitrary<z.output<T>>;
}

function made(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional)
    return fc.oneof({ weight: 2, arbitrary: made(schema.unwrap()) }, fc.constant(undefined));
  if (schema instanceof z.ZodReadonly) return made(schema.unwrap());
  if (schema instanceof z.ZodDefault) return made(schema.unwrap());
  if (schema instanceof z.ZodObject) return ofObject(schema);
  if (schema instanceof z.ZodArray) return fc.array(made(schema.element), { maxLength: most.items });
  if (schema instanceof z.ZodRecord)
    return fc.dictionary(anyText, made(schema.valueType), { maxKeys: most.members, noNullPrototype: true });
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(made));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodISODateTime) return anyDate.map((date) => date.toISOString());
  if (schema instanceof z.ZodString) return anyText;
  if (schema instanceof z.ZodNumber) return ofNumber(schema);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodDate) return anyDate;
  if (schema instanceof z.ZodUnknown) return fc.jsonValue({ maxDepth: 2 });
  throw new Error(`no texts are made for a schema of ${schema._zod.def.type}`);
}

/** What is optional is left away: undefined stands in no record. */
const ofObject = (schema: z.ZodObject): fc.Arbitrary<unknown> =>
  fc
    .record(Object.fromEntries(Object.entries(schema.shape).map(([name, part]) => [name, made(part)])))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));

/** Of the years that ISO 8601 writes with four digits. */
const anyDate = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

function ofNumber(schema: z.ZodNumber): fc.Arbitrary<number> {
  const { minValue, maxValue, isInt } = schema;
  const min = Number.isFinite(minValue) ? (minValue ?? 0) : Number.MIN_SAFE_INTEGER;
  const max = Number.isFinite(maxValue) ? (maxValue ?? 0) : Number.MAX_SAFE_INTEGER;
  const some = fc.oneof(fc.integer({ min, max: Math.min(max, min + 20) }), fc.integer({ min, max }));
  return isInt ? some : fc.oneof(some, fc.double({ min, max, noNaN: true, noDefaultInfinity: true }));
}
