import { createHash } from 'node:crypto';
import type { Stored } from './store.ts';

/** Makes the JSON of many similar objects out of one, only when somebody asks: 150,000 pods are a gigabyte. */
export interface Template {
  /** `values` fill the words in double braces. */
  make(key: string, revision: number, labels: Readonly<Record<string, string>>, values: Values): Stored;
}

export type Values = Readonly<Record<string, string | number>>;

interface Templated {
  readonly metadata: object;
  readonly [field: string]: unknown;
}

/** An object without kind and apiVersion, in whose strings '{{name}}' stands for what differs. */
export function templateOf({ metadata: about, ...rest }: Templated): Template {
  const whole = filling({ metadata: about, ...rest });
  const metadata = filling(about);
  return {
    make: (key, revision, labels, values) => {
      const all = () => ({ ...values, revision, uid: uidOf(key) });
      return { key, revision, labels, text: () => whole(all()), metadata: () => metadata(all()) };
    },
  };
}

function filling(object: object): (values: Values) => string {
  const parts = JSON.stringify(object).split(/\{\{(\w+)\}\}/);
  return (values) => {
    let text = '';
    // Every other part is the name of a value.
    for (let nth = 0; nth < parts.length; nth += 2) {
      const name = parts[nth + 1];
      text += `${parts[nth] ?? ''}${name === undefined ? '' : (values[name] ?? '')}`;
    }
    return text;
  };
}

/** The same for the same key, so that an object is the same each time it is made. */
function uidOf(key: string): string {
  const hex = createHash('sha1').update(key).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** managedFields as an API server keeps them for one writer: about half of an object is that. */
export const managedBy = (manager: string, apiVersion: string, object: object) => ({
  ...{ manager, operation: 'Update', apiVersion, time: '2026-11-01T00:00:00Z', fieldsType: 'FieldsV1' },
  fieldsV1: fieldsOf(object),
});

function fieldsOf(value: unknown): object {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Array.isArray(value)
    ? value.map((one: unknown) => [keyOf(one), { '.': {}, ...fieldsOf(one) }])
    : Object.entries(value).map(([name, one]) => [`f:${name}`, fieldsOf(one)]);
  return Object.fromEntries(entries);
}

function keyOf(value: unknown): string {
  const { name, type } = Object(value);
  if (name !== undefined) return `k:${JSON.stringify({ name })}`;
  return type === undefined ? `v:${JSON.stringify(value)}` : `k:${JSON.stringify({ type })}`;
}
