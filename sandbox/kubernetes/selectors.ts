import { textAt } from './json.ts';
import type { Kind } from './kinds.ts';
import { badRequest } from './status-error.ts';
import type { Stored } from './store.ts';

/** Whether an object is among those asked for. */
export type Selector = (stored: Stored) => boolean;

/** Undefined when everything is selected. Throws 400 as an API server does. */
export function selectorOf(kind: Kind, query: URLSearchParams): Selector | undefined {
  const labels = labelTests(query.get('labelSelector') ?? '');
  const fields = fieldTests(kind, query.get('fieldSelector') ?? '');
  if (labels.length === 0 && fields.length === 0) return undefined;
  return (stored) =>
    labels.every((test) => test(stored.labels)) && (fields.length === 0 || fieldsMatch(stored, fields));
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

function labelTests(text: string): readonly LabelTest[] {
  if (text.trim() === '') return [];
  // Commas part requirements, but not inside the brackets of a set.
  return text.split(/,(?![^(]*\))/).map((part) => labelTest(part.trim()));
}

function labelTest(part: string): LabelTest {
  const set = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, name = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return operator === 'in'
      ? (labels) => name in labels && values.includes(labels[name] ?? '')
      : (labels) => !values.includes(labels[name] ?? '') || !(name in labels);
  }
  const equal = /^([^\s=!,()]+)\s*(==?|!=)\s*([^\s=!,()]*)(.*)$/.exec(part);
  if (equal) {
    const [, name = '', operator, value = '', rest = ''] = equal;
    if (rest !== '') throw badRequest(`found '${rest.trim()[0]}', expected: ',' or 'end of string'`);
    return operator === '!=' ? (labels) => labels[name] !== value : (labels) => labels[name] === value;
  }
  const exists = /^(!?)\s*([^\s=!,()]+)$/.exec(part);
  if (!exists) throw badRequest(`unable to parse requirement: found '${part}', expected: identifier`);
  const [, not, name = ''] = exists;
  return (labels) => name in labels === (not === '');
}

interface FieldTest {
  readonly field: string;
  readonly value: string;
  readonly isEqual: boolean;
}

function fieldTests(kind: Kind, text: string): readonly FieldTest[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const found = /^([^=!]+)(==?|!=)(.*)$/.exec(part);
    if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator, value = ''] = found;
    refuseUnknown(kind, field);
    return { field, value, isEqual: operator !== '!=' };
  });
}

function refuseUnknown({ fields, isCustom }: Kind, field: string): void {
  if (field === 'metadata.name' || field === 'metadata.namespace' || fields?.includes(field)) return;
  if (fields) throw badRequest(`field label not supported: ${field}`);
  const known = isCustom ? '' : ': only "metadata.name", "metadata.namespace"';
  throw badRequest(
    isCustom ? `field label not supported: ${field}` : `"${field}" is not a known field selector${known}`,
  );
}

function fieldsMatch(stored: Stored, tests: readonly FieldTest[]): boolean {
  const slash = stored.key.indexOf('/');
  let object: unknown;
  const valueAt = (field: string): string => {
    if (field === 'metadata.name') return stored.key.slice(slash + 1);
    if (field === 'metadata.namespace') return slash < 0 ? '' : stored.key.slice(0, slash);
    object ??= JSON.parse(stored.text());
    const value = textAt(object, field === 'source' ? 'source.component' : field);
    return value === '' && (field === 'spec.unschedulable' || field === 'spec.hostNetwork') ? 'false' : value;
  };
  return tests.every(({ field, value, isEqual }) => (valueAt(field) === value) === isEqual);
}
