import { z } from 'zod';
import type { Path } from './problems.ts';

/** Names of the settings that a section of the file may hold, `path` being where it stands; none where no section is. */
export function knownSettings(schema: unknown, path: Path): readonly string[] {
  const [first, ...rest] = path;
  return sectionsIn(schema).flatMap((section) => {
    if (section instanceof z.ZodRecord) return first === undefined ? [] : knownSettings(section.valueType, rest);
    if (section instanceof z.ZodArray) return first === undefined ? [] : knownSettings(section.element, rest);
    if (first === undefined) return Object.keys(section.shape);
    return knownSettings(section.shape[String(first)], rest);
  });
}

/** What is in the wrappings: of a union, each of its options. */
function sectionsIn(schema: unknown): readonly (z.ZodObject | z.ZodRecord | z.ZodArray)[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return sectionsIn(schema.unwrap());
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(sectionsIn);
  const isSection = schema instanceof z.ZodObject || schema instanceof z.ZodRecord || schema instanceof z.ZodArray;
  return isSection ? [schema] : [];
}
