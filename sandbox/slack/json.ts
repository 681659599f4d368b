import type { Json, JsonObject } from './model.ts';

/** Reading of JSON that somebody else wrote: each answers a harmless empty value where the shape is another. */

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown): JsonObject {
  return isRecord(value) ? value : {};
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function asList(value: unknown): readonly Json[] {
  return isList(value) ? value : [];
}

export function asRecords(value: unknown): readonly JsonObject[] {
  return asList(value).filter(isRecord);
}

/** The parsed text, or undefined when it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
