/** What is wrong with a part of a payload, worded like Slack's own `response_metadata.messages`. */
export interface Problem {
  /** JSON pointer to the offending part, such as `/blocks/2/elements/0/text`. */
  readonly place: string;
  readonly reason: string;
  /** The error code Slack answers with; `invalid_blocks` when absent. */
  readonly code?: 'invalid_blocks' | 'msg_blocks_too_long';
}

/** Everything wrong with `value`, which lies at `place`; empty when it is fine. */
export type Check = (value: unknown, place: string) => readonly Problem[];
export type Fields = Readonly<Record<string, unknown>>;

const fine: readonly Problem[] = [];

export function problem(place: string, reason: string): readonly Problem[] {
  return [{ place, reason }];
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of `value` when it is a list, and nothing when it is not: a list's own check has already complained. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly expected?: string;
}

export function string({ min = 1, max = Number.POSITIVE_INFINITY, pattern, expected }: TextLimits = {}): Check {
  return (value, place) => {
    if (typeof value !== 'string') return problem(place, 'must provide a string');
    if (value.length < min) return problem(place, `must be more than ${min - 1} characters`);
    if (value.length > max) return problem(place, `must be less than ${max + 1} characters`);
    if (pattern && !pattern.test(value)) return problem(place, `must be ${expected ?? `like ${pattern.source}`}`);
    return fine;
  };
}

export function integer(min: number, max: number): Check {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return problem(place, 'must provide an integer');
    if (value < min) return problem(place, `must be at least ${min}`);
    return value > max ? problem(place, `must be at most ${max}`) : fine;
  };
}

export const finiteNumber: Check = (value, place) =>
  typeof value === 'number' && Number.isFinite(value) ? fine : problem(place, 'must provide a number');

export const boolean: Check = (value, place) =>
  typeof value === 'boolean' ? fine : problem(place, 'must provide a boolean');

export function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, place) =>
    allowed.some((one) => one === value) ? fine : problem(place, `must be one of: ${allowed.join(', ')}`);
}

export function list(item: Check, min: number, max: number): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return problem(place, 'must provide an array');
    if (value.length < min) return problem(place, `no fewer than ${min} items allowed`);
    if (value.length > max) return problem(place, `no more than ${max} items allowed`);
    return value.flatMap((one, index) => item(one, `${place}/${index}`));
  };
}

/** A link a client would open. Image links must be web links, which `web` says. */
export function link(maxLength = 3000, protocols: readonly string[] = ['https:', 'http:', 'slack:', 'mailto:']): Check {
  const length = string({ max: maxLength });
  return (value, place) => {
    const wrong = length(value, place);
    if (wrong.length > 0 || typeof value !== 'string') return wrong;
    return URL.canParse(value) && protocols.includes(new URL(value).protocol)
      ? fine
      : problem(place, 'must be a valid URL');
  };
}

/**
 * An object with exactly these fields. `rules` look at the object as a whole, and only once its fields are right,
 * so that one mistake is reported once.
 */
export function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
  ...rules: readonly ((fields: Fields, place: string) => readonly Problem[])[]
): Check {
  const known = new Map(Object.entries({ ...required, ...optional }));
  return (value, place) => {
    if (!isFields(value)) return problem(place, 'must provide an object');
    const missing = Object.keys(required).filter((name) => value[name] === undefined);
    const wrong = [
      ...missing.flatMap((name) => problem(place, `missing required field: ${name}`)),
      ...Object.entries(value).flatMap(([name, held]) => checkField(known.get(name), name, held, place)),
    ];
    return wrong.length > 0 ? wrong : rules.flatMap((rule) => rule(value, place));
  };
}

function checkField(check: Check | undefined, name: string, value: unknown, place: string): readonly Problem[] {
  if (value === undefined) return fine;
  if (!check) return problem(place, `invalid additional property: ${name}`);
  return check(value, `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** One of several objects, told apart by their `type`. The checks themselves do not list `type` as a field. */
export function variant(kinds: Readonly<Record<string, Check>>): Check {
  const known = new Map(Object.entries(kinds));
  return (value, place) => {
    if (!isFields(value)) return problem(place, 'must provide an object');
    const { type, ...fields } = value;
    if (type === undefined) return problem(place, 'missing required field: type');
    const check = typeof type === 'string' ? known.get(type) : undefined;
    return check ? check(fields, place) : problem(`${place}/type`, `unsupported type: ${String(type)}`);
  };
}

/** The same object check with one more field, `type`, that must have this one value. */
export function typed(type: string, check: Check): Check {
  return variant({ [type]: check });
}

export function exactlyOneOf(...names: readonly string[]) {
  return (fields: Fields, place: string): readonly Problem[] => {
    const given = names.filter((name) => fields[name] !== undefined);
    return given.length === 1 ? fine : problem(place, `must have exactly one of: ${names.join(', ')}`);
  };
}

export function atLeastOneOf(...names: readonly string[]) {
  return (fields: Fields, place: string): readonly Problem[] =>
    names.some((name) => fields[name] !== undefined)
      ? fine
      : problem(place, `must have at least one of: ${names.join(', ')}`);
}
